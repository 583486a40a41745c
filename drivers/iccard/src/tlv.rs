//! BER-TLV as cards use it (ISO/IEC 7816-4 clause 5.2.2), read inside bounds and without copies.

use tongguan_core::fault::Fault;

/// A tag of one to three bytes, as the number that its bytes spell, and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tlv<'a> {
    pub tag: u32,
    pub value: &'a [u8],
}

/// Goes through a string of data objects. `name` is that of the whole, for a fault.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    rest: &'a [u8],
    name: &'static str,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8], name: &'static str) -> Self {
        Self { rest: bytes, name }
    }

    /// The fault of this object.
    pub fn malformed(&self, reason: &str) -> Fault {
        malformed(self.name, reason)
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next data object, or none at the end. Zeros between objects are padding; FF is where an
    /// unwritten part of a file begins.
    ///
    /// # Errors
    /// [`Fault::CardMalformed`] for a tag of more than three bytes, an indefinite or longer than
    /// three-byte length, or a value that runs over the end.
    pub fn object(&mut self) -> Result<Option<Tlv<'a>>, Fault> {
        while let Some((0, rest)) = self.rest.split_first().map(|(b, r)| (*b, r)) {
            self.rest = rest;
        }
        if matches!(self.rest.first(), None | Some(0xFF)) {
            self.rest = &[];
            return Ok(None);
        }
        let tag = self.tag()?;
        let length = self.length()?;
        let Some((value, rest)) = self.rest.split_at_checked(length) else {
            return Err(self.malformed("a value runs over the end"));
        };
        self.rest = rest;
        Ok(Some(Tlv { tag, value }))
    }

    /// The first object with this tag from here on, inside this level.
    pub fn find(mut self, tag: u32) -> Result<Option<&'a [u8]>, Fault> {
        while let Some(tlv) = self.object()? {
            if tlv.tag == tag {
                return Ok(Some(tlv.value));
            }
        }
        Ok(None)
    }

    /// Like [`Reader::find`], and it must be there.
    pub fn need(self, tag: u32) -> Result<&'a [u8], Fault> {
        self.find(tag)?.ok_or_else(|| self.malformed(&format!("no {tag:X}")))
    }

    /// Goes into a constructed object.
    pub fn inside(self, tag: u32) -> Result<Self, Fault> {
        Ok(Self { rest: self.need(tag)?, name: self.name })
    }

    /// Takes the next object if it has this tag.
    pub fn take(&mut self, tag: u32) -> Result<Option<&'a [u8]>, Fault> {
        let mut ahead = *self;
        match ahead.object()? {
            Some(tlv) if tlv.tag == tag => {
                *self = ahead;
                Ok(Some(tlv.value))
            }
            _ => Ok(None),
        }
    }

    /// Takes the next object, which must have this tag.
    pub fn expect(&mut self, tag: u32) -> Result<&'a [u8], Fault> {
        self.take(tag)?.ok_or_else(|| self.malformed(&format!("no {tag:X}")))
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let Some((byte, rest)) = self.rest.split_first() else {
            return Err(self.malformed("cut off"));
        };
        self.rest = rest;
        Ok(*byte)
    }

    fn tag(&mut self) -> Result<u32, Fault> {
        let first = self.byte()?;
        let mut tag = u32::from(first);
        if first & 0x1F == 0x1F {
            for round in 0..3 {
                let next = self.byte()?;
                if round == 2 {
                    return Err(self.malformed("tag too long"));
                }
                tag = tag << 8 | u32::from(next);
                if next & 0x80 == 0 {
                    break;
                }
            }
        }
        Ok(tag)
    }

    fn length(&mut self) -> Result<usize, Fault> {
        let first = self.byte()?;
        let more = match first {
            0..=0x7F => return Ok(usize::from(first)),
            0x81..=0x83 => first & 0x0F,
            _ => return Err(self.malformed("length form")),
        };
        (0..more).try_fold(0, |length, _| Ok(length << 8 | usize::from(self.byte()?)))
    }
}

pub(crate) fn malformed(object: &str, reason: &str) -> Fault {
    Fault::CardMalformed { object: object.into(), reason: reason.into() }
}

/// Appends one data object; for values below 64 KiB.
pub(crate) fn push(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    out.push(tag);
    match (u8::try_from(value.len()), u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes()) {
        (Ok(length @ 0..=0x7F), _) => out.push(length),
        (Ok(length), _) => out.extend_from_slice(&[0x81, length]),
        (Err(_), [high, low]) => out.extend_from_slice(&[0x82, high, low]),
    }
    out.extend_from_slice(value);
}

/// How long the data object is that `start` begins, header included.
pub fn whole_length(start: &[u8], object: &'static str) -> Result<usize, Fault> {
    let mut reader = Reader::new(start, object);
    reader.tag()?;
    let length = reader.length()?;
    Ok(start.len() - reader.rest.len() + length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_tags_of_two_bytes_and_long_lengths() {
        let bytes = [0x9F, 0x65, 0x01, 0x02, 0x53, 0x81, 0x02, 0xAA, 0xBB, 0xFF, 0xFF];
        let reader = Reader::new(&bytes, "test");
        assert_eq!(reader.need(0x9F65).unwrap(), [2]);
        assert_eq!(reader.need(0x53).unwrap(), [0xAA, 0xBB]);
        assert_eq!(reader.find(0x54).unwrap(), None);
    }

    #[test]
    fn refuses_what_is_out_of_bounds() {
        for bad in ["5303AABB", "5380AA0000", "538400000001AA", "9FFFFFFF0100", "53", "9F", "5382FF"] {
            let bytes = hex::decode(bad).unwrap();
            assert!(Reader::new(&bytes, "test").object().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let mut reader = Reader::new(&bytes, "test");
            while let Ok(Some(tlv)) = reader.object() {
                prop_assert!(tlv.value.len() < bytes.len());
            }
            let _ = whole_length(&bytes, "test");
        }

        #[test]
        fn what_is_written_reads_back(value in proptest::collection::vec(any::<u8>(), 0..700)) {
            let mut out = Vec::new();
            push(&mut out, 0x53, &value);
            prop_assert_eq!(whole_length(&out, "test").unwrap(), out.len());
            prop_assert_eq!(Reader::new(&out, "test").need(0x53).unwrap(), &value[..]);
        }
    }
}
