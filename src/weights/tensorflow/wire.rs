//! The little of protocol buffers that a checkpoint's index uses.

use crate::weights::torch::value::Fault;

/// A number in groups of seven bits, the lowest first, taken from the front of `bytes`.
pub(super) fn variable_length(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let group = u64::from(byte & 0x7f);
        if group << shift >> shift != group {
            return None;
        }
        number |= group << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

/// The same for a number that counts bytes.
pub(super) fn count(bytes: &mut &[u8]) -> Option<usize> {
    usize::try_from(variable_length(bytes)?).ok()
}

/// A field's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field<'a> {
    Number(u64),
    Fixed32(u32),
    Fixed64,
    /// A text or a message.
    Bytes(&'a [u8]),
}

/// The fields of a message by their numbers, in the file's order.
pub(super) fn fields(mut message: &[u8]) -> Result<Vec<(u64, Field<'_>)>, Fault> {
    let mut fields = Vec::new();
    while !message.is_empty() {
        let field = field(&mut message);
        fields.push(field.ok_or_else(|| Fault::damaged("a message in its index breaks off"))?);
    }
    Ok(fields)
}

fn field<'a>(message: &mut &'a [u8]) -> Option<(u64, Field<'a>)> {
    let tag = variable_length(message)?;
    let field = match tag & 7 {
        0 => Field::Number(variable_length(message)?),
        1 => {
            *message = message.split_first_chunk::<8>()?.1;
            Field::Fixed64
        }
        2 => {
            let length = count(message)?;
            let (bytes, rest) = message.split_at_checked(length)?;
            *message = rest;
            Field::Bytes(bytes)
        }
        5 => {
            let (bytes, rest) = message.split_first_chunk::<4>()?;
            *message = rest;
            Field::Fixed32(u32::from_le_bytes(*bytes))
        }
        _ => return None,
    };
    Some((tag >> 3, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (bytes, number) in [
            (&[0x00][..], Some(0)),
            (&[0x7f], Some(127)),
            (&[0xac, 0x02], Some(300)),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], Some(u64::MAX)),
            (&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02], None),
            (&[0x80; 11], None),
            (&[0x80], None),
            (&[], None),
        ] {
            assert_eq!(variable_length(&mut &*bytes), number, "{bytes:?}");
        }
    }

    #[test]
    fn every_kind_of_field() {
        let message = b"\x08\x96\x01\x12\x02hi\x1d\x01\x00\x00\x00\x21\0\0\0\0\0\0\0\0";
        let expected = [
            (1, Field::Number(150)),
            (2, Field::Bytes(b"hi")),
            (3, Field::Fixed32(1)),
            (4, Field::Fixed64),
        ];
        assert_eq!(fields(message).unwrap(), expected);
        // Where a field ends, the message may end; nowhere else.
        for length in 1..message.len() {
            assert_eq!(fields(&message[..length]).is_ok(), [3, 7, 12].contains(&length));
        }
        assert!(fields(b"\x0b").is_err(), "groups are not used");
    }
}
