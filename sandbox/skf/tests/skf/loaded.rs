//! A copy of the built shared object in a folder of its own, loaded as a vendor's would be.

use libloading::{Library, Symbol};
use std::ffi::{CString, c_char};
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use tempfile::TempDir;
use tongguan_core::domain::Timestamp;
use tongguan_sandbox_ukey::SoftLibrary;
use tongguan_sandbox_world::{UkeyBlueprint, World};

pub(crate) const USER: u32 = 1;
pub(crate) const BUFFER_TOO_SMALL: u32 = 0x0A00_0020;
pub(crate) const DEVICE_REMOVED: u32 = 0x0A00_0023;
pub(crate) const NOT_LOGGED_IN: u32 = 0x0A00_002D;

pub(crate) static WORLD: LazyLock<World> =
    LazyLock::new(|| World::for_tests(7, Timestamp::parse("2026-06-01T08:00:00+08:00").unwrap()).unwrap());

pub(crate) fn ukey(name: &str) -> &'static UkeyBlueprint {
    WORLD.ukey(name).unwrap()
}

pub(crate) fn pin(name: &str) -> &'static str {
    ukey(name).pin.expose()
}

/// The shared object that cargo built with this test.
fn built() -> PathBuf {
    let name = "libtongguan_sandbox_skf.so";
    let exe = std::env::current_exe().unwrap();
    let beside = exe.parent().unwrap();
    let found = [beside.join(name), beside.parent().unwrap().join(name)];
    found.into_iter().find(|path| path.exists()).unwrap()
}

/// Stays loaded until the process ends, as it does in a worker.
pub(crate) struct Skf {
    library: ManuallyDrop<Library>,
    pub(crate) soft: SoftLibrary,
    _folder: TempDir,
}

pub(crate) type Answer<T> = Result<T, u32>;

fn checked<T>(status: u32, value: T) -> Answer<T> {
    if status == 0 { Ok(value) } else { Err(status) }
}

impl Skf {
    /// With these UKeys plugged in.
    pub(crate) fn load(names: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let soft = SoftLibrary::at(&folder.path().join("libvendor_skf.so"));
        for name in names {
            soft.plug_blueprint(ukey(name)).unwrap();
        }
        Self::at(folder, soft)
    }

    /// Another copy over the tokens of this one: what a new process would find.
    pub(crate) fn load_again(&self) -> Self {
        let folder = TempDir::new().unwrap();
        let soft = SoftLibrary::at(&folder.path().join("libvendor_skf.so"));
        std::fs::rename(self.soft.folder(), soft.folder()).unwrap();
        Self::at(folder, soft)
    }

    fn at(folder: TempDir, soft: SoftLibrary) -> Self {
        std::fs::copy(built(), soft.object()).unwrap();
        let path: &Path = soft.object();
        // SAFETY: our own shared object, which does nothing when it is loaded.
        let library = ManuallyDrop::new(unsafe { Library::new(path) }.unwrap());
        Self { library, soft, _folder: folder }
    }

