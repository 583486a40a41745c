//! Whom a portal's certificate must come from. There is no switch that accepts another one.

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, version};
use rustls_platform_verifier::Verifier;
use std::sync::Arc;
use tongguan_core::fault::Fault;

/// The authorities that are believed.
#[derive(Debug, Clone)]
pub(crate) enum Roots {
    /// Those of the operating system, by its own rules.
    Platform,
    /// These and no others.
    Only(Arc<RootCertStore>),
}

impl Roots {
    /// # Errors
    /// [`Fault::CertificateMalformed`] for the first of `certificates` (DER) that cannot be a root.
    pub(crate) fn only(certificates: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, Fault> {
        let mut store = RootCertStore::empty();
        for der in certificates {
            let malformed = |error: rustls::Error| Fault::CertificateMalformed { reason: error.to_string() };
            store.add(CertificateDer::from(der)).map_err(malformed)?;
        }
        Ok(Self::Only(Arc::new(store)))
    }

    /// Nobody: for a connection without TLS, which must not read the operating system's store for nothing.
    pub(crate) fn nobody() -> Self {
        Self::Only(Arc::new(RootCertStore::empty()))
    }

    /// TLS 1.2 and 1.3, and a verifier that has no exceptions.
    pub(crate) fn config(&self) -> Result<ClientConfig, Fault> {
        let provider = Arc::new(ring::default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&[&version::TLS13, &version::TLS12])
            .map_err(|_| Fault::PortalTls)?;
        let config = match self {
            Self::Platform => {
                let verifier = Verifier::new(provider).map_err(|_| Fault::PortalTls)?;
                // "dangerous" is rustls's word for any verifier that is handed in, the strict ones too.
                config.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
            Self::Only(store) => config.with_root_certificates(Arc::clone(store)),
        };
        Ok(config.with_no_client_auth())
    }
}
