-- Procedures: walks of accounts, and of phones, through the paths of platforms.

CREATE TABLE procedure (
    id TEXT PRIMARY KEY,
    -- NULL for a phone that was opened without a ticket, until it is about something.
    account TEXT REFERENCES account,
    -- The unified code of the company that the account stood for when it was opened.
    company TEXT,
    -- The wish of the user that opened it.
    key TEXT,
    platform TEXT NOT NULL,
    path TEXT NOT NULL,
    subject TEXT NOT NULL,
    -- Of a phone the subject of what its ticket was given for.
    certifies TEXT NOT NULL,
    version INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- NULL once it is over.
    step TEXT,
    -- 'done', or why it was closed, once it is over.
    over TEXT,
    -- JSON, what was given: full numbers are here while it is open, and gone when it is over.
    given TEXT NOT NULL,
    -- JSON, the steps that were passed, with what had been given before each.
    way TEXT NOT NULL,
    -- JSON, the actions that were drawn for the open step.
    drawn TEXT NOT NULL,
    refused TEXT,
    -- The mark of the last answer that was taken, and of the version that it was given at (keyed.rs).
    answered TEXT,
    -- Of a phone: whose step it fulfils.
    parent TEXT REFERENCES procedure ON DELETE CASCADE,
    person TEXT,
    duty TEXT,
    -- Of a phone: SHA-256 of its token.
    token_hash BLOB UNIQUE,
    UNIQUE (account, key)
) STRICT;
CREATE INDEX procedure_account ON procedure (account, opened_at);
CREATE INDEX procedure_parent ON procedure (parent);
CREATE INDEX procedure_open ON procedure (expires_at) WHERE step IS NOT NULL;
CREATE INDEX procedure_end ON procedure (expires_at);

-- What a phone opens. One that is dead was followed by another.
CREATE TABLE ticket (
    -- SHA-256 of the secret.
    hash BLOB PRIMARY KEY,
    procedure TEXT NOT NULL REFERENCES procedure ON DELETE CASCADE,
    step TEXT NOT NULL,
    person TEXT,
    duty TEXT,
    expires_at INTEGER NOT NULL,
    dead INTEGER NOT NULL DEFAULT 0,
    -- The phone's own procedure.
    opened_by TEXT REFERENCES procedure ON DELETE SET NULL,
    -- Its ends.
    sms_to TEXT
) STRICT;
CREATE INDEX ticket_procedure ON ticket (procedure);
CREATE INDEX ticket_phone ON ticket (opened_by);

-- What was passed. Nothing of it is a full number.
CREATE TABLE procedure_receipt (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    platform TEXT NOT NULL,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    procedure TEXT NOT NULL UNIQUE,
    account TEXT REFERENCES account,
    company TEXT,
    path TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT,
    accepted_at INTEGER NOT NULL,
    -- JSON
    ways TEXT NOT NULL,
    -- When the person became another: it counts no longer. NULL while it does.
    void_at INTEGER,
    UNIQUE (platform, year, number)
) STRICT;
CREATE INDEX procedure_receipt_account ON procedure_receipt (account, subject, sequence);
CREATE INDEX procedure_receipt_company ON procedure_receipt (company, subject, sequence);

-- What was over at its first step, because an earlier receipt counts.
CREATE TABLE procedure_status (
    procedure TEXT PRIMARY KEY REFERENCES procedure ON DELETE CASCADE,
    receipt INTEGER NOT NULL REFERENCES procedure_receipt
) STRICT;

-- A code may be sent to a phone that no account has opened anything for.
CREATE TABLE code_6 (
    id TEXT PRIMARY KEY,
    account TEXT REFERENCES account,
    -- What it is for: a word of the program's, or a procedure.
    purpose TEXT NOT NULL,
    -- Keyed hash of what it was sent for: it is good for nothing else.
    subject BLOB NOT NULL,
    -- Argon2id, like a password.
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    -- 'sending', then 'open', then 'used'.
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    sent_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    -- The address that shall become the account's, until it is.
    phone TEXT,
    email TEXT
) STRICT;
INSERT INTO code_6 SELECT id, account, purpose, subject, salt, hash, state, tries, sent_at, expires_at, phone, email
    FROM code;
DROP TABLE code;
ALTER TABLE code_6 RENAME TO code;
CREATE INDEX code_account ON code (account, purpose);
CREATE INDEX code_end ON code (expires_at);

-- Pictures, letters and payments.

-- A file on its way, or arrived; gone with its step.
CREATE TABLE upload (
    id TEXT PRIMARY KEY,
    procedure TEXT NOT NULL REFERENCES procedure ON DELETE CASCADE,
    slot TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    -- Bytes that have arrived.
    arrived INTEGER NOT NULL DEFAULT 0,
    -- It is whole, and was looked at.
    kept INTEGER NOT NULL DEFAULT 0,
    UNIQUE (procedure, slot)
) STRICT;

CREATE TABLE upload_part (
    upload TEXT NOT NULL REFERENCES upload ON DELETE CASCADE,
    place INTEGER NOT NULL,
    part BLOB NOT NULL,
    PRIMARY KEY (upload, place)
) STRICT;

CREATE TABLE transfer (
    procedure TEXT PRIMARY KEY REFERENCES procedure ON DELETE CASCADE,
    -- NULL while its step is not open.
    direction TEXT,
    since INTEGER NOT NULL,
    -- Made in this procedure, whatever way was chosen since.
    payments INTEGER NOT NULL DEFAULT 0,
    -- Of the last one, hundredths of a yuan: nobody is told.
    amount INTEGER,
    paid_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    passed INTEGER NOT NULL DEFAULT 0,
    -- JSON, the platform's own account.
    payee TEXT,
    -- The letter at the review desk, and what that said.
    letter TEXT,
    letter_since INTEGER,
    letter_refused TEXT,
    letter_passed INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX transfer_letter ON transfer (letter) WHERE letter IS NOT NULL;

-- Payments of companies that were counted: each for one procedure.
CREATE TABLE arrival (
    payment INTEGER PRIMARY KEY,
    procedure TEXT NOT NULL REFERENCES procedure ON DELETE CASCADE
) STRICT;

-- Letters that nobody needs any more, to be taken back from the review desk.
CREATE TABLE withdrawn_letter (
    letter TEXT PRIMARY KEY
) STRICT;

-- The people of a matter.
CREATE TABLE matter (
    -- Its procedure, which is forgotten earlier if this was submitted.
    procedure TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    -- As it was called when the first of the people was entered.
    company TEXT NOT NULL,
    submitted_at INTEGER,
    -- SHA-256 of what was signed, hex, once it was submitted.
    document TEXT
) STRICT;

CREATE TABLE participant (
    id TEXT PRIMARY KEY,
    matter TEXT NOT NULL REFERENCES matter ON DELETE CASCADE,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    -- NULL once it was submitted.
    document_number TEXT,
    -- Its ends.
    document_masked TEXT NOT NULL,
    role TEXT NOT NULL,
    signed_at INTEGER,
    certified_at INTEGER,
    -- When what was done ceased to count; NULL once all of it was done again.
    void_at INTEGER
) STRICT;
CREATE UNIQUE INDEX participant_document ON participant (matter, document_kind, document_number);
CREATE INDEX participant_waiting ON participant (document_number) WHERE certified_at IS NULL;
