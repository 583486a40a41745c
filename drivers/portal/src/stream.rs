//! Server-sent events (HTML standard, section 9.2), as far as they tell versions.

use crate::body::media_type;
use crate::fault::is_late;
use reqwest::blocking::Response;
use std::io::Read;
use std::time::{Duration, Instant};

/// A portal that says more than this in one wait is not telling versions.
const LARGEST: usize = 64 * 1024;
/// The portal tells the version at once. A proxy that holds answers back lets nothing through by then.
const FIRST: Duration = Duration::from_secs(5);

/// How a wait on a stream ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heard {
    Changed,
    /// Nothing changed while there was time.
    Nothing,
    /// It cannot be waited on here, or not any longer.
    Broken,
}

/// Reads until another version than `version` is told.
pub(crate) fn hear(response: Response, version: u32, until: Instant) -> Heard {
    let is_stream = media_type(response.headers()) == "text/event-stream";
    if response.status().as_u16() != 200 || !is_stream {
        return Heard::Broken;
    }
    follow(response, version, until)
}

fn follow(mut stream: impl Read, version: u32, until: Instant) -> Heard {
    let (mut told, mut buffer, mut total) = (Told::default(), [0_u8; 1024], 0);
    let first = until.min(Instant::now() + FIRST);
    while Instant::now() < if told.any { until } else { first } {
        let read = match stream.read(&mut buffer) {
            // A beat without a word: the clock is looked at, and it goes on.
            Err(error) if is_late(&error) => continue,
            Ok(count) => buffer.get(..count).unwrap_or_default(),
            Err(_) => return Heard::Broken,
        };
        total += read.len();
        if read.is_empty() || total > LARGEST {
            return Heard::Broken;
        }
        if read.iter().filter_map(|byte| told.take(*byte)).any(|now| now != version) {
            return Heard::Changed;
        }
    }
    if told.any { Heard::Nothing } else { Heard::Broken }
}

/// What has been read of the event that is under way.
#[derive(Default)]
struct Told {
    line: Vec<u8>,
    is_version: bool,
    data: Option<u32>,
    /// A version was told before.
    any: bool,
}

impl Told {
    /// The version, with the byte that ends its event.
    fn take(&mut self, byte: u8) -> Option<u32> {
        if byte != b'\n' {
            self.line.push(byte);
            return None;
        }
        let line = std::mem::take(&mut self.line);
        let line = line.strip_suffix(b"\r").unwrap_or(&line);
        if line.is_empty() {
            let version = self.data.take().filter(|_| self.is_version);
            self.is_version = false;
            self.any |= version.is_some();
            return version;
        }
        let text = std::str::from_utf8(line).unwrap_or_default();
        match text.split_once(':').map(|(name, value)| (name, value.strip_prefix(' ').unwrap_or(value))) {
            Some(("event", name)) => self.is_version = name == "version",
            Some(("data", value)) => self.data = value.parse().ok(),
            // A comment, which keeps the connection up, or something that is not for us.
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io;

    fn heard(text: &[u8]) -> Heard {
        follow(text, 7, Instant::now() + FIRST)
    }

    #[test]
    fn another_version_is_heard_and_the_same_is_not() {
        assert_eq!(heard(b"event: version\ndata: 8\n\n"), Heard::Changed);
        assert_eq!(heard(b": beat\r\n\r\nevent:version\r\ndata:8\r\n\r\n"), Heard::Changed);
        assert_eq!(heard(b"event: version\ndata: 7\n\nevent: version\ndata: 9\n\n"), Heard::Changed);
        for other in ["event: version\ndata: 7\n\n", "event: version\ndata: 8\n", "event: x\ndata: 8\n\n"] {
            assert_eq!(heard(other.as_bytes()), Heard::Broken, "{other:?} ends without a change");
        }
        assert_eq!(heard(b"event: version\ndata: -8\n\nevent: version\ndata: eight\n\n"), Heard::Broken);
    }

    #[test]
    fn a_stream_without_end_is_left() {
        assert_eq!(follow(io::repeat(b'a'), 7, Instant::now() + FIRST), Heard::Broken);
        assert_eq!(follow(io::repeat(b'\n'), 7, Instant::now() + FIRST), Heard::Broken);
    }

    struct Silent(Option<&'static [u8]>);

    impl Read for Silent {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            match self.0.take() {
                Some(mut said) => said.read(buffer),
                None => Err(io::ErrorKind::TimedOut.into()),
            }
        }
    }

    #[test]
    fn silence_is_nothing_where_the_stream_spoke_and_broken_where_it_never_did() {
        let soon = || Instant::now() + Duration::from_millis(1);
        assert_eq!(follow(Silent(None), 7, soon()), Heard::Broken);
        let spoke = Silent(Some(b"event: version\ndata: 7\n\n"));
        assert_eq!(follow(spoke, 7, Instant::now() + Duration::from_millis(50)), Heard::Nothing);
    }

    proptest! {
        #[test]
        fn whatever_is_said_ends(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            prop_assert_ne!(heard(&bytes), Heard::Nothing);
        }
    }
}
