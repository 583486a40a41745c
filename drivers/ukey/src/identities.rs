//! The certificates and keys of a token, as PKCS#11 objects (PKCS#11 2.40 sections 4.6 and 4.9).

use crate::visit::Visit;
use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_OBJECT_HANDLE, CK_ULONG, CKA_ALWAYS_AUTHENTICATE, CKA_CERTIFICATE_CATEGORY,
    CKA_CERTIFICATE_TYPE, CKA_CLASS, CKA_ID, CKA_LABEL, CKA_SIGN, CKA_VALUE, CKC_X_509, CKO_CERTIFICATE,
    CKO_PRIVATE_KEY,
};
use tongguan_core::domain::{Certificate, Identity, KeyRef};
use tongguan_core::fault::Fault;

/// CK_CERTIFICATE_CATEGORY_AUTHORITY, PKCS#11 2.40 section 4.6.2.
const AUTHORITY: CK_ULONG = 2;
/// Bytes of CKA_ID that enter a [`KeyRef`]; the fingerprint tells apart what is left.
const ID_IN_REF: usize = 20;

/// A certificate as it was found on the token.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) identity: Identity,
    /// CKA_ID and CKA_LABEL; empty where the object has none.
    pub(crate) id: Vec<u8>,
    pub(crate) label: Vec<u8>,
}

/// A private key that the session sees.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub(crate) handle: CK_OBJECT_HANDLE,
    pub(crate) id: Vec<u8>,
    pub(crate) label: Vec<u8>,
    /// CKA_SIGN, unless it says no.
    pub(crate) signs: bool,
    pub(crate) always_authenticate: bool,
}

/// The certificates that a holder can be asked to sign with, in the token's order. Without a login the
/// private keys may be hidden: then a certificate counts by what it says of itself.
pub(crate) fn read(visit: &Visit<'_>) -> Result<Vec<Record>, Fault> {
    let mut records: Vec<Record> = Vec::new();
    let mut flaw = None;
    for object in visit.find(&[(CKA_CLASS, &long(CKO_CERTIFICATE))])? {
        match record(visit, object) {
            Ok(Some(record)) if !known(&records, &record) => records.push(record),
            Ok(_) => {}
            Err(fault @ (Fault::CertificateMalformed { .. } | Fault::AlgorithmUnsupported { .. })) => {
                tracing::warn!(code = fault.code(), "certificate left out");
                flaw = flaw.or(Some(fault));
            }
            Err(fault) => return Err(fault),
        }
    }
    // A certificate that cannot be used hides no other; if none can, its fault is the token's.
    if let (true, Some(flaw)) = (records.is_empty(), flaw) {
        return Err(flaw);
    }
    let records = end_entities(records);
    let keys = keys(visit)?;
    let with_key: Vec<_> =
        records.iter().filter(|r| key_of(r.names(), &keys, records.len()).is_some()).cloned().collect();
    Ok(if with_key.is_empty() { records } else { with_key })
}

fn known(records: &[Record], new: &Record) -> bool {
    records.iter().any(|old| old.identity.certificate.der() == new.identity.certificate.der())
}

/// Leaves out authorities, by what they say, and by what they issued of the rest.
fn end_entities(records: Vec<Record>) -> Vec<Record> {
    let issued = |issuer: &Record| {
        let issuer = &issuer.identity.certificate;
        records.iter().any(|r| r.identity.certificate.verify_issued_by(issuer).is_ok())
    };
    records
        .iter()
        .filter(|record| record.identity.certificate.may_sign())
        .filter(|record| !record.identity.certificate.is_authority() && !issued(record))
        .cloned()
        .collect()
}

fn record(visit: &Visit<'_>, object: CK_OBJECT_HANDLE) -> Result<Option<Record>, Fault> {
    let is = |kind, value: CK_ULONG| {
        visit.attribute(object, kind).map(|got| got.is_some_and(|got| got == long(value)))
    };
    let x509 = visit.attribute(object, CKA_CERTIFICATE_TYPE)?.is_none_or(|kind| kind == long(CKC_X_509));
    if !x509 || is(CKA_CERTIFICATE_CATEGORY, AUTHORITY)? {
        return Ok(None);
    }
    let Some(der) = visit.attribute(object, CKA_VALUE)? else { return Ok(None) };
    let certificate = Certificate::parse(Certificate::without_filling(&der))?;
    let (id, label) = names_of(visit, object)?;
    let key = key_ref(&id, &certificate)?;
    Ok(Some(Record { identity: Identity { key, certificate }, id, label }))
}

fn names_of(visit: &Visit<'_>, object: CK_OBJECT_HANDLE) -> Result<(Vec<u8>, Vec<u8>), Fault> {
    let text = |kind: CK_ATTRIBUTE_TYPE| visit.attribute(object, kind).map(Option::unwrap_or_default);
    Ok((text(CKA_ID)?, text(CKA_LABEL)?))
}

/// CKA_ID and the start of the fingerprint, at most 57 characters.
fn key_ref(id: &[u8], certificate: &Certificate) -> Result<KeyRef, Fault> {
    let id = hex::encode(id.get(..ID_IN_REF).unwrap_or(id));
    let fingerprint: String = certificate.fingerprint().chars().take(16).collect();
    KeyRef::parse(&format!("{id}.{fingerprint}"))
}

