use serde::Serialize;
use std::io::{self, Write};
use zeroize::Zeroizing;

/// The value as JSON, in a buffer that is wiped: measured first, for what a growing buffer leaves behind is not.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn wiped_json(value: &impl Serialize) -> serde_json::Result<Zeroizing<Vec<u8>>> {
    let mut length = Length(0);
    serde_json::to_writer(&mut length, value)?;
    let mut json = Zeroizing::new(Vec::with_capacity(length.0));
    serde_json::to_writer(&mut *json, value)?;
    Ok(json)
}

/// Counts what is written and keeps none of it.
struct Length(usize);

impl Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Password;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_buffer_is_as_large_as_what_it_holds(secret in "\\PC{0,400}") {
            let json = wiped_json(&Password::from(secret.clone())).unwrap();
            prop_assert_eq!(json.capacity(), json.len());
            prop_assert_eq!(serde_json::from_slice::<String>(&json).unwrap(), secret);
        }
    }
}
