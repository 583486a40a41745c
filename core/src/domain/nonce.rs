use super::text::text_value;
use crate::fault::Fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

text_value!(
    /// The portal's random: base64url without padding of 32 to 64 bytes (at least 256 bits), canonical.
    Nonce,
    |value| {
        let refuse = |reason: &str| Fault::InputInvalid { field: "nonce".into(), reason: reason.into() };
        let bytes = URL_SAFE_NO_PAD.decode(value).map_err(|_| refuse("encoding"))?;
        if !(32..=64).contains(&bytes.len()) {
            return Err(refuse("length"));
        }
        Ok(())
    }
);

text_value!(
    /// Names one challenge: a UUID in lower case with hyphens (RFC 9562).
    RequestId,
    |value| match uuid::Uuid::try_parse(value) {
        Ok(uuid) if uuid.hyphenated().to_string() == value => Ok(()),
        _ => Err(Fault::InputInvalid { field: "request_id".into(), reason: "encoding".into() }),
    }
);

impl Nonce {
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl RequestId {
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().hyphenated().to_string())
    }

    /// The name of whatever these bytes are a hash of (RFC 9562 version 8).
    pub fn of_hash(bytes: [u8; 16]) -> Self {
        Self(uuid::Builder::from_custom_bytes(bytes).into_uuid().hyphenated().to_string())
    }
}
