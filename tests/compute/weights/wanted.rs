//! The parameters a NASNet-A has, independently of any file and of the crate.

use nasnet_explorer::weights::Expected;

/// What a NASNet-A wants, written down from the paper's cells and independently of any file.
pub struct Wanted {
    pub n: usize,
    pub list: Vec<(String, Vec<usize>)>,
}

impl Wanted {
    pub fn network(n: usize, f: usize, stem: usize, classes: usize) -> Self {
        let mut wanted = Self { n, list: Vec::new() };
        wanted.add("stem/conv/weight", &[stem, 3, 3, 3]);
        wanted.norm("stem/bn", stem);
        // Channels and resolution of the outputs so far; `skip_reduction` changes neither.
        let (mut previous, mut last) = ((stem, 0), (stem, 0));
        let mut cells =
            vec![("cell_stem_0".to_owned(), f / 4, true), ("cell_stem_1".to_owned(), f / 2, true)];
        for stage in 0..3 {
            if stage > 0 {
                cells.push((format!("reduction_cell_{}", stage - 1), f << stage, true));
            }
            for cell in 0..n {
                cells.push((format!("cell_{}", stage * n + cell), f << stage, false));
            }
        }
        for (index, (cell, width, reduction)) in cells.into_iter().enumerate() {
            wanted.convolution(&format!("{cell}/h/conv/weight"), width, last.0);
            wanted.norm(&format!("{cell}/h/bn"), width);
            let mut p = width;
            if index == 0 {
                p = stem;
            } else if previous.1 != last.1 {
                wanted.convolution(&format!("{cell}/p/path_1/weight"), width / 2, previous.0);
                wanted.convolution(&format!("{cell}/p/path_2/weight"), width / 2, previous.0);
                wanted.norm(&format!("{cell}/p/bn"), width);
            } else if previous.0 != width {
                wanted.convolution(&format!("{cell}/p/conv/weight"), width, previous.0);
                wanted.norm(&format!("{cell}/p/bn"), width);
            }
            wanted.blocks(&cell, width, p, reduction);
            previous = last;
            last = if reduction { (4 * width, last.1 + 1) } else { (6 * width, last.1) };
        }
        wanted.add("head/dense/weight", &[classes, 24 * f]);
        wanted.add("head/dense/bias", &[classes]);
        wanted
    }

    fn blocks(&mut self, cell: &str, width: usize, p: usize, reduction: bool) {
        let separables: &[(&str, usize, usize)] = if reduction {
            &[
                ("b0/left", 5, width),
                ("b0/right", 7, p),
                ("b1/right", 7, p),
                ("b2/right", 5, p),
                ("b4/left", 3, width),
            ]
        } else {
            &[
                ("b0/left", 5, 0),
                ("b0/right", 3, 0),
                ("b1/left", 5, 0),
                ("b1/right", 3, 0),
                ("b4/left", 3, 0),
            ]
        };
        for &(place, kernel, input) in separables {
            let input = if reduction { input } else { width };
            for (repeat, input) in [(1, input), (2, width)] {
                let path = format!("{cell}/{place}");
                self.add(&format!("{path}/depthwise_{repeat}/weight"), &[input, 1, kernel, kernel]);
                self.convolution(&format!("{path}/pointwise_{repeat}/weight"), width, input);
                self.norm(&format!("{path}/bn_{repeat}"), width);
            }
        }
    }

    fn convolution(&mut self, path: &str, output: usize, input: usize) {
        self.add(path, &[output, input, 1, 1]);
    }

    fn norm(&mut self, path: &str, channels: usize) {
        for name in ["gamma", "beta", "mean", "variance"] {
            self.add(&format!("{path}/{name}"), &[channels]);
        }
    }

    fn add(&mut self, path: &str, shape: &[usize]) {
        self.list.push((path.to_owned(), shape.to_vec()));
    }

    pub fn expected(&self) -> Vec<Expected<'_>> {
        self.list.iter().map(|(path, shape)| Expected { path, shape }).collect()
    }
}
