//! What goes between the program and a worker.
//!
//! ```text
//! frame = length u32 | kind u8 | id u32 | meta length u32 | meta (JSON) | blob*
//! blob  = length u32 | bytes
//! ```
//! Numbers are big-endian; `length` counts what follows it, at most [`LIMIT`].

use serde::de::DeserializeOwned;
use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::ops::Range;
use zeroize::Zeroizing;

pub(crate) const LIMIT: usize = 4 * 1024 * 1024;
/// JSON grows when it is read: it gets less room than bytes do.
const META_LIMIT: usize = 256 * 1024;
const BLOB_LIMIT: usize = 1024;
/// Kind, id and the length of the JSON.
const HEAD: usize = 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Call = 1,
    Answer = 2,
    Event = 3,
}

/// Why no frame came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lost {
    /// The deadline passed.
    Late,
    /// The other side is gone.
    Closed,
    /// What came is not a frame.
    Lied,
}

impl From<io::Error> for Lost {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::WouldBlock | ErrorKind::TimedOut => Self::Late,
            _ => Self::Closed,
        }
    }
}

/// A received frame. Dropping it wipes it.
pub(crate) struct Frame {
    pub(crate) kind: Kind,
    pub(crate) id: u32,
    meta: Range<usize>,
    blobs: Vec<Range<usize>>,
    body: Zeroizing<Vec<u8>>,
}

impl Frame {
    pub(crate) fn read(input: &mut impl Read) -> Result<Self, Lost> {
        let mut length = [0; 4];
        input.read_exact(&mut length)?;
        let length = usize::try_from(u32::from_be_bytes(length)).map_err(|_| Lost::Lied)?;
        if !(HEAD..=LIMIT).contains(&length) {
            return Err(Lost::Lied);
        }
        // As large as the frame from the beginning: growing would leave copies of a PIN behind.
        let mut body = Zeroizing::new(vec![0; length]);
        input.read_exact(&mut body)?;
        Self::parse(body).ok_or(Lost::Lied)
    }

    fn parse(body: Zeroizing<Vec<u8>>) -> Option<Self> {
        let mut cursor = Cursor { bytes: &body, at: 0 };
        let kind = match cursor.take(1)?.first()? {
            1 => Kind::Call,
            2 => Kind::Answer,
            3 => Kind::Event,
            _ => return None,
        };
        let id = cursor.number()?;
        let meta = cursor.counted()?;
        if meta.len() > META_LIMIT {
            return None;
        }
        let mut blobs = Vec::new();
        while cursor.at < body.len() {
            if blobs.len() == BLOB_LIMIT {
                return None;
            }
            blobs.push(cursor.counted()?);
        }
        Some(Self { kind, id, meta, blobs, body })
    }

    pub(crate) fn meta<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_slice(self.body.get(self.meta.clone())?).ok()
    }

    pub(crate) fn blob(&self, index: usize) -> Option<&[u8]> {
        self.body.get(self.blobs.get(index)?.clone())
    }

    pub(crate) fn blobs(&self) -> impl Iterator<Item = &[u8]> {
        self.blobs.iter().filter_map(|range| self.body.get(range.clone()))
    }
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(*self.take(4)?.first_chunk()?))
    }

    fn counted(&mut self) -> Option<Range<usize>> {
        let length = usize::try_from(self.number()?).ok()?;
        let start = self.at;
        self.take(length)?;
        Some(start..self.at)
    }
}

/// A frame to be sent. It only points to its blobs: a PIN is written from where it lies.
pub(crate) struct Outgoing<'a> {
    head: Vec<u8>,
    blobs: Vec<([u8; 4], &'a [u8])>,
}

