use crate::private;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tongguan_core::domain::Origin;
use tongguan_core::fault::Fault;
use tongguan_core::ports::Settings;

/// Longer than any address with a name before it.
const LARGEST: usize = 64 * 1024;

/// `settings.toml`, 0600, written whole or not at all. A file that cannot be read counts as none.
#[derive(Debug)]
pub struct FileSettings {
    dir: PathBuf,
    now: Mutex<Values>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Values {
    /// The portal that was signed in at last.
    portal: Option<Origin>,
}

impl FileSettings {
    /// Reads the file if there is one. `dir` is made (0700) with the first change.
    pub fn open(dir: &Path) -> Self {
        let now = read(&dir.join(NAME)).unwrap_or_else(|reason| {
            tracing::warn!(%reason, "the settings are not used");
            Values::default()
        });
        Self { dir: dir.to_owned(), now: Mutex::new(now) }
    }

    fn write(&self, values: &Values) -> io::Result<()> {
        private::directory(&self.dir)?;
        let text = toml::to_string(values).map_err(io::Error::other)?;
        // A temporary file is 0600 from the start.
        let mut file = tempfile::Builder::new().prefix(".tongguan-").tempfile_in(&self.dir)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(self.dir.join(NAME)).map_err(|refused| refused.error)?;
        private::sync_directory(&self.dir)
    }
}

const NAME: &str = "settings.toml";

fn read(path: &Path) -> io::Result<Values> {
    use std::io::Read;
    let mut text = String::new();
    match std::fs::File::open(path) {
        Ok(file) => file.take(LARGEST as u64 + 1).read_to_string(&mut text)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Values::default()),
        Err(error) => return Err(error),
    };
    if text.len() > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    // The parser's own words may quote the file.
    toml::from_str(&text).map_err(|_| io::ErrorKind::InvalidData.into())
}

impl Settings for FileSettings {
    fn portal(&self) -> Option<Origin> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).portal.clone()
    }

    fn keep_portal(&self, portal: &Origin) -> Result<(), Fault> {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = Values { portal: Some(portal.clone()) };
        if *now == wanted {
            return Ok(());
        }
        self.write(&wanted).map_err(|error| Fault::FileUnwritable { reason: error.to_string() })?;
        *now = wanted;
        Ok(())
    }
}
