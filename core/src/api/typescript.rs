//! The TypeScript side of the border, written from the Rust types.

use super::commands::{command_map, visit_types};
use super::{FileContent, FlowView, View};
use crate::fault::{Fault, Refusal};
use crate::ports::FileFacts;
use std::collections::BTreeMap;
use ts_rs::{Config, TS, TypeVisitor};

/// The whole text of `ui/src/host/api.gen.ts`.
pub fn typescript() -> String {
    let config = Config::new();
    let mut types = Declarations { config: &config, found: BTreeMap::new() };
    types.visit::<View>();
    types.visit::<FlowView>();
    types.visit::<Fault>();
    types.visit::<Refusal>();
    visit_types(&mut types);
    let mut text = String::from(
        "// Written from core/src/api by `cargo test -p tongguan-core api_gen`; do not edit.\n\n",
    );
    for declaration in types.found.values() {
        text.push_str("export ");
        text.push_str(declaration);
        text.push_str("\n\n");
    }
    text.push_str(&command_map(&config));
    let bounds = [("PICKED", FileContent::LARGEST.to_string()), ("SENT", FileFacts::LARGEST.to_string())];
    for (which, bytes) in bounds {
        text.push_str(&format!("\n/** Bytes of a file. */\nexport const LARGEST_{which} = {bytes};\n"));
    }
    text
}

struct Declarations<'a> {
    config: &'a Config,
    found: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations<'_> {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // A type without a file of its own is a primitive, or written as one.
        if T::output_path().is_none() {
            T::visit_generics(self);
            T::visit_dependencies(self);
            return;
        }
        let name = T::ident(self.config);
        if self.found.contains_key(&name) {
            return;
        }
        self.found.insert(name, T::decl(self.config));
        T::visit_dependencies(self);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_gen_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/host/api.gen.ts");
        let expected = typescript();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &expected).unwrap();
        }
        let found = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            found == expected,
            "ui/src/host/api.gen.ts is stale: run UPDATE=1 cargo test -p tongguan-core api_gen"
        );
    }
}
