use crate::serve::ARGUMENT;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tongguan_core::fault::Fault;

/// How workers are started, and how long they may take.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Absolute path of an executable whose `main` begins with [`serve`](crate::serve).
    pub program: PathBuf,
    /// The first must be [`ARGUMENT`].
    pub arguments: Vec<OsString>,
    /// Added to the environment; what steers a dynamic loader (`LD_*`, `DYLD_*`) is left out here too.
    pub environment: Vec<(OsString, OsString)>,
    pub deadlines: Deadlines,
}

/// The longest that a call may take before its worker is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    pub load: Duration,
    pub list: Duration,
    pub open: Duration,
    pub pin_state: Duration,
    pub sign: Duration,
    /// The user types the PIN on the device itself.
    pub sign_on_pad: Duration,
    pub change_pin: Duration,
}

impl Settings {
    /// Workers of this very executable. On Linux it is named by `/proc/self/exe`: an update that replaces
    /// the file while the program runs cannot put a worker of another version beside it.
    ///
    /// # Errors
    /// [`Fault::Defect`] where the system does not tell the executable's path.
    pub fn of_this_program() -> Result<Self, Fault> {
        let own = Path::new("/proc/self/exe");
        let program = if cfg!(target_os = "linux") && own.exists() {
            own.to_path_buf()
        } else {
            std::env::current_exe().map_err(|_| Fault::Defect { place: "worker: own path".into() })?
        };
        Ok(Self::of(program))
    }

    /// Workers of another executable.
    pub fn of(program: PathBuf) -> Self {
        let arguments = vec![ARGUMENT.into()];
        Self { program, arguments, environment: Vec::new(), deadlines: Deadlines::default() }
    }

    /// All but the streams and the folder, which differ from system to system.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        for (name, _) in std::env::vars_os().filter(|(name, _)| steers_the_loader(name)) {
            command.env_remove(name);
        }
        let added = self.environment.iter().filter(|(name, _)| !steers_the_loader(name));
        command.envs(added.map(|(name, value)| (name, value)));
        command
    }
}

/// ld.so(8), dyld(1): these put other code into a process than the one that was approved.
fn steers_the_loader(name: &OsStr) -> bool {
    [b"LD_".as_slice(), b"DYLD_"].iter().any(|prefix| name.as_encoded_bytes().starts_with(prefix))
}

impl Default for Deadlines {
    fn default() -> Self {
        Self {
            load: Duration::from_secs(15),
            list: Duration::from_secs(10),
            open: Duration::from_secs(10),
            pin_state: Duration::from_secs(5),
            sign: Duration::from_secs(30),
            sign_on_pad: Duration::from_secs(90),
            change_pin: Duration::from_secs(30),
        }
    }
}
