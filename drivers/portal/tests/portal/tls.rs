//! Real handshakes with good and bad certificates.

use crate::common::{PROFILE, account, json, proof, read_request};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion, version};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use time::{Duration, OffsetDateTime};
use tongguan_core::domain::{Origin, Password};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{Portal, Session};
use tongguan_portal::HttpPortal;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn params(host: &str) -> CertificateParams {
    CertificateParams::new(vec![host.to_owned()]).unwrap()
}

/// A server's certificate with its key.
type Identity = (CertificateDer<'static>, PrivateKeyDer<'static>);

fn issued(params: &CertificateParams, authority: &Authority) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

fn self_signed(params: &CertificateParams) -> Identity {
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    (certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap())
}

/// Serves one connection; tells the first line of the request, if one came through.
fn serve(identity: Identity, versions: &[&'static SupportedProtocolVersion]) -> (Origin, Receiver<String>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![identity.0], identity.1)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin =
        Origin::parse(&format!("https://localhost:{}", listener.local_addr().unwrap().port())).unwrap();
    let (sender, requests) = channel();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        if let Some(seen) = read_request(&mut stream) {
            sender.send(seen.line).ok();
            stream.write_all(&json("200 OK", PROFILE)).ok();
            stream.conn.send_close_notify();
            stream.flush().ok();
        }
    });
    (origin, requests)
}

fn ask(portal: &HttpPortal, origin: &Origin) -> Result<(), Fault> {
    let bearer = Password::from("t".to_owned());
    let session = Session { origin: origin.clone(), account: account(), bearer };
    portal.profile(&session).map(|_| ())
}

fn believing(authority: &Authority) -> HttpPortal {
    HttpPortal::with_roots([authority.der().to_vec()]).unwrap()
}

fn is_refused(identity: Identity, portal: &HttpPortal) {
    let (origin, requests) = serve(identity, rustls::ALL_VERSIONS);
    assert_eq!(ask(portal, &origin), Err(Fault::PortalTls));
    // A machine without any authority refuses before it connects: let the server go on.
    drop(TcpStream::connect(origin.as_str().trim_start_matches("https://")));
    assert!(requests.recv().is_err(), "the request went to a stranger");
}

#[test]
fn a_good_certificate_is_accepted_in_both_versions() {
    let authority = authority();
    for versions in [&[&version::TLS12][..], &[&version::TLS13]] {
        let (origin, requests) = serve(issued(&params("localhost"), &authority), versions);
        assert_eq!(ask(&believing(&authority), &origin), Ok(()));
        assert_eq!(requests.recv().unwrap(), "GET /v1/profile HTTP/1.1");
    }
}

#[test]
fn an_authority_that_is_not_believed_is_refused() {
    let authority = authority();
    is_refused(issued(&params("localhost"), &authority), &believing(&self::authority()));
}

#[test]
fn the_operating_system_does_not_believe_a_test_authority() {
    let authority = authority();
    is_refused(issued(&params("localhost"), &authority), &HttpPortal::new());
}

#[test]
fn a_self_signed_certificate_is_refused() {
    is_refused(self_signed(&params("localhost")), &believing(&authority()));
}

#[test]
fn another_host_is_refused() {
    let authority = authority();
    for host in ["portal.example.cn", "localhost.example.cn", "127.0.0.1"] {
        is_refused(issued(&params(host), &authority), &believing(&authority));
    }
}

#[test]
fn a_certificate_out_of_its_time_is_refused() {
    let authority = authority();
    let now = OffsetDateTime::now_utc();
    for (from, until) in [(-20, -10), (10, 20)] {
        let mut params = params("localhost");
        params.not_before = now + Duration::days(from);
        params.not_after = now + Duration::days(until);
        is_refused(issued(&params, &authority), &believing(&authority));
    }
}

#[test]
fn a_certificate_for_something_else_is_refused() {
    let authority = authority();
    let mut params = params("localhost");
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::EmailProtection];
    is_refused(issued(&params, &authority), &believing(&authority));
}

#[test]
fn a_proof_is_not_offered_twice_to_a_stranger() {
    let authority = authority();
    let (origin, requests) = serve(self_signed(&params("localhost")), rustls::ALL_VERSIONS);
    let session = Session { origin, account: account(), bearer: Password::from("t".to_owned()) };
    assert_eq!(believing(&authority).submit(&session, &proof()), Err(Fault::PortalTls));
    assert!(requests.recv().is_err());
}

#[test]
fn a_root_that_is_no_certificate_is_said() {
    let refused = HttpPortal::with_roots([b"not a certificate".to_vec()]);
    assert!(matches!(refused, Err(Fault::CertificateMalformed { .. })));
}
