//! The catalogue's banks, as the sandbox plays them.

use super::StageError;
use tongguan_catalogue::Catalogue;
use tongguan_sandbox_world::World;

/// The text of a user's own `banks.toml`: the built-in rows with the authorities of this world and pages at
/// `origin`.
pub(crate) fn rows(world: &World, origin: &str) -> Result<String, StageError> {
    let empty = tempfile::tempdir()?;
    let mut text = String::from("# Written by the sandbox: its banks are generated data.\n");
    for bank in Catalogue::open(empty.path())?.banks() {
        let Some(played) = world.bank(bank.id.as_str()) else { continue };
        let issuers: Vec<toml::Value> =
            played.authorities.iter().map(|authority| toml::Value::from(authority.name.as_str())).collect();
        let row = toml::Table::from_iter([
            ("id".to_owned(), toml::Value::from(bank.id.as_str())),
            ("name".to_owned(), bank.name.as_str().into()),
            ("english".to_owned(), bank.english.into()),
            ("mark".to_owned(), bank.mark.into()),
            ("token".to_owned(), bank.token.into()),
            ("token_english".to_owned(), bank.token_english.into()),
            ("component".to_owned(), bank.component.into()),
            ("component_english".to_owned(), bank.component_english.into()),
            ("page".to_owned(), format!("{origin}/{}/certify", bank.id).into()),
            ("issuers".to_owned(), issuers.into()),
            ("text".to_owned(), "statement-v1".into()),
        ]);
        text.push_str(&format!("\n[[bank]]\n{row}"));
    }
    Ok(text)
}
