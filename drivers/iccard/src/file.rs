//! Transparent files: SELECT by path and READ BINARY (ISO/IEC 7816-4 clauses 11.2.2 and 11.3.3).

use crate::apdu::{Answer, Command, Response, ins};
use crate::channel::Channel;
use crate::pkcs15_objects::FilePath;
use crate::status;
use crate::tlv::{Reader, malformed, whole_length};
use tongguan_core::fault::Fault;

pub(crate) const MASTER_FILE: [u8; 2] = [0x3F, 0x00];
/// READ BINARY addresses 15 bits without leaving the current file.
const MOST: usize = 0x7FFF;

/// SELECT by path (ISO/IEC 7816-4 clause 11.2.2): from the master file, from here, or one file in here.
pub(crate) fn select_path(channel: &mut Channel<'_>, path: &[u8]) -> Result<Response, Fault> {
    let (p1, data) = match path.strip_prefix(&MASTER_FILE) {
        Some([]) => (0x00, path),
        Some(below) => (0x08, below),
        None if path.len() == 2 => (0x02, path),
        None => (0x09, path),
    };
    let response = channel.send(&Command::new(ins::SELECT, p1, 0x0C).data(data))?;
    // Wrong P1-P2: older cards know only one file at a time.
    if !matches!(response.status, 0x6A81 | 0x6A86 | 0x6B00) {
        return Ok(response);
    }
    let mut last = response;
    for identifier in path.chunks(2) {
        last = channel.send(&Command::new(ins::SELECT, 0x00, 0x00).data(identifier).answer(Answer::Short))?;
        if !last.is_ok() {
            break;
        }
    }
    Ok(last)
}

/// The part of a file that a path names.
pub(crate) fn read_file(
    channel: &mut Channel<'_>,
    path: &FilePath,
    object: &'static str,
) -> Result<Vec<u8>, Fault> {
    if !select_path(channel, &path.identifiers)?.is_ok() {
        return Err(malformed(object, "not there"));
    }
    let length = path.length.map(usize::from);
    let mut bytes = read_range(channel, usize::from(path.offset), length, object)?;
    bytes.truncate(length.unwrap_or(bytes.len()));
    Ok(bytes)
}

/// Everything in the current file.
pub(crate) fn read_whole(channel: &mut Channel<'_>, object: &'static str) -> Result<Vec<u8>, Fault> {
    read_range(channel, 0, None, object)
}

/// A certificate file: its own DER header says how long it is, however long the file.
pub(crate) fn read_certificate(channel: &mut Channel<'_>, path: &FilePath) -> Result<Vec<u8>, Fault> {
    const OBJECT: &str = "certificate file";
    if !select_path(channel, &path.identifiers)?.is_ok() {
        return Err(malformed(OBJECT, "not there"));
    }
    let offset = usize::from(path.offset);
    let mut bytes = read_range(channel, offset, Some(1), OBJECT)?;
    let length = whole_length(&bytes, OBJECT)?;
    if length > bytes.len() {
        bytes.append(&mut read_range(channel, offset + bytes.len(), Some(length - bytes.len()), OBJECT)?);
    }
    bytes.truncate(length);
    if bytes.len() == length { Ok(bytes) } else { Err(malformed(OBJECT, "cut off")) }
}

/// READ BINARY until at least `wanted` bytes are there, or until the file ends.
fn read_range(
    channel: &mut Channel<'_>,
    offset: usize,
    wanted: Option<usize>,
    object: &'static str,
) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    loop {
        let at = offset + bytes.len();
        let [p1, p2] = u16::try_from(at)
            .ok()
            .filter(|_| at <= MOST)
            .map(u16::to_be_bytes)
            .ok_or_else(|| malformed(object, "too long"))?;
        let mut response = channel.send(&Command::new(ins::READ_BINARY, p1, p2).answer(Answer::Long))?;
        let ended = response.data.is_empty() || response.status >> 8 == 0x62;
        // Beyond the end: the file was exactly as long as the blocks before.
        if matches!(response.status, 0x6B00 | 0x6A86) && !bytes.is_empty() {
            return Ok(bytes);
        }
        if let Some(fault) = status::of_command(ins::READ_BINARY, response.status) {
            return Err(fault);
        }
        let short = response.data.len() < 256;
        bytes.append(&mut response.data);
        if ended || short || wanted.is_some_and(|wanted| bytes.len() >= wanted) || complete(&bytes) {
            return Ok(bytes);
        }
    }
}

/// The records in `bytes` end before the bytes do: what follows in the file is filling.
fn complete(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes, "file");
    while let Ok(Some(_)) = reader.object() {
        if matches!(reader.rest().first(), Some(0x00 | 0xFF)) {
            return true;
        }
    }
    false
}

/// Only the records of a directory, so that the next directory can follow.
pub(crate) fn trimmed(bytes: Vec<u8>, object: &'static str) -> Result<Vec<u8>, Fault> {
    let mut reader = Reader::new(&bytes, object);
    let mut end = 0;
    while reader.object()?.is_some() {
        end = bytes.len() - reader.rest().len();
    }
    Ok(bytes.get(..end).unwrap_or_default().to_vec())
}

/// SELECT by path where the file has to be.
pub(crate) fn go(channel: &mut Channel<'_>, path: &[u8], object: &str) -> Result<(), Fault> {
    if select_path(channel, path)?.is_ok() { Ok(()) } else { Err(malformed(object, "path is not there")) }
}

/// A whole file in the current directory.
pub(crate) fn here(identifier: &[u8; 2]) -> FilePath {
    FilePath { identifiers: identifier.to_vec(), offset: 0, length: None }
}
