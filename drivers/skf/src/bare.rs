//! The calls of one PIN entry with nothing between them: what the bench holds the driver against.
//!
//! No check of what comes back, nothing watched. Never part of a program that certifies: the feature `bare` is
//! the bench's alone.

use crate::binding::{Application, Calls, Container, Library};
use crate::blob;
use crate::names::Name;
use tongguan_core::domain::{Algorithm, Certificate, LibraryPath, Pin};
use tongguan_core::fault::Fault;

/// A library in this process, and one key of a device that is plugged in.
pub struct Bare {
    library: Library,
    device: Name,
    application: Name,
    container: Name,
    certificate: Certificate,
    /// What the token signs: the hash, or the DigestInfo around it.
    data: Vec<u8>,
}

impl Bare {
    /// Loads the library and finds the container with this certificate. `message` is what will be signed: it
    /// is hashed here once.
    ///
    /// # Errors
    /// What the library answers; [`Fault::TokenGone`] if no device has the certificate.
    pub fn load(path: &LibraryPath, certificate: Certificate, message: &[u8]) -> Result<Self, Fault> {
        let library = Library::load(path)?;
        let (device, application, container) =
            find(&library.lock(), certificate.der())?.ok_or(Fault::TokenGone)?;
        let digest = certificate.algorithm().digest(certificate.public_key(), message);
        let data = match certificate.algorithm() {
            Algorithm::Sm2Sm3 => digest,
            algorithm => algorithm.digest_info(&digest),
        };
        Ok(Self { library, device, application, container, certificate, data })
    }

    /// Connected and locked, application and container opened, certificate read, tries asked for, an earlier
    /// login dropped, PIN verified, signed, PIN forgotten, all closed: the calls of the driver, in its order.
    ///
    /// # Errors
    /// What the library answers.
    pub fn entry(&self, pin: &Pin) -> Result<Vec<u8>, Fault> {
        let calls = self.library.lock();
        let device = calls.connect(&self.device)?;
        let _lock = device.lock()?;
        let application = device.application(&self.application)?;
        let container = application.container(&self.container)?;
        container.certificate()?;
        application.tries()?;
        application.clear_secure_state()?;
        self.entered(&application, &container, pin)
    }

    /// The same without the lock, the question for the tries and the dropping of an earlier login: no
    /// signature needs them, its user does.
    ///
    /// # Errors
    /// What the library answers.
    pub fn least(&self, pin: &Pin) -> Result<Vec<u8>, Fault> {
        self.opened(|application, container| {
            container.certificate()?;
            self.entered(application, container, pin)
        })
    }

    fn entered(
        &self,
        application: &Application<'_>,
        container: &Container<'_>,
        pin: &Pin,
    ) -> Result<Vec<u8>, Fault> {
        application.verify_pin(pin).outcome?;
        let signature = self.sign(container)?;
        application.clear_secure_state()?;
        Ok(signature)
    }

    /// `count` signatures on one PIN entry, which is what no certification may do.
    ///
    /// # Errors
    /// What the library answers.
    pub fn many(&self, pin: &Pin, count: usize) -> Result<(), Fault> {
        self.opened(|application, container| {
            application.verify_pin(pin).outcome?;
            for _ in 0..count {
                self.sign(container)?;
            }
            Ok(application.clear_secure_state()?)
        })
    }

    fn opened<T>(
        &self,
        work: impl FnOnce(&Application<'_>, &Container<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let calls = self.library.lock();
        let device = calls.connect(&self.device)?;
        let application = device.application(&self.application)?;
        let container = application.container(&self.container)?;
        work(&application, &container)
    }

    fn sign(&self, container: &Container<'_>) -> Result<Vec<u8>, Fault> {
        match self.certificate.algorithm() {
            Algorithm::Sm2Sm3 => blob::signature(&container.sign_ecc(&self.data)?)
                .ok_or_else(|| container.lie("SKF_ECCSignData").into()),
            _ => Ok(container.sign_rsa(&self.data, self.certificate.public_key().bits().div_ceil(8))?),
        }
    }
}

fn find(calls: &Calls<'_>, wanted: &[u8]) -> Result<Option<(Name, Name, Name)>, Fault> {
    for name in calls.devices()? {
        let device = calls.connect(&name)?;
        for application_name in device.applications()? {
            let application = device.application(&application_name)?;
            for container in application.containers()? {
                if application.container(&container)?.certificate()?.as_deref() == Some(wanted) {
                    return Ok(Some((name, application_name, container)));
                }
            }
        }
    }
    Ok(None)
}

impl std::fmt::Debug for Bare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bare").field("library", &self.library.file).finish_non_exhaustive()
    }
}
