//! The folder beside a shared object, and what a test's hand does to the tokens in it.

use crate::store::{lock, lock_if_free, read, write};
use crate::{Behaviour, Misbehaviour, SoftFault, SoftToken};
use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// The tokens of one shared object. Holds nothing but the path: all state is on disk.
#[derive(Debug, Clone)]
pub struct SoftLibrary {
    object: PathBuf,
}

impl SoftLibrary {
    /// Of the shared object at `path`, which need not be there yet.
    pub fn at(path: &Path) -> Self {
        Self { object: path.to_owned() }
    }

    /// Of the shared object in whose code or data `address` lies, as the kernel maps it: hard links and copies
    /// are libraries of their own, a symbolic link is the file that it leads to.
    pub fn of_own_object(address: usize) -> Option<Self> {
        let maps = fs::read_to_string("/proc/self/maps").ok()?;
        maps.lines().find_map(|line| mapped(line, address)).map(|object| Self { object })
    }

    /// The shared object itself.
    pub fn object(&self) -> &Path {
        &self.object
    }

    /// `/x/libfoo.so.d`.
    pub fn folder(&self) -> PathBuf {
        let mut folder = self.object.clone().into_os_string();
        folder.push(".d");
        folder.into()
    }

    pub(crate) fn plugged(&self) -> PathBuf {
        self.folder().join("tokens")
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.plugged().join(format!("{name}.json"))
    }

    fn drawer(&self, name: &str) -> PathBuf {
        self.folder().join("drawer").join(format!("{name}.json"))
    }

    pub(crate) fn lock(&self) -> Result<File, SoftFault> {
        lock(&self.folder().join("lock"))
    }

    /// Waits until nobody else has the token called `name` to himself; dropping the file lets go.
    pub fn lock_device(&self, name: &str) -> Result<File, SoftFault> {
        lock(&self.folder().join(format!("lock-{name}")))
    }

    /// The same without waiting; `None` while somebody else has it.
    pub fn lock_device_if_free(&self, name: &str) -> Result<Option<File>, SoftFault> {
        lock_if_free(&self.folder().join(format!("lock-{name}")))
    }

    pub(crate) fn make_folders(&self) -> Result<(), SoftFault> {
        fs::create_dir_all(self.plugged())?;
        Ok(fs::create_dir_all(self.folder().join("drawer"))?)
    }

    pub(crate) fn store(&self, token: &SoftToken) -> Result<(), SoftFault> {
        write(&self.folder(), &self.file(&token.name), token)
    }

    /// Plugs a token in: as it was left if it is in the drawer, else as given. One that is in stays.
    pub fn plug(&self, token: &SoftToken) -> Result<(), SoftFault> {
        self.make_folders()?;
        let _lock = self.lock()?;
        if self.file(&token.name).exists() {
            return Ok(());
        }
        let drawer = self.drawer(&token.name);
        let mut token = read::<SoftToken>(&drawer)?.unwrap_or_else(|| token.clone());
        token.insertion = token.insertion.saturating_add(1);
        self.store(&token)?;
        absent_is_fine(fs::remove_file(drawer))
    }

