//! Pictures that come with the program.

/// A picture that comes with the program.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// What it shows.
    pub name: &'static str,
    /// The picture file.
    pub bytes: &'static [u8],
}
