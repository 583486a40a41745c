//! GM/T 0016-2012 section 7.6: SM3 in one step, with Z before the message when a public key is given.

use crate::entry::enter;
use crate::memory::{bytes, fill, put};
use crate::status::Status;
use crate::structure::EccPublicKey;
use crate::table::{Handle, Object, device, present, table};
use sm3::Digest;
use tongguan_core::domain::{Algorithm, PublicKey, SM2_USER_ID};

const SGD_SM3: u32 = 0x0000_0001;

/// SKF_DigestInit(hDev, ulAlgID, pPubKey, pucID, ulIDLen, phHash): SGD_SM3 only, and only the usual user id.
#[unsafe(export_name = "SKF_DigestInit")]
unsafe extern "C" fn digest_init(
    handle: Handle,
    algorithm: u32,
    key: *const EccPublicKey,
    id: *const u8,
    id_length: u32,
    hash: *mut Handle,
) -> u32 {
    enter("SKF_DigestInit", handle, |library, _| {
        device(library, handle)?;
        // SAFETY: the caller's own bytes.
        let id = unsafe { bytes(id, id_length) }?;
        if algorithm != SGD_SM3 || !(key.is_null() || id == SM2_USER_ID.as_bytes()) {
            return Err(Status::NOT_SUPPORTED);
        }
        let key = if key.is_null() {
            None
        } else {
            // SAFETY: not NULL, so the caller's own structure.
            Some(Box::new(point(&unsafe { key.read_unaligned() })?))
        };
        // SAFETY: the caller's own handle.
        unsafe { put(hash, table().open(Object::Hash { device: handle, key })) }
    })
}

/// Coordinates are in the last 32 of their 64 bytes.
fn point(blob: &EccPublicKey) -> Result<PublicKey, Status> {
    let (x, y) = (blob.x, blob.y);
    let sec1 = [&[4], x.get(32..).unwrap_or_default(), y.get(32..).unwrap_or_default()].concat();
    sm2::PublicKey::from_sec1_bytes(&sec1).map(PublicKey::Sm2).map_err(|_| Status::INVALID_PARAMETER)
}

/// SKF_Digest(hHash, pbData, ulDataLen, pbHashData, pulHashLen).
#[unsafe(export_name = "SKF_Digest")]
unsafe extern "C" fn digest(
    handle: Handle,
    data: *const u8,
    length: u32,
    buffer: *mut u8,
    size: *mut u32,
) -> u32 {
    enter("SKF_Digest", handle, |library, lie| {
        present(library, handle)?;
        // SAFETY: the caller's own bytes.
        let message = unsafe { bytes(data, length) }?;
        let hashed = match table().get(handle)? {
            Object::Hash { key: Some(key), .. } => Algorithm::Sm2Sm3.digest(key, message),
            Object::Hash { key: None, .. } => sm3::Sm3::digest(message).to_vec(),
            _ => return Err(Status::INVALID_HANDLE),
        };
        // SAFETY: the caller's own buffer, as the standard wants it.
        unsafe { fill(&hashed, buffer, size, lie) }
    })
}

/// SKF_CloseHandle(hHash).
#[unsafe(export_name = "SKF_CloseHandle")]
unsafe extern "C" fn close_handle(handle: Handle) -> u32 {
    enter("SKF_CloseHandle", handle, |_, _| {
        let mut table = table();
        let Object::Hash { .. } = table.get(handle)? else { return Err(Status::INVALID_HANDLE) };
        table.close(handle);
        Ok(())
    })
}
