/// Why a card could not be made, or its state not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum CardFault {
    /// The PIN is not 6 to 8 printable ASCII characters.
    #[error("the PIN of a card has 6 to 8 printable ASCII characters")]
    Pin,
    /// `63Cx` has four bits for the tries.
    #[error("a card gives 1 to 15 tries, not {0}")]
    Tries(u8),
    /// The private key does not parse, or is not of the algorithm that is named.
    #[error("key {reference:02x} is not a private key of its algorithm")]
    Key { reference: u8 },
    /// Two keys have the same reference, or a key has the reference 0.
    #[error("key reference {0:02x} is used twice or is 0")]
    KeyReference(u8),
    /// The state file could not be read or written.
    #[error("the card's state could not be read or written")]
    State(#[from] std::io::Error),
    /// The state file is not JSON of the expected shape.
    #[error("the card's state is not in the expected form")]
    Form(#[from] serde_json::Error),
}
