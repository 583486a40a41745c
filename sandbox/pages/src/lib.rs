//! Pages of the sandbox's servers: templates and words, the headers that guard them, and where they are served.

mod door;
mod markup;
mod site;

pub use door::on_loopback;
pub use markup::{Markup, allowing, answer, fill, words};
pub use site::Site;
