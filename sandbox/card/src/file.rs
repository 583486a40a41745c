//! The file tree: ISO/IEC 7816-4, clause 7. Master file, EF.DIR, and the directory of PKCS#15.

use crate::{
    Personalisation, Status,
    command::{Information, Target},
    key::Key,
    own, piv, pkcs15,
    session::{Application, Session},
    tlv,
};

pub(crate) const MASTER_FILE: u16 = 0x3F00;
const DIRECTORY: u16 = 0x2F00;
const DIRECTORY_SHORT_ID: u8 = 30;
/// SP 800-73-4 lets a terminal leave the version out of the AID; ISO/IEC 7816-4 asks for 5 bytes at least.
const SHORTEST_NAME: usize = 5;

/// One transparent elementary file.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: u16,
    /// 1 to 30; 0 says none.
    pub(crate) short_id: u8,
    pub(crate) content: Vec<u8>,
}

#[derive(Debug)]
pub(crate) struct FileTree {
    directory: Vec<File>,
    pkcs15: Vec<File>,
}

type Place = (Application, Option<u16>);

impl FileTree {
    pub(crate) fn new(owner: &Personalisation, keys: &[Key]) -> Self {
        let directory = File { id: DIRECTORY, short_id: DIRECTORY_SHORT_ID, content: applications() };
        Self { directory: vec![directory], pkcs15: pkcs15::files(owner, keys) }
    }

    /// Where SELECT leads from here.
    pub(crate) fn locate(&self, target: &Target<'_>, from: Application) -> Result<Place, Status> {
        let place = match target {
            Target::Identifier(id) => self.step(from, *id),
            Target::Directory(id) => self.step(from, *id).filter(|(_, file)| file.is_none()),
            Target::Elementary(id) => self.step(from, *id).filter(|(_, file)| file.is_some()),
            Target::Parent => Some((Application::MasterFile, None)),
            Target::Name(name) => named(name),
            Target::PathFromMaster(path) => self.walk(Application::MasterFile, path),
            Target::PathFromCurrent(path) => self.walk(from, path),
        };
        place.ok_or(Status::FileNotFound)
    }

    fn walk(&self, from: Application, path: &[u16]) -> Option<Place> {
        path.iter().try_fold((from, None), |(application, file), id| match file {
            None => self.step(application, *id),
            Some(_) => None,
        })
    }

    fn step(&self, from: Application, id: u16) -> Option<Place> {
        match id {
            MASTER_FILE => Some((Application::MasterFile, None)),
            pkcs15::DIRECTORY => Some((Application::Pkcs15, None)),
            id => self.files(from).iter().any(|file| file.id == id).then_some((from, Some(id))),
        }
    }

    fn files(&self, application: Application) -> &[File] {
        match application {
            Application::MasterFile => &self.directory,
            Application::Pkcs15 => &self.pkcs15,
            Application::Own | Application::Piv => &[],
        }
    }

    /// The selected file.
    pub(crate) fn current(&self, session: &Session) -> Option<&File> {
        let id = session.file?;
        self.files(session.application).iter().find(|file| file.id == id)
    }

    pub(crate) fn by_short_id(&self, application: Application, short_id: u8) -> Option<&File> {
        self.files(application).iter().find(|file| file.short_id == short_id)
    }

    /// What SELECT answers about the place just selected.
    pub(crate) fn describe(&self, session: &Session, what: Information, owner: &Personalisation) -> Vec<u8> {
        let content = match (session.application, self.current(session)) {
            (_, Some(file)) => describe_file(file),
            (Application::MasterFile, None) => describe_directory(MASTER_FILE, None),
            (Application::Pkcs15, None) => describe_directory(pkcs15::DIRECTORY, Some(pkcs15::AID)),
            (Application::Own, None) => own::control_information(owner),
            (Application::Piv, None) if what == Information::Nothing => Vec::new(),
            (Application::Piv, None) => return piv::property_template(),
        };
        match what {
            Information::Control => tlv::object(0x6F, &content),
            Information::Parameters => tlv::object(0x62, &content),
            Information::Nothing => Vec::new(),
        }
    }
}

/// An application by its name or the beginning of its name.
fn named(name: &[u8]) -> Option<Place> {
    let known =
        [(own::AID, Application::Own), (pkcs15::AID, Application::Pkcs15), (piv::AID, Application::Piv)];
    let (_, application) =
        known.into_iter().find(|(aid, _)| name.len() >= SHORTEST_NAME && aid.starts_with(name))?;
    Some((application, None))
}

/// EF.DIR: one application template each.
fn applications() -> Vec<u8> {
    let entry = |aid: &[u8], label: &str, path: &[u8]| {
        let mut parts = vec![tlv::object(0x4F, aid), tlv::object(0x50, label.as_bytes())];
        if !path.is_empty() {
            parts.push(tlv::object(0x51, path));
        }
        tlv::template(0x61, &parts)
    };
    [
        entry(own::AID, "Tongguan", &[]),
        entry(pkcs15::AID, "Tongguan PKCS#15", &pkcs15::path(None)),
        entry(piv::AID, "Tongguan PIV", &[]),
    ]
    .concat()
}

fn describe_directory(id: u16, name: Option<&[u8]>) -> Vec<u8> {
    let mut parts = vec![tlv::object(0x82, &[0x38]), tlv::object(0x83, &id.to_be_bytes())];
    parts.extend(name.map(|name| tlv::object(0x84, name)));
    parts.push(tlv::object(0x8A, &[0x05]));
    parts.concat()
}

/// Size, transparent, identifier, short identifier, operational.
fn describe_file(file: &File) -> Vec<u8> {
    // No file of this card reaches 64 KiB: the content is written here, not by the terminal.
    let size = u16::try_from(file.content.len()).unwrap_or(u16::MAX);
    let mut parts = vec![
        tlv::object(0x80, &size.to_be_bytes()),
        tlv::object(0x82, &[0x01]),
        tlv::object(0x83, &file.id.to_be_bytes()),
    ];
    if file.short_id != 0 {
        parts.push(tlv::object(0x88, &[file.short_id << 3]));
    }
    parts.push(tlv::object(0x8A, &[0x05]));
    parts.concat()
}
