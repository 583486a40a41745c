//! Hashes of what few enough can be for somebody to try them all: numbers of documents, cards and phones. Each is
//! under a key that is not in the store: whoever reads it finds out nothing by trying.

use crate::error::PortalError;
use crate::problem::Problem;
use crate::random;
use sha2::{Digest, Sha256};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Hex of one hash.
const HALF: usize = 64;

/// Of a portal from its opening to its end.
#[derive(Clone)]
pub(crate) struct RunKey([u8; 32]);

/// Of what something is for or sent to. It lies beside the store in a file of its own, for a code outlives the portal.
pub(crate) struct SubjectKey([u8; 32]);

/// Of one caller.
#[derive(Clone)]
pub(crate) struct CallerKeys {
    /// Of the token, of which the store has another hash.
    token: [u8; 32],
    run: RunKey,
}

/// What is known again when it comes again. It holds two hashes: one under the caller's token, which a portal that
/// has started anew still knows, and one under the key of this run, which the same account's next session does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark(String);

impl RunKey {
    pub(crate) fn draw() -> Result<Self, Problem> {
        Ok(Self(random()?))
    }

    pub(crate) fn of_caller(&self, token: &str) -> CallerKeys {
        CallerKeys { token: hash(b"answers", &[token.as_bytes()]), run: self.clone() }
    }
}

impl SubjectKey {
    /// `dir/subject.key`, readable for its owner alone; drawn the first time.
    pub(crate) fn open(dir: &Path) -> Result<Self, PortalError> {
        let path = dir.join("subject.key");
        match std::fs::read(&path) {
            Ok(kept) => {
                let key = kept.try_into().map_err(|_| std::io::Error::from(ErrorKind::InvalidData))?;
                Ok(Self(key))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::draw(dir, &path),
            Err(error) => Err(error.into()),
        }
    }

    /// Under its name it is whole.
    fn draw(dir: &Path, path: &Path) -> Result<Self, PortalError> {
        let key = random().map_err(|_| PortalError::Randomness)?;
        let new = dir.join("subject.key.new");
        let mut options = OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new)?;
        file.write_all(&key)?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        Ok(Self(key))
    }

    pub(crate) fn subject(&self, parts: &[&str]) -> Vec<u8> {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hash(&self.0, &parts).to_vec()
    }
}

impl std::fmt::Debug for CallerKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallerKeys")
    }
}

impl Mark {
    pub(crate) fn new(keys: &CallerKeys, parts: &[&[u8]]) -> Self {
        Self(hex::encode([hash(&keys.token, parts), hash(&keys.run.0, parts)].concat()))
    }

    /// As it is kept.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }

    /// Whether the kept one is of the same.
    pub(crate) fn is(&self, kept: &[u8]) -> bool {
        let halves = self.0.as_bytes().chunks_exact(HALF);
        kept.len() == self.0.len() && halves.zip(kept.chunks_exact(HALF)).any(|(own, kept)| own == kept)
    }
}

/// Over parts that cannot run into each other.
fn hash(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in std::iter::once(&key).chain(parts) {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_subject_do_not_run_into_each_other() {
        let dir = tempfile::tempdir().unwrap();
        let key = SubjectKey::open(dir.path()).unwrap();
        assert_ne!(key.subject(&["ab", "c"]), key.subject(&["a", "bc"]));
        assert_ne!(key.subject(&["a"]), key.subject(&["a", ""]));
        assert_eq!(key.subject(&["a"]), SubjectKey::open(dir.path()).unwrap().subject(&["a"]));
        let elsewhere = tempfile::tempdir().unwrap();
        assert_ne!(key.subject(&["a"]), SubjectKey::open(elsewhere.path()).unwrap().subject(&["a"]));
    }

    #[test]
    fn a_key_that_is_not_whole_is_none() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("subject.key"), [7; 31]).unwrap();
        assert!(SubjectKey::open(dir.path()).is_err());
    }

    #[test]
    fn a_mark_is_known_again_by_either_of_its_keys_and_by_nothing_else() {
        let [run, next_run] = [(); 2].map(|()| RunKey::draw().unwrap());
        let known = |keys: &CallerKeys, parts: &[&[u8]], kept: &Mark| {
            Mark::new(keys, parts).is(kept.as_str().as_bytes())
        };
        let given = Mark::new(&run.of_caller("one token"), &[b"given"]);
        assert!(known(&run.of_caller("one token"), &[b"given"], &given));
        assert!(known(&run.of_caller("another"), &[b"given"], &given), "in the next session");
        assert!(
            known(&next_run.of_caller("one token"), &[b"given"], &given),
            "after another start of the portal"
        );
        assert!(!known(&next_run.of_caller("another"), &[b"given"], &given), "after both");
        assert!(!known(&run.of_caller("one token"), &[b"other"], &given));
        let (by_token, by_run) = given.as_str().split_at(HALF);
        assert!(!given.is(format!("{by_run}{by_token}").as_bytes()));
        assert!(!given.is(b"") && !given.is(by_token.as_bytes()));
    }
}
