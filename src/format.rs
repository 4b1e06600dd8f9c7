//! Numbers as people read them.

/// With thousands separated: `5,289,978`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// With four digits and a unit prefix: `564.8 M`.
pub fn short(number: u64) -> String {
    if number < 10_000 {
        return grouped(number);
    }
    let mut value = number as f64;
    let mut prefix = "";
    for next in ["k", "M", "G", "T", "P"] {
        value /= 1000.0;
        prefix = next;
        // What would be written as 1000.0 belongs to the next prefix.
        if value < 999.95 {
            break;
        }
    }
    let decimals =
        if value < 9.9995 { 3 } else { usize::from(value < 999.95) + usize::from(value < 99.995) };
    format!("{value:.decimals$} {prefix}")
}

/// Bytes in powers of ten, as file managers count: `21.2 MB`.
pub fn bytes(number: u64) -> String {
    if number < 10_000 { format!("{} B", grouped(number)) } else { format!("{}B", short(number)) }
}

/// How a number differs from the one it is compared with: `same`, `+12.3%`, `×16.8`.
pub fn difference(now: u64, before: u64) -> String {
    if now == before {
        return "same".to_owned();
    }
    if before == 0 {
        return "new".to_owned();
    }
    let ratio = now as f64 / before as f64;
    let percent = (ratio - 1.0) * 100.0;
    let sign = if percent < 0.0 { "−" } else { "+" };
    match percent.abs() {
        _ if ratio >= 1000.0 => format!("×{}", grouped(ratio.round() as u64)),
        _ if ratio >= 2.0 => format!("×{ratio:.1}"),
        size if size < 0.05 => format!("{sign}<0.1%"),
        size => format!("{sign}{size:.1}%"),
    }
}

/// A duration given in milliseconds: `0.4 ms`, `75 ms`, `1.23 s`.
pub fn milliseconds(duration: f64) -> String {
    match duration {
        short if short < 10.0 => format!("{short:.1} ms"),
        middle if middle < 1000.0 => format!("{middle:.0} ms"),
        long => format!("{:.2} s", long / 1000.0),
    }
}

/// A share of one as percents: `12.3%`.
pub fn percent(share: f32) -> String {
    format!("{:.1}%", share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shortened() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(5_289_978), "5,289,978");
        assert_eq!(short(9_999), "9,999");
        assert_eq!(short(10_000), "10.00 k");
        assert_eq!(short(564_822_714), "564.8 M");
        assert_eq!(short(999_999_999), "1.000 G");
        assert_eq!(short(23_783_414_658), "23.78 G");
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(21_226_456), "21.23 MB");
    }

    #[test]
    fn differences_say_how_much() {
        assert_eq!(difference(5, 5), "same");
        assert_eq!(difference(1123, 1000), "+12.3%");
        assert_eq!(difference(877, 1000), "−12.3%");
        assert_eq!(difference(100_001, 100_000), "+<0.1%");
        assert_eq!(difference(168, 10), "×16.8");
        assert_eq!(difference(199, 100), "+99.0%");
        assert_eq!(difference(200, 100), "×2.0");
        assert_eq!(difference(47_791, 1), "×47,791");
        assert_eq!(difference(3, 0), "new");
    }

    #[test]
    fn durations_fit_their_size() {
        assert_eq!(milliseconds(0.42), "0.4 ms");
        assert_eq!(milliseconds(75.4), "75 ms");
        assert_eq!(milliseconds(1234.0), "1.23 s");
    }
}
