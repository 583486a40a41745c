//! Handles: numbers that mean something only here. A closed one is never used again.

use crate::status::Status;
use std::collections::HashMap;
use std::fs::File;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use tongguan_core::domain::PublicKey;
use tongguan_sandbox_ukey::{SoftKey, SoftLibrary, SoftToken};

/// DEVHANDLE, HAPPLICATION, HCONTAINER and HANDLE: as wide as a pointer.
pub(crate) type Handle = usize;

/// For functions that take no handle.
pub(crate) const NONE: Handle = 0;

pub(crate) enum Object {
    Device {
        token: String,
        insertion: u64,
        lock: Option<File>,
    },
    Application {
        device: Handle,
        verified: bool,
    },
    Container {
        application: Handle,
        key: String,
    },
    /// `key`: Z goes before the message.
    Hash {
        device: Handle,
        key: Option<Box<PublicKey>>,
    },
}

impl Object {
    fn parent(&self) -> Option<Handle> {
        match self {
            Self::Device { .. } => None,
            Self::Application { device, .. } | Self::Hash { device, .. } => Some(*device),
            Self::Container { application, .. } => Some(*application),
        }
    }
}

#[derive(Default)]
pub(crate) struct Table {
    last: Handle,
    objects: HashMap<Handle, Object>,
}

pub(crate) fn table() -> MutexGuard<'static, Table> {
    static TABLE: LazyLock<Mutex<Table>> = LazyLock::new(Mutex::default);
    TABLE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Table {
    pub(crate) fn open(&mut self, object: Object) -> Handle {
        self.last = self.last.saturating_add(1);
        self.objects.insert(self.last, object);
        self.last
    }

    /// Closes an object and everything that was opened through it.
    pub(crate) fn close(&mut self, handle: Handle) {
        self.objects.remove(&handle);
        let children = self.objects.iter().filter(|(_, object)| object.parent() == Some(handle));
        for child in children.map(|(child, _)| *child).collect::<Vec<_>>() {
            self.close(child);
        }
    }

    pub(crate) fn get(&self, handle: Handle) -> Result<&Object, Status> {
        self.objects.get(&handle).ok_or(Status::INVALID_HANDLE)
    }

    pub(crate) fn get_mut(&mut self, handle: Handle) -> Result<&mut Object, Status> {
        self.objects.get_mut(&handle).ok_or(Status::INVALID_HANDLE)
    }

    /// Token and insertion of the device that any handle leads to.
    fn device(&self, handle: Handle) -> Result<(&str, u64), Status> {
        match self.get(handle)? {
            Object::Device { token, insertion, .. } => Ok((token, *insertion)),
            other => self.device(other.parent().ok_or(Status::INVALID_HANDLE)?),
        }
    }
}

/// The name of the token behind a handle, plugged in or not.
pub(crate) fn token_name(handle: Handle) -> Result<String, Status> {
    Ok(table().device(handle)?.0.to_owned())
}

/// The token behind a handle, if it is the insertion that the handle was opened for.
pub(crate) fn present(library: &SoftLibrary, handle: Handle) -> Result<SoftToken, Status> {
    let (name, insertion) = {
        let table = table();
        let (name, insertion) = table.device(handle)?;
        (name.to_owned(), insertion)
    };
    let token = library.token(&name)?;
    if token.insertion == insertion { Ok(token) } else { Err(Status::DEVICE_REMOVED) }
}

/// The same, for a handle that must be a device's.
pub(crate) fn device(library: &SoftLibrary, handle: Handle) -> Result<SoftToken, Status> {
    match table().get(handle)? {
        Object::Device { .. } => {}
        _ => return Err(Status::INVALID_HANDLE),
    }
    present(library, handle)
}

/// The token of an application, and whether the PIN was right.
pub(crate) fn application(library: &SoftLibrary, handle: Handle) -> Result<(SoftToken, bool), Status> {
    let verified = match table().get(handle)? {
        Object::Application { verified, .. } => *verified,
        _ => return Err(Status::INVALID_HANDLE),
    };
    Ok((present(library, handle)?, verified))
}

/// The key of a container, and whether the PIN of its application was right.
pub(crate) fn container(library: &SoftLibrary, handle: Handle) -> Result<(SoftKey, bool), Status> {
    let (application_handle, id) = match table().get(handle)? {
        Object::Container { application, key } => (*application, key.clone()),
        _ => return Err(Status::INVALID_HANDLE),
    };
    let (token, verified) = application(library, application_handle)?;
    Ok((token.key(&id).cloned().ok_or(Status::KEY_NOT_FOUND)?, verified))
}
