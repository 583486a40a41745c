-- Times are seconds since 1970-01-01T00:00:00Z.
-- Which world the registers were filled from; one row.
CREATE TABLE filled (
    version INTEGER NOT NULL,
    seed INTEGER NOT NULL,
    made_at INTEGER NOT NULL
) STRICT;

CREATE TABLE company (
    uscc TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    organization_code TEXT NOT NULL,
    legal_representative TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    document_number TEXT NOT NULL
) STRICT;

-- Trusted identities: identity cards with their validity, YYYYMMDD.
CREATE TABLE identity (
    number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL
) STRICT;

-- What the bank knows of a card.
CREATE TABLE bank_card (
    number TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    document_number TEXT NOT NULL,
    phone TEXT NOT NULL
) STRICT;

CREATE TABLE message (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sent_at INTEGER NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX message_address ON message (channel, address, id);

-- What goes wrong on purpose; an empty record is the whole register.
CREATE TABLE failure (
    register TEXT NOT NULL,
    record TEXT NOT NULL,
    failure TEXT NOT NULL,
    PRIMARY KEY (register, record)
) STRICT;