/// The private keys that the session sees.
pub(crate) fn keys(visit: &Visit<'_>) -> Result<Vec<Key>, Fault> {
    let key = |handle| {
        let (id, label) = names_of(visit, handle)?;
        let signs = flag(visit, handle, CKA_SIGN)?.unwrap_or(true);
        Ok(Key { handle, id, label, signs, always_authenticate: wants_pin_again(visit, handle)? })
    };
    private_keys(visit, &[])?.into_iter().map(key).collect()
}

/// The only private key with this CKA_ID, if there is one and no second: the search has asked all that
/// matters, and each further question may cost a journey to the token.
pub(crate) fn only_key(visit: &Visit<'_>, id: &[u8]) -> Result<Option<Key>, Fault> {
    let [handle] = private_keys(visit, &[(CKA_ID, id)])?[..] else { return Ok(None) };
    let always_authenticate = wants_pin_again(visit, handle)?;
    Ok(Some(Key { handle, id: id.to_vec(), label: Vec::new(), signs: true, always_authenticate }))
}

fn private_keys(
    visit: &Visit<'_>,
    wanted: &[(CK_ATTRIBUTE_TYPE, &[u8])],
) -> Result<Vec<CK_OBJECT_HANDLE>, Fault> {
    let class = long(CKO_PRIVATE_KEY);
    visit.find(&[&[(CKA_CLASS, &class[..])], wanted].concat())
}

fn wants_pin_again(visit: &Visit<'_>, key: CK_OBJECT_HANDLE) -> Result<bool, Fault> {
    Ok(flag(visit, key, CKA_ALWAYS_AUTHENTICATE)?.unwrap_or(false))
}

fn flag(visit: &Visit<'_>, object: CK_OBJECT_HANDLE, kind: CK_ATTRIBUTE_TYPE) -> Result<Option<bool>, Fault> {
    Ok(visit.attribute(object, kind)?.map(|value| value.first() != Some(&0)))
}

/// What a certificate object is called: CKA_ID and CKA_LABEL, empty where it has none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    id: &'a [u8],
    label: &'a [u8],
}

impl Record {
    pub(crate) fn names(&self) -> Names<'_> {
        Names { id: &self.id, label: &self.label }
    }
}

/// The key of a certificate among `keys`: by CKA_ID, by label, or the only key for the only certificate
/// (`certificates` is how many the token has).
pub(crate) fn key_of<'k>(names: Names<'_>, keys: &'k [Key], certificates: usize) -> Option<&'k Key> {
    // One CKA_ID may name a key pair to sign with and one to decrypt with.
    let best = |fits: &dyn Fn(&Key) -> bool| {
        keys.iter().find(|key| key.signs && fits(key)).or_else(|| keys.iter().find(|key| fits(key)))
    };
    if !names.id.is_empty()
        && let Some(key) = best(&|key| key.id == names.id)
    {
        return Some(key);
    }
    // Other keys and certificates with names of their own belong to each other, not here.
    let nameless = |key: &Key| names.id.is_empty() || key.id.is_empty();
    if !names.label.is_empty()
        && let Some(key) = best(&|key| nameless(key) && key.label == names.label)
    {
        return Some(key);
    }
    match keys {
        [key] if certificates == 1 && nameless(key) => Some(key),
        _ => None,
    }
}

/// Reads a certificate again: `Ok` if the token still has exactly this one.
pub(crate) fn still_there(visit: &Visit<'_>, record: &Record) -> Result<bool, Fault> {
    let class = long(CKO_CERTIFICATE);
    let mut wanted = vec![(CKA_CLASS, &class[..])];
    if !record.id.is_empty() {
        wanted.push((CKA_ID, &record.id));
    }
    for object in visit.find(&wanted)? {
        let value = visit.attribute(object, CKA_VALUE)?.unwrap_or_default();
        if Certificate::without_filling(&value) == record.identity.certificate.der() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A CK_ULONG as an attribute has it.
fn long(value: CK_ULONG) -> Vec<u8> {
    value.to_ne_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(handle: CK_OBJECT_HANDLE, id: &[u8], label: &[u8], signs: bool) -> Key {
        Key { handle, id: id.to_vec(), label: label.to_vec(), signs, always_authenticate: false }
    }

    fn found(id: &[u8], label: &[u8], keys: &[Key], certificates: usize) -> Option<CK_OBJECT_HANDLE> {
        key_of(Names { id, label }, keys, certificates).map(|key| key.handle)
    }

    #[test]
    fn the_id_names_the_key_whatever_the_labels_say() {
        let keys = [key(1, b"a", b"sign", true), key(2, b"b", b"other", true)];
        assert_eq!(found(b"b", b"sign", &keys, 2), Some(2));
        assert_eq!(found(b"c", b"sign", &keys, 2), None);
    }

    #[test]
    fn of_two_keys_with_one_id_the_one_that_signs_is_meant() {
        let keys = [key(1, b"a", b"", false), key(2, b"a", b"", true)];
        assert_eq!(found(b"a", b"", &keys, 1), Some(2));
        assert_eq!(found(b"a", b"", &keys[..1], 1), Some(1));
    }

    #[test]
    fn without_an_id_the_label_names_the_key() {
        let keys = [key(1, b"a", b"one", true), key(2, b"b", b"two", true)];
        assert_eq!(found(b"", b"two", &keys, 2), Some(2));
        assert_eq!(found(b"", b"", &keys, 2), None);
    }

    #[test]
    fn the_only_key_is_that_of_the_only_certificate() {
        let keys = [key(1, b"a", b"one", true)];
        assert_eq!(found(b"", b"else", &keys, 1), Some(1));
        assert_eq!(found(b"", b"else", &keys, 2), None);
        assert_eq!(found(b"b", b"else", &keys, 1), None);
    }
}
