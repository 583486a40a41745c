//! GM/T 0016-2012 sections 7.5 and 7.6: containers, what is in them, and their signatures.

use crate::entry::enter;
use crate::memory::{bytes, fill, list, put, text};
use crate::status::Status;
use crate::structure::{EccSignature, public_key_blob};
use crate::table::{Handle, Object, application, container, table};
use std::ffi::c_char;
use tongguan_core::domain::{Certificate, PublicKey};
use tongguan_sandbox_ukey::{Input, KeyAlgorithm, SoftKey, SoftLibrary, SoftToken};

const TYPE_RSA: u32 = 1;
const TYPE_ECC: u32 = 2;

fn keys(token: &SoftToken) -> impl Iterator<Item = &SoftKey> {
    token.keys.iter().filter(|key| key.algorithm != KeyAlgorithm::P256)
}

/// SKF_EnumContainer(hApplication, szContainerName, pulSize).
#[unsafe(export_name = "SKF_EnumContainer")]
unsafe extern "C" fn enum_container(handle: Handle, names: *mut u8, size: *mut u32) -> u32 {
    enter("SKF_EnumContainer", handle, |library, lie| {
        let (token, _) = application(library, handle)?;
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&list(keys(&token).map(|key| &key.name)), names, size, lie) }
    })
}

/// SKF_OpenContainer(hApplication, szContainerName, phContainer).
#[unsafe(export_name = "SKF_OpenContainer")]
unsafe extern "C" fn open_container(handle: Handle, name: *const c_char, opened: *mut Handle) -> u32 {
    enter("SKF_OpenContainer", handle, |library, _| {
        let (token, _) = application(library, handle)?;
        // SAFETY: the caller's own string.
        let name = unsafe { text(name) }?;
        let key = keys(&token).find(|key| key.name.as_bytes() == name).ok_or(Status::FILE_ABSENT)?;
        let container = Object::Container { application: handle, key: key.id.clone() };
        // SAFETY: the caller's own handle.
        unsafe { put(opened, table().open(container)) }
    })
}

/// SKF_CloseContainer(hContainer).
#[unsafe(export_name = "SKF_CloseContainer")]
unsafe extern "C" fn close_container(handle: Handle) -> u32 {
    enter("SKF_CloseContainer", handle, |_, _| {
        let mut table = table();
        let Object::Container { .. } = table.get(handle)? else { return Err(Status::INVALID_HANDLE) };
        table.close(handle);
        Ok(())
    })
}

/// SKF_GetContainerType(hContainer, pulContainerType). A lie is a type that there is not.
#[unsafe(export_name = "SKF_GetContainerType")]
unsafe extern "C" fn get_container_type(handle: Handle, kind: *mut u32) -> u32 {
    enter("SKF_GetContainerType", handle, |library, lie| {
        let (key, _) = container(library, handle)?;
        let found = if key.algorithm == KeyAlgorithm::Rsa { TYPE_RSA } else { TYPE_ECC };
        // SAFETY: the caller's own number.
        unsafe { put(kind, if lie.is_some() { u32::MAX } else { found }) }
    })
}

/// The key, if its certificate is of the kind that is asked for.
fn of_kind(library: &SoftLibrary, handle: Handle, signs: i32) -> Result<SoftKey, Status> {
    let (key, _) = container(library, handle)?;
    if key.encipherment == (signs == 0) { Ok(key) } else { Err(Status::CERTIFICATE_NOT_FOUND) }
}

/// SKF_ExportCertificate(hContainer, bSignFlag, pbCert, pulCertLen).
#[unsafe(export_name = "SKF_ExportCertificate")]
unsafe extern "C" fn export_certificate(
    handle: Handle,
    signs: i32,
    certificate: *mut u8,
    size: *mut u32,
) -> u32 {
    enter("SKF_ExportCertificate", handle, |library, lie| {
        let key = of_kind(library, handle, signs)?;
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&key.certificate, certificate, size, lie) }
    })
}

/// SKF_ExportPublicKey(hContainer, bSignFlag, pbBlob, pulBlobLen): of the certificate.
#[unsafe(export_name = "SKF_ExportPublicKey")]
unsafe extern "C" fn export_public_key(handle: Handle, signs: i32, blob: *mut u8, size: *mut u32) -> u32 {
    enter("SKF_ExportPublicKey", handle, |library, lie| {
        let key = of_kind(library, handle, signs)?;
        let parsed = public_key(&key).as_ref().and_then(public_key_blob).ok_or(Status::KEY_NOT_FOUND)?;
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&parsed, blob, size, lie) }
    })
}

fn public_key(key: &SoftKey) -> Option<PublicKey> {
    Some(Certificate::parse(&key.certificate).ok()?.public_key().clone())
}

/// A key that may sign now, and is of this algorithm.
fn ready(library: &SoftLibrary, handle: Handle, algorithm: KeyAlgorithm) -> Result<SoftKey, Status> {
    match container(library, handle)? {
        (key, _) if key.algorithm != algorithm => Err(Status::KEY_TYPE),
        (key, _) if key.encipherment => Err(Status::KEY_NOT_FOUND),
        (_, false) => Err(Status::NOT_LOGGED_IN),
        (key, true) => Ok(key),
    }
}

/// SKF_ECCSignData(hContainer, pbData, ulDataLen, pSignature): e, 32 bytes. A lie is a number that is longer than
/// the curve's.
#[unsafe(export_name = "SKF_ECCSignData")]
unsafe extern "C" fn ecc_sign_data(
    handle: Handle,
    data: *const u8,
    length: u32,
    signature: *mut EccSignature,
) -> u32 {
    enter("SKF_ECCSignData", handle, |library, lie| {
        let key = ready(library, handle, KeyAlgorithm::Sm2)?;
        // SAFETY: the caller's own bytes.
        let mut signed = EccSignature::of(&key.sign(Input::Digest(unsafe { bytes(data, length) }?))?);
        if lie.is_some() {
            signed.r = [0xFF; 64];
        }
        // SAFETY: the caller's own structure.
        unsafe { put(signature, signed) }
    })
}

/// SKF_RSASignData(hContainer, pbData, ulDataLen, pbSignature, pulSignLen): padded as it is, so a DigestInfo.
#[unsafe(export_name = "SKF_RSASignData")]
unsafe extern "C" fn rsa_sign_data(
    handle: Handle,
    data: *const u8,
    length: u32,
    signature: *mut u8,
    size: *mut u32,
) -> u32 {
    enter("SKF_RSASignData", handle, |library, lie| {
        let key = ready(library, handle, KeyAlgorithm::Rsa)?;
        // SAFETY: the caller's own bytes.
        let signed = key.sign(Input::DigestInfo(unsafe { bytes(data, length) }?))?;
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&signed, signature, size, lie) }
    })
}
