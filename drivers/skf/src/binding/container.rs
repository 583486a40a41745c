//! A container: a certificate and the key to it.

use super::api::{CallError, Library, Raw};
use super::calls::TRUE;
use super::structs::{EccPublicKeyBlob, EccSignatureBlob, Out, OutBytes, RsaPublicKeyBlob};
use crate::sar;

pub(crate) struct Container<'a> {
    library: &'a Library,
    raw: Raw,
}

/// A public key blob: nothing but numbers.
pub(crate) trait Blob: Copy {}
impl Blob for EccPublicKeyBlob {}
impl Blob for RsaPublicKeyBlob {}

impl<'a> Container<'a> {
    /// `raw` is open, and nobody else closes it.
    pub(super) fn new(library: &'a Library, raw: Raw) -> Self {
        Self { library, raw }
    }

    /// What `call` answered cannot be.
    pub(crate) fn lie(&self, call: &'static str) -> CallError {
        self.library.lie(call)
    }

    /// 0 nothing in it, 1 RSA, 2 ECC.
    pub(crate) fn kind(&self) -> Result<u32, CallError> {
        const CALL: &str = "SKF_GetContainerType";
        let entry = self.library.entries.get_container_type;
        let entry = entry.ok_or_else(|| self.library.absent(CALL))?;
        let mut kind = Out::new(0u32);
        // SAFETY: an open handle, and room for a number.
        self.library.check(CALL, unsafe { entry(self.raw, kind.pointer()) })?;
        kind.take().ok_or_else(|| self.library.lie(CALL))
    }

    /// The certificate of the signature key pair; none if there is none.
    pub(crate) fn certificate(&self) -> Result<Option<Vec<u8>>, CallError> {
        let entry = self.library.entries.export_certificate;
        // SAFETY: an open handle; NULL or a buffer as long as the number behind the last pointer says.
        let export = |bytes, size| unsafe { entry(self.raw, TRUE, bytes, size) };
        match self.library.sized("SKF_ExportCertificate", export) {
            Ok((mut bytes, length)) => {
                bytes.truncate(usize::try_from(length).unwrap_or_default());
                Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
            }
            Err(error) if error.is(sar::CERTIFICATE_NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The public half of the signature key pair.
    pub(crate) fn public_key<T: Blob>(&self, zero: T) -> Result<T, CallError> {
        const CALL: &str = "SKF_ExportPublicKey";
        let entry = self.library.entries.export_public_key;
        let entry = entry.ok_or_else(|| self.library.absent(CALL))?;
        let size = u32::try_from(size_of::<T>()).unwrap_or_default();
        let (mut blob, mut length) = (Out::new(zero), Out::new(size));
        // SAFETY: an open handle, and a buffer as long as the number behind the last pointer says; a
        // `Blob` is made of numbers alone, so any bytes are one.
        let code = unsafe { entry(self.raw, TRUE, blob.pointer().cast(), length.pointer()) };
        self.library.check(CALL, code)?;
        let fits = length.take().is_some_and(|length| length <= size);
        blob.take().filter(|_| fits).ok_or_else(|| self.library.lie(CALL))
    }

    /// Signs `e`, the hash with Z in it.
    pub(crate) fn sign_ecc(&self, e: &[u8]) -> Result<EccSignatureBlob, CallError> {
        const CALL: &str = "SKF_ECCSignData";
        let mut data = e.to_vec();
        let length = u32::try_from(data.len()).map_err(|_| self.library.lie(CALL))?;
        let mut blob = Out::new(EccSignatureBlob::ZERO);
        let entry = self.library.entries.ecc_sign_data;
        // SAFETY: an open handle, as many bytes as the length says, and room for the structure.
        let code = unsafe { entry(self.raw, data.as_mut_ptr(), length, blob.pointer()) };
        self.library.check(CALL, code)?;
        blob.take().ok_or_else(|| self.library.lie(CALL))
    }

    /// Pads `data` (PKCS#1 v1.5, type 1) and signs it with a key of `modulus` bytes.
    pub(crate) fn sign_rsa(&self, data: &[u8], modulus: usize) -> Result<Vec<u8>, CallError> {
        const CALL: &str = "SKF_RSASignData";
        let entry = self.library.entries.rsa_sign_data.ok_or_else(|| self.library.absent(CALL))?;
        let lie = || self.library.lie(CALL);
        let mut data = data.to_vec();
        let length = u32::try_from(data.len()).map_err(|_| lie())?;
        let mut signature = OutBytes::new(modulus);
        let mut size = Out::new(u32::try_from(modulus).map_err(|_| lie())?);
        // SAFETY: an open handle, as many bytes as the length says, and a buffer as long as the number
        // behind the last pointer says.
        let code = unsafe { entry(self.raw, data.as_mut_ptr(), length, signature.pointer(), size.pointer()) };
        self.library.check(CALL, code)?;
        size.take().and_then(|size| signature.take(size)).ok_or_else(lie)
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        // SAFETY: open until here, and used nowhere afterwards.
        let code = unsafe { (self.library.entries.close_container)(self.raw) };
        self.library.closed("SKF_CloseContainer", code);
    }
}
