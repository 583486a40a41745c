//! A server that says what a test tells it to, over a real socket; and a proof to send it.

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;
use tongguan_core::domain::{
    AccountName, Certificate, CompanyIdentity, CompanyName, Nonce, Origin, Password, Proof, Purpose,
    RequestId, Statement, Timestamp, UnifiedSocialCreditCode,
};
use tongguan_core::fault::Fault;
use tongguan_core::ports::{CaptchaAnswer, Session, SignIn};
use tongguan_portal::{HttpPortal, Limits};

/// Bounds for a test that waits for one of them to be over.
pub(crate) const SHORT: Limits =
    Limits { connect: Duration::from_millis(200), total: Duration::from_millis(200), body: 64 * 1024 };

/// What the server read: the first line and the headers in lower case, and the body.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| line.strip_prefix(&format!("{name}: ")))
    }
}

/// What the server does with a request that it has read.
pub(crate) enum Deed {
    /// Writes these bytes and closes.
    Say(Vec<u8>),
    /// Writes this again and again until the client is gone.
    Repeat(Vec<u8>, Vec<u8>),
    /// Writes the first part, then one byte of the second every 20 ms until the client is gone.
    Drip(Vec<u8>),
    /// Writes this, keeps the connection and says nothing more until the client is gone.
    Begin(Vec<u8>),
    /// Closes without a word.
    Drop,
    /// Keeps the connection and says nothing until the client is gone.
    Wait,
}

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Receiver<Seen>,
}

impl Server {
    /// Answers the n-th connection with the n-th deed, and no further one.
    pub(crate) fn start(deeds: Vec<Deed>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, seen) = channel();
        std::thread::spawn(move || {
            for deed in deeds {
                let Ok((stream, _)) = listener.accept() else { return };
                let sender = sender.clone();
                std::thread::spawn(move || serve(stream, deed, &sender));
            }
        });
        Self { address, seen }
    }

    pub(crate) fn origin(&self) -> Origin {
        Origin::parse(&format!("http://{}", self.address)).unwrap()
    }

    pub(crate) fn session(&self) -> Session {
        Session {
            origin: self.origin(),
            account: account(),
            bearer: Password::from("bearer-canary-77".to_owned()),
        }
    }

    /// All requests read so far. Every test calls it after the client has its answer or gave up.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.try_iter().collect()
    }
}

fn serve(mut stream: TcpStream, deed: Deed, sender: &Sender<Seen>) {
    let Some(seen) = read_request(&mut stream) else { return };
    sender.send(seen).ok();
    match deed {
        Deed::Say(bytes) => {
            stream.write_all(&bytes).ok();
            // Closing with unread bytes would reset the connection under the answer.
            stream.shutdown(std::net::Shutdown::Write).ok();
            stream.read_to_end(&mut Vec::new()).ok();
        }
        Deed::Repeat(head, part) => {
            let mut going = stream.write_all(&head).is_ok();
            while going {
                going = stream.write_all(&part).is_ok();
            }
        }
        Deed::Drip(head) => {
            let mut going = stream.write_all(&head).is_ok();
            // The time-out of a read that nothing comes to is the beat.
            stream.set_read_timeout(Some(Duration::from_millis(20))).ok();
            while going {
                let gone = matches!(stream.read(&mut [0]), Ok(0));
                going = !gone && stream.write_all(b" ").is_ok();
            }
        }
        Deed::Begin(head) => {
            stream.write_all(&head).ok();
            stream.read_to_end(&mut Vec::new()).ok();
        }
        Deed::Drop => {}
        Deed::Wait => drop(stream.read_to_end(&mut Vec::new())),
    }
}

pub(crate) fn read_request(stream: &mut impl Read) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        if line == "\r\n" {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let line = lines.remove(0);
    let headers: Vec<String> = lines
        .into_iter()
        .map(|line| {
            line.split_once(": ").map(|(name, value)| format!("{}: {value}", name.to_lowercase())).unwrap()
        })
        .collect();
    let mut seen = Seen { line, headers, body: String::new() };
    let length = seen.header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8(body).ok()?;
    Some(seen)
}

/// A whole answer with its length.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
        .into()
}

pub(crate) fn json(status: &str, body: &str) -> Vec<u8> {
    answer(status, "Content-Type: application/json; charset=utf-8\r\n", body)
}

pub(crate) fn problem(status: &str, headers: &str, members: &str) -> Vec<u8> {
    let headers = format!("Content-Type: application/problem+json\r\n{headers}");
    answer(status, &headers, &format!("{{\"type\":\"about:blank\",\"title\":\"<b>no</b>\",{members}}}"))
}

pub(crate) const PROFILE: &str = r#"{"account":"demo","company":{"name":"Haihe Ltd.","organization_code":"34801880X",
    "uscc":"9113000034801880XB"},"level":"low","methods":[{"method":"ic_card","passed_at":null,"receipt":null,"bank":null,
    "expires_at":null}],"sign_in_again":false,"role":"operator","rights":["certify"],
    "idle_ends_at":"2026-11-21T20:30:00+08:00"}"#;

pub(crate) const RECEIPT: &str = r#"{"number":"SW-2026-000017","accepted_at":"2026-11-21T20:00:00+08:00",
    "level_before":"low","level_after":"high","method":"ic_card","bank":null}"#;

pub(crate) fn answer_to_captcha() -> CaptchaAnswer {
    let id = RequestId::parse("0190163d-8694-739b-aea5-966c26f8ad91").unwrap();
    CaptchaAnswer { id, answer: "7K2M".into() }
}

/// One account's password, and a captcha's answer, to whoever says so.
pub(crate) fn sign_in(portal: &HttpPortal, origin: &Origin, password: &str) -> Result<Session, Fault> {
    let password = Password::from(password.to_owned());
    portal.sign_in(origin, &account(), &password, &answer_to_captcha()).map(|(session, _)| session)
}

pub(crate) fn account() -> AccountName {
    AccountName::parse("demo").unwrap()
}

/// A statement signed by a P-256 key of its own.
pub(crate) fn proof() -> Proof {
    use p256::ecdsa::signature::Signer;
    use p256::pkcs8::DecodePrivateKey;
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "Test");
    let certificate = Certificate::parse(params.self_signed(&key).unwrap().der()).unwrap();
    let uscc = UnifiedSocialCreditCode::parse("9113000034801880XB").unwrap();
    let now = Timestamp::now();
    let statement = Statement {
        purpose: Purpose::CertifyIcCard,
        company: CompanyIdentity {
            name: CompanyName::parse("Haihe Ltd.").unwrap(),
            organization_code: uscc.organization_code(),
            uscc,
        },
        account: account(),
        audience: Origin::parse("https://portal.example.cn").unwrap(),
        nonce: Nonce::from_bytes(&[7; 32]),
        issued_at: now,
        expires_at: now.plus_seconds(120),
        request_id: RequestId::random(),
    };
    let signer = p256::ecdsa::SigningKey::from_pkcs8_der(&key.serialize_der()).unwrap();
    let signature: p256::ecdsa::Signature = signer.sign(statement.render().as_bytes());
    Proof::build(&statement, &signature.to_bytes(), &certificate, &[]).unwrap()
}