    /// `T` must be the function's type in C.
    pub(crate) fn function<T>(&self, name: &str) -> Symbol<'_, T> {
        // SAFETY: the callers below name the types of GM/T 0016.
        unsafe { self.library.get(name.as_bytes()) }.unwrap()
    }

    pub(crate) fn enum_dev(&self, present: bool) -> Answer<Vec<String>> {
        let call = self.function::<unsafe extern "C" fn(i32, *mut u8, *mut u32) -> u32>("SKF_EnumDev");
        // SAFETY: a buffer as long as its size says.
        sized(|buffer, size| unsafe { call(i32::from(present), buffer, size) }).map(names)
    }

    pub(crate) fn connect(&self, name: &str) -> Answer<usize> {
        let call = self.function::<unsafe extern "C" fn(*const c_char, *mut usize) -> u32>("SKF_ConnectDev");
        let name = CString::new(name).unwrap();
        let mut handle = 0;
        // SAFETY: a C string and a place for the handle.
        checked(unsafe { call(name.as_ptr(), &mut handle) }, ()).map(|()| handle)
    }

    /// SKF_EnumApplication, SKF_EnumContainer.
    pub(crate) fn list(&self, call: &str, handle: usize) -> Answer<Vec<String>> {
        let call = self.function::<unsafe extern "C" fn(usize, *mut u8, *mut u32) -> u32>(call);
        // SAFETY: a buffer as long as its size says.
        sized(|buffer, size| unsafe { call(handle, buffer, size) }).map(names)
    }

    /// SKF_OpenApplication, SKF_OpenContainer.
    pub(crate) fn open(&self, call: &str, handle: usize, name: &str) -> Answer<usize> {
        let call = self.function::<unsafe extern "C" fn(usize, *const c_char, *mut usize) -> u32>(call);
        let name = CString::new(name).unwrap();
        let mut opened = 0;
        // SAFETY: a C string and a place for the handle.
        checked(unsafe { call(handle, name.as_ptr(), &mut opened) }, ()).map(|()| opened)
    }

    /// Functions of a handle alone.
    pub(crate) fn on(&self, call: &str, handle: usize) -> Answer<()> {
        let call = self.function::<unsafe extern "C" fn(usize) -> u32>(call);
        // SAFETY: a handle may be any number.
        checked(unsafe { call(handle) }, ())
    }

    /// The device and its application.
    pub(crate) fn application(&self, name: &str) -> (usize, usize) {
        let device = self.connect(name).unwrap();
        (device, self.open("SKF_OpenApplication", device, "TONGGUAN").unwrap())
    }

    /// The status, and the tries left that came with it.
    pub(crate) fn verify(&self, application: usize, pin: &str) -> (u32, u32) {
        let call = self
            .function::<unsafe extern "C" fn(usize, u32, *const c_char, *mut u32) -> u32>("SKF_VerifyPIN");
        let pin = CString::new(pin).unwrap();
        let mut left = 99;
        // SAFETY: a C string and a place for the number.
        let status = unsafe { call(application, USER, pin.as_ptr(), &mut left) };
        (status, left)
    }

    /// SKF_ExportCertificate, SKF_ExportPublicKey.
    pub(crate) fn export(&self, call: &str, container: usize, signs: bool) -> Answer<Vec<u8>> {
        let call = self.function::<unsafe extern "C" fn(usize, i32, *mut u8, *mut u32) -> u32>(call);
        // SAFETY: a buffer as long as its size says.
        sized(|buffer, size| unsafe { call(container, i32::from(signs), buffer, size) })
    }

    /// r||s, 64 bytes, and whether the places before them were 0.
    pub(crate) fn ecc_sign(&self, container: usize, e: &[u8]) -> Answer<(Vec<u8>, bool)> {
        let call = self.function::<unsafe extern "C" fn(usize, *const u8, u32, *mut [u8; 128]) -> u32>(
            "SKF_ECCSignData",
        );
        let mut blob = [0x55; 128];
        let length = u32::try_from(e.len()).unwrap();
        // SAFETY: bytes with their length, and a structure.
        checked(unsafe { call(container, e.as_ptr(), length, &mut blob) }, ())?;
        let padded = [&blob[..32], &blob[64..96]].concat();
        Ok(([&blob[32..64], &blob[96..]].concat(), padded.iter().all(|byte| *byte == 0)))
    }

    pub(crate) fn rsa_sign(&self, container: usize, info: &[u8]) -> Answer<Vec<u8>> {
        let call = self.function::<unsafe extern "C" fn(usize, *const u8, u32, *mut u8, *mut u32) -> u32>(
            "SKF_RSASignData",
        );
        let length = u32::try_from(info.len()).unwrap();
        // SAFETY: bytes with their length, and a buffer as long as its size says.
        sized(|buffer, size| unsafe { call(container, info.as_ptr(), length, buffer, size) })
    }
}

/// Asks for the size, tries with one byte less, and then with enough.
pub(crate) fn sized(call: impl Fn(*mut u8, *mut u32) -> u32) -> Answer<Vec<u8>> {
    let mut size = 0;
    checked(call(std::ptr::null_mut(), &mut size), ())?;
    let mut short = size - 1;
    let mut buffer = vec![0xAA; size as usize];
    assert_eq!(call(buffer.as_mut_ptr(), &mut short), BUFFER_TOO_SMALL);
    assert_eq!(short, size);
    assert!(buffer.iter().all(|byte| *byte == 0xAA), "nothing is written into a short buffer");
    checked(call(buffer.as_mut_ptr(), &mut size), ())?;
    buffer.truncate(size as usize);
    Ok(buffer)
}

fn names(list: Vec<u8>) -> Vec<String> {
    assert!(list.ends_with(&[0]));
    let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    names.map(|name| String::from_utf8(name.to_vec()).unwrap()).collect()
}
