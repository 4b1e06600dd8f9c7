//! The two half precision formats, as float32.

/// bfloat16 is the upper half of a float32.
pub(super) fn bfloat16_to_f32(bits: u16) -> f32 {
    f32::from_bits(u32::from(bits) << 16)
}

/// IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
pub(super) fn half_to_f32(bits: u16) -> f32 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from((bits >> 10) & 0x1f);
    let fraction = f32::from(bits & 0x3ff);
    let magnitude = match exponent {
        0 => fraction * 2.0_f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (1.0 + fraction / 1024.0) * 2.0_f32.powi(exponent - 15),
    };
    sign * magnitude
}

/// The nearest binary16, of two equally near the even one, as IEEE 754 rounds. From 65520 on, that
/// is infinity; below 2^-25, zero.
pub(super) fn f32_to_half(value: f32) -> u16 {
    const INFINITY: u32 = 0x7f80_0000;
    const TOO_LARGE: u32 = 65520.0_f32.to_bits();
    /// 2^-14.
    const LEAST_NORMAL: u32 = (127 - 14) << 23;
    let bits = value.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let magnitude = bits & 0x7fff_ffff;
    let rounded = if magnitude > INFINITY {
        0x7e00
    } else if magnitude >= TOO_LARGE {
        0x7c00
    } else if magnitude >= LEAST_NORMAL {
        // The exponent's bias is 112 less. A carry out of the fraction is one of the exponent.
        let odd = (magnitude >> 13) & 1;
        (magnitude + 0xfff + odd - (112 << 23)) >> 13
    } else {
        // A float32 from 0.5 to 1 counts in steps of 2^-24, those of the subnormals.
        (f32::from_bits(magnitude) + 0.5).to_bits() - 0.5_f32.to_bits()
    };
    (sign | rounded) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_comes_back() {
        for bits in 0..=u16::MAX {
            let value = half_to_f32(bits);
            if value.is_nan() {
                assert!(half_to_f32(f32_to_half(value)).is_nan(), "{bits:#06x}");
            } else {
                assert_eq!(f32_to_half(value), bits, "{bits:#06x}");
            }
        }
    }

    /// Between every two neighbours, the subnormal ones and the largest included.
    #[test]
    fn the_nearer_neighbour_is_taken_and_of_two_the_even_one() {
        for low in 0..0x7bff_u16 {
            let high = low + 1;
            let even = if low % 2 == 0 { low } else { high };
            // Exact: two halves' mean has one bit more than they have.
            let middle = (half_to_f32(low) + half_to_f32(high)) / 2.0;
            for (value, expected) in [
                (f32::from_bits(middle.to_bits() - 1), low),
                (middle, even),
                (f32::from_bits(middle.to_bits() + 1), high),
            ] {
                assert_eq!(f32_to_half(value), expected, "{value:e}");
                assert_eq!(f32_to_half(-value), expected | 0x8000, "-{value:e}");
            }
        }
    }

    #[test]
    fn what_is_too_large_or_too_small() {
        for (value, bits) in [
            (65504.0, 0x7bff),
            (65519.996, 0x7bff),
            (65520.0, 0x7c00),
            (f32::MAX, 0x7c00),
            (f32::NEG_INFINITY, 0xfc00),
            (5.960_464_5e-8, 0x0001),
            (2.980_232_2e-8, 0x0000),
            (2.980_232_6e-8, 0x0001),
            (f32::from_bits(1), 0x0000),
            (-0.0, 0x8000),
            (0.1, 0x2e66),
        ] {
            assert_eq!(f32_to_half(value), bits, "{value:e}");
        }
        assert!(half_to_f32(f32_to_half(f32::NAN)).is_nan());
    }

    #[test]
    fn half_precision_values() {
        for (bits, value) in [
            (0x0000, 0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 6.103_515_6e-5),
            (0x0001, 5.960_464_5e-8),
            (0x3555, 0.333_251_95),
            (0xfc00, f32::NEG_INFINITY),
        ] {
            assert_eq!(half_to_f32(bits), value, "{bits:#06x}");
        }
        assert!(half_to_f32(0x7e00).is_nan());
        assert_eq!(bfloat16_to_f32(0xc040), -3.0);
    }
}
