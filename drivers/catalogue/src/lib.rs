//! Banks and vendor libraries: the catalogue, what is on this machine, what the user approved. And the platforms,
//! as descriptions.
//!
//! Nothing here loads a library. A file is read, hashed and parsed; what it says of itself is shown, and
//! only after the user's yes to this path with this content does it become a [`LoadOrder`].
//!
//! [`LoadOrder`]: tongguan_core::domain::LoadOrder

mod approvals;
mod catalogue;
mod examine;
mod file;
mod place;
mod platforms;
mod private;
mod row;
mod rows;
mod sheet;
mod shown;
mod version;

pub use catalogue::Catalogue;
pub use platforms::{Platforms, platforms};
