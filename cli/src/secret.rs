//! How a PIN, a password or a person's number comes in: from the terminal without echo, or from a file descriptor.

use crate::terminal::Terminal;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::fd::AsFd;
use tongguan_core::domain::{Password, Pin};
use tongguan_core::fault::Fault;
use zeroize::Zeroizing;

/// Longest line that is read, in bytes: room for any password, no room for a wrong file.
const LONGEST: usize = 1024;

/// The PIN. Too short, too long or not ASCII: [`Fault::PinFormat`], before any card sees it.
pub(crate) fn pin(terminal: &Terminal, descriptor: Option<u32>) -> Result<Pin, Fault> {
    let line = match descriptor {
        Some(number) => line_of(number, "pin_fd")?,
        None => typed(&terminal.words.plain("ask.pin"))?,
    };
    Pin::parse(line.to_vec())
}

pub(crate) fn password(
    terminal: &Terminal,
    descriptor: Option<u32>,
    account: &str,
) -> Result<Password, Fault> {
    let line = match descriptor {
        Some(number) => line_of(number, "password_fd")?,
        None => typed(&terminal.words.say("ask.password", &[("account", account)]))?,
    };
    Ok(Password::from(text(&line, "password")?.to_string()))
}

/// A value that is neither seen on the terminal nor in the arguments: a new password, a document's number.
pub(crate) fn hidden(
    terminal: &Terminal,
    descriptor: Option<u32>,
    field: &str,
    question: &str,
) -> Result<Zeroizing<String>, Fault> {
    let line = match descriptor {
        Some(number) => line_of(number, field)?,
        None => typed(&terminal.words.plain(question))?,
    };
    text(&line, field)
}

/// A new one; typed twice where it is typed, for nobody sees it.
pub(crate) fn new_password(
    terminal: &Terminal,
    descriptor: Option<u32>,
    field: &str,
) -> Result<Password, Fault> {
    let first = hidden(terminal, descriptor, field, "ask.password_new")?;
    if descriptor.is_none() && *first != *hidden(terminal, None, field, "ask.password_again")? {
        return Err(invalid("password_again", "differs"));
    }
    Ok(Password::from(first.to_string()))
}

/// The same for a PIN.
pub(crate) fn new_pin(terminal: &Terminal, descriptor: Option<u32>) -> Result<Pin, Fault> {
    let first = hidden(terminal, descriptor, "new_pin_fd", "ask.pin_new")?;
    if descriptor.is_none() && *first != *hidden(terminal, None, "new_pin_fd", "ask.pin_again")? {
        return Err(invalid("pin_again", "differs"));
    }
    Pin::parse(first.as_bytes().to_vec())
}

/// A value that may be seen while it is typed, such as a code that is used once.
pub(crate) fn answer(
    terminal: &mut Terminal,
    descriptor: Option<u32>,
    field: &str,
    question: &str,
) -> Result<String, Fault> {
    match descriptor {
        Some(number) => Ok(text(&line_of(number, field)?, field)?.trim().to_owned()),
        None => terminal.ask(question, &[]),
    }
}

fn text(line: &[u8], field: &str) -> Result<Zeroizing<String>, Fault> {
    let text = std::str::from_utf8(line).map_err(|_| invalid(field, "encoding"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

/// Asked and typed on the controlling terminal, where it may be seen.
pub(crate) fn shown(question: &str) -> Result<String, Fault> {
    let missing = |_| invalid("terminal", "missing");
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(missing)?;
    write!(terminal, "{question} ").and_then(|()| terminal.flush()).map_err(missing)?;
    let mut typed = BufReader::new(terminal);
    let mut line = String::new();
    if typed.read_line(&mut line).map_err(missing)? == 0 {
        return Err(Fault::Cancelled);
    }
    Ok(line.trim().to_owned())
}

/// On the controlling terminal, whatever standard input is. Ctrl-C there is [`Fault::Cancelled`].
fn typed(question: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    match rpassword::prompt_password(format!("{question} ")) {
        Ok(text) => Ok(Zeroizing::new(text.into_bytes())),
        Err(reason) if reason.kind() == io::ErrorKind::Interrupted => Err(Fault::Cancelled),
        Err(_) => Err(invalid("terminal", "missing")),
    }
}

/// One line of an inherited descriptor. Byte by byte, so that two secrets may share one pipe; and never
/// through `io::stdin`, whose buffer would keep them.
fn line_of(descriptor: u32, field: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let file = opened(descriptor).map_err(|_| invalid(field, "closed"))?;
    first_line(file, field)
}

/// Standard input is cloned, for it may be a socket, which `/dev/fd` does not open.
fn opened(descriptor: u32) -> io::Result<File> {
    if descriptor == 0 {
        return io::stdin().as_fd().try_clone_to_owned().map(File::from);
    }
    File::open(format!("/dev/fd/{descriptor}"))
}

fn first_line(mut source: impl Read, field: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut byte = Zeroizing::new([0u8]);
    while source.read(&mut byte[..]).map_err(|_| invalid(field, "unreadable"))? == 1 {
        let [value] = *byte;
        match value {
            b'\n' => break,
            _ if line.len() == LONGEST => return Err(invalid(field, "length")),
            other => line.push(other),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(line)
}

pub(crate) fn invalid(field: &str, reason: &str) -> Fault {
    Fault::InputInvalid { field: field.into(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_secrets_share_one_pipe() {
        let mut pipe: &[u8] = b"first\r\nsecond";
        assert_eq!(first_line(&mut pipe, "x").unwrap().as_slice(), b"first");
        assert_eq!(first_line(&mut pipe, "x").unwrap().as_slice(), b"second");
    }

    #[test]
    fn a_wrong_file_is_not_swallowed() {
        assert!(first_line(&vec![b'a'; LONGEST + 1][..], "x").is_err());
    }
}
