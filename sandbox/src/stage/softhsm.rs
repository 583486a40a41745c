//! SoftHSM2 tokens for the world's UKeys, made with its own tool and OpenSC's.

use super::StageError;
use std::path::{Path, PathBuf};
use std::process::Command;
use tongguan_sandbox_world::{CardKey, KeyAlgorithm, UkeyBlueprint};

/// The security officer of a sandbox token; nobody needs him afterwards.
const OFFICER: &str = "00000000";

#[derive(Debug)]
pub(crate) struct SoftHsm {
    dir: PathBuf,
}

impl SoftHsm {
    pub(crate) fn new(dir: &Path) -> Result<Self, StageError> {
        let tokens = dir.join("tokens");
        std::fs::create_dir_all(&tokens)?;
        let this = Self { dir: dir.canonicalize()? };
        let text = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            this.dir.join("tokens").display()
        );
        std::fs::write(this.configuration(), text)?;
        Ok(this)
    }

    pub(crate) fn configuration(&self) -> PathBuf {
        self.dir.join("softhsm2.conf")
    }

    /// A token with the UKey's keys and certificates, unless it is there from before.
    pub(crate) fn add(&mut self, ukey: &UkeyBlueprint, module: &Path) -> Result<(), StageError> {
        let done = self.dir.join(format!("{}.done", ukey.name));
        if done.exists() {
            return Ok(());
        }
        let pin = ukey.pin.expose();
        self.run(
            "softhsm2-util",
            &["--init-token", "--free", "--label", &ukey.name, "--so-pin", OFFICER, "--pin", pin],
        )?;
        for key in &ukey.keys {
            self.add_key(ukey, key, module)?;
        }
        std::fs::write(done, "")?;
        Ok(())
    }

    fn add_key(&self, ukey: &UkeyBlueprint, key: &CardKey, module: &Path) -> Result<(), StageError> {
        let (key_file, certificate) = (self.dir.join("key.pem"), self.dir.join("certificate.der"));
        std::fs::write(&key_file, pkcs8_pem(key)?)?;
        std::fs::write(&certificate, &key.certificate)?;
        let (id, pin) = (format!("{:02x}", key.reference), ukey.pin.expose());
        let file = key_file.display().to_string();
        self.run(
            "softhsm2-util",
            &["--import", &file, "--token", &ukey.name, "--label", &id, "--id", &id, "--pin", pin],
        )?;
        std::fs::remove_file(key_file)?;
        let (module, certificate) = (module.display().to_string(), certificate.display().to_string());
        let object = ["--write-object", &certificate, "--type", "cert", "--id", &id, "--label", &id];
        let token = ["--module", &module, "--token-label", &ukey.name, "--login", "--pin", pin];
        self.run("pkcs11-tool", &[&token[..], &object[..]].concat())
    }

    fn run(&self, tool: &'static str, arguments: &[&str]) -> Result<(), StageError> {
        let output =
            Command::new(tool).args(arguments).env("SOFTHSM2_CONF", self.configuration()).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(StageError::Tool(tool, String::from_utf8_lossy(&output.stderr).into_owned()))
    }
}

/// PrivateKeyInfo (RFC 5958) in PEM, as softhsm2-util imports it.
fn pkcs8_pem(key: &CardKey) -> Result<String, StageError> {
    use p256::pkcs8::{EncodePrivateKey, LineEnding};
    let refuse = || StageError::World("key that SoftHSM2 takes");
    let bytes = key.pair.private_key.expose();
    match key.pair.algorithm {
        KeyAlgorithm::P256 => {
            let secret = p256::SecretKey::from_slice(bytes).map_err(|_| refuse())?;
            secret.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|_| refuse())
        }
        KeyAlgorithm::Rsa2048 => {
            let body = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
            Ok(format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"))
        }
        KeyAlgorithm::Sm2 | KeyAlgorithm::Rsa1024Sha1 => Err(refuse()),
    }
}