    /// Takes it out; [`SoftFault::Absent`] when it is not in.
    pub fn unplug(&self, name: &str) -> Result<(), SoftFault> {
        let _lock = self.lock()?;
        fs::rename(self.file(name), self.drawer(name)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => SoftFault::Absent,
            _ => error.into(),
        })
    }

    /// Throws a token away, wherever it is: the next one of this name comes fresh.
    pub fn forget(&self, name: &str) -> Result<(), SoftFault> {
        let _lock = self.lock()?;
        absent_is_fine(fs::remove_file(self.file(name)))?;
        absent_is_fine(fs::remove_file(self.drawer(name)))
    }

    /// The names of the tokens that are in, sorted.
    pub fn names(&self) -> Result<Vec<String>, SoftFault> {
        names(&self.plugged())
    }

    /// The names of those in the drawer, sorted.
    pub fn names_in_drawer(&self) -> Result<Vec<String>, SoftFault> {
        names(&self.folder().join("drawer"))
    }

    /// The tokens that are in, by name.
    pub fn tokens(&self) -> Result<Vec<SoftToken>, SoftFault> {
        let tokens = self.names()?.into_iter().map(|name| read(&self.file(&name)));
        // One that was pulled between the two looks is none.
        tokens.filter_map(Result::transpose).collect()
    }

    /// A token that is in; [`SoftFault::Absent`] otherwise.
    pub fn token(&self, name: &str) -> Result<SoftToken, SoftFault> {
        read(&self.file(name))?.ok_or(SoftFault::Absent)
    }

    /// A token wherever it is, for a look at its tries; [`SoftFault::Absent`] if nowhere.
    pub fn token_anywhere(&self, name: &str) -> Result<SoftToken, SoftFault> {
        let token = read(&self.file(name))?;
        token.or(read(&self.drawer(name))?).ok_or(SoftFault::Absent)
    }

    /// How often a PIN was shown to the token since it was made.
    pub fn verifies(&self, name: &str) -> Result<u64, SoftFault> {
        Ok(self.token_anywhere(name)?.verifies)
    }

    /// From the next call on the library behaves so.
    pub fn behave(&self, behaviour: &Behaviour) -> Result<(), SoftFault> {
        self.make_folders()?;
        let _lock = self.lock()?;
        write(&self.folder(), &self.behaviour_file(), behaviour)
    }

    /// From the next call on the library does what its standard says.
    pub fn behave_normally(&self) -> Result<(), SoftFault> {
        absent_is_fine(fs::remove_file(self.behaviour_file()))
    }

    /// How the library behaves now.
    pub fn behaviour(&self) -> Result<Behaviour, SoftFault> {
        Ok(read(&self.behaviour_file())?.unwrap_or_default())
    }

    fn behaviour_file(&self) -> PathBuf {
        self.folder().join("behaviour.json")
    }

    /// What the C function `call` does wrong this time; counted on disk, so that a new process goes on counting.
    pub fn strike(&self, call: &str) -> Result<Option<Misbehaviour>, SoftFault> {
        if self.behaviour()?.strikes(call).is_none() {
            return Ok(None);
        }
        let _lock = self.lock()?;
        let mut behaviour = self.behaviour()?;
        let Some((misbehaviour, counted)) = behaviour.take_strike(call) else { return Ok(None) };
        if counted {
            write(&self.folder(), &self.behaviour_file(), &behaviour)?;
        }
        Ok(Some(misbehaviour))
    }

    /// The library removes itself: the shared object and its folder, with all tokens.
    pub fn remove(&self) -> Result<(), SoftFault> {
        absent_is_fine(fs::remove_file(&self.object))?;
        absent_is_fine(fs::remove_dir_all(self.folder()))
    }
}

fn names(folder: &Path) -> Result<Vec<String>, SoftFault> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let name = entry?.file_name();
        names.extend(name.to_str().and_then(|name| name.strip_suffix(".json")).map(str::to_owned));
    }
    names.sort_unstable();
    Ok(names)
}

fn absent_is_fine(result: io::Result<()>) -> Result<(), SoftFault> {
    match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// A line of proc_pid_maps(5): `FROM-TO PERMISSIONS OFFSET DEVICE INODE   PATH`, addresses in hex.
fn mapped(line: &str, address: usize) -> Option<PathBuf> {
    let (range, rest) = line.split_once(' ')?;
    let (from, to) = range.split_once('-')?;
    let inside =
        usize::from_str_radix(from, 16).ok()? <= address && address < usize::from_str_radix(to, 16).ok()?;
    let path = rest.get(rest.find('/')?..)?;
    // So the kernel marks a file whose name another one has now.
    inside.then(|| path.strip_suffix(" (deleted)").unwrap_or(path).into())
}
