//! Pages of the sandbox's servers: templates and words, the headers that guard them, and where they are served.

mod markup;
mod site;

pub use markup::{Markup, answer, fill, words};
pub use site::Site;