impl<'a> Outgoing<'a> {
    /// `None` if it would be larger than a frame may be.
    pub(crate) fn new(kind: Kind, id: u32, meta: &[u8], blobs: &[&'a [u8]]) -> Option<Self> {
        let total = blobs.iter().fold(HEAD + meta.len(), |total, blob| total + 4 + blob.len());
        if total > LIMIT || meta.len() > META_LIMIT || blobs.len() > BLOB_LIMIT {
            return None;
        }
        let count = |length: usize| u32::try_from(length).ok().map(u32::to_be_bytes);
        let mut head = Vec::with_capacity(4 + HEAD + meta.len());
        head.extend(count(total)?);
        head.push(kind as u8);
        head.extend(id.to_be_bytes());
        head.extend(count(meta.len())?);
        head.extend_from_slice(meta);
        let blobs = blobs.iter().map(|blob| Some((count(blob.len())?, *blob))).collect::<Option<_>>()?;
        Some(Self { head, blobs })
    }

    /// Bytes on the line, the length itself included.
    #[cfg(windows)]
    pub(crate) fn len(&self) -> usize {
        self.blobs.iter().fold(self.head.len(), |total, (_, blob)| total + 4 + blob.len())
    }

    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut slices = Vec::with_capacity(1 + 2 * self.blobs.len());
        slices.push(IoSlice::new(&self.head));
        for (length, blob) in &self.blobs {
            slices.extend([IoSlice::new(length), IoSlice::new(blob)]);
        }
        let mut rest = slices.as_mut_slice();
        while !rest.is_empty() {
            match out.write_vectored(rest) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => IoSlice::advance_slices(&mut rest, written),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn written(kind: Kind, id: u32, meta: &[u8], blobs: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        Outgoing::new(kind, id, meta, blobs).unwrap().write(&mut out).unwrap();
        out
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(
            id in any::<u32>(),
            meta in vec(any::<u8>(), 0..64),
            blobs in vec(vec(any::<u8>(), 0..64), 0..8),
        ) {
            let slices: Vec<&[u8]> = blobs.iter().map(Vec::as_slice).collect();
            let bytes = written(Kind::Answer, id, &meta, &slices);
            let frame = Frame::read(&mut bytes.as_slice()).unwrap();
            prop_assert_eq!((frame.kind, frame.id), (Kind::Answer, id));
            prop_assert_eq!(&frame.body[frame.meta.clone()], meta.as_slice());
            prop_assert_eq!(frame.blobs().collect::<Vec<_>>(), slices);
        }

        #[test]
        fn any_bytes_are_a_frame_or_refused(bytes in vec(any::<u8>(), 0..96)) {
            let mut framed = u32::try_from(bytes.len()).unwrap().to_be_bytes().to_vec();
            framed.extend(&bytes);
            match Frame::read(&mut framed.as_slice()) {
                Ok(frame) => {
                    let blobs: Vec<&[u8]> = frame.blobs().collect();
                    let again = written(frame.kind, frame.id, &frame.body[frame.meta.clone()], &blobs);
                    prop_assert_eq!(again, framed);
                }
                Err(lost) => prop_assert_eq!(lost, Lost::Lied),
            }
        }

        #[test]
        fn a_frame_cut_short_is_no_frame(cut in 0usize..40) {
            let bytes = written(Kind::Call, 7, b"{}", &[b"message", b"certificate", b"1234"]);
            let cut = cut.min(bytes.len() - 1);
            prop_assert_eq!(Frame::read(&mut &bytes[..cut]).err(), Some(Lost::Closed));
        }
    }

    #[test]
    fn a_length_beyond_the_limit_allocates_nothing() {
        for length in [0, 8, u32::try_from(LIMIT).unwrap() + 1, u32::MAX] {
            assert_eq!(Frame::read(&mut length.to_be_bytes().as_slice()).err(), Some(Lost::Lied));
        }
    }

    #[test]
    fn nothing_is_sent_that_would_not_be_read() {
        let large = vec![0; LIMIT];
        assert!(Outgoing::new(Kind::Call, 1, b"{}", &[&large]).is_none());
        assert!(Outgoing::new(Kind::Call, 1, &large[..META_LIMIT + 1], &[]).is_none());
        assert!(Outgoing::new(Kind::Call, 1, b"{}", &vec![b"".as_slice(); BLOB_LIMIT + 1]).is_none());
        let most = vec![b"".as_slice(); BLOB_LIMIT];
        assert_eq!(
            Frame::read(&mut written(Kind::Call, 1, b"{}", &most).as_slice()).unwrap().blobs().count(),
            1024
        );
    }
}
