-- Codes that were sent, and certification by documents.

-- Gone once its time is over.
CREATE TABLE code (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account,
    -- What it is for: a word of the program's.
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
CREATE INDEX code_account ON code (account, purpose);
CREATE INDEX code_end ON code (expires_at);

-- The open certification of an account, or the last one that passed. Gone once its time is over. Full numbers
-- of documents are here while it is open; those of bank cards and phones never.
CREATE TABLE legal (
    account TEXT PRIMARY KEY REFERENCES account,
    id TEXT NOT NULL UNIQUE,
    expires_at INTEGER NOT NULL,
    -- 'company', 'legal_representative', 'holder', 'done'
    step TEXT NOT NULL,
    company_name TEXT,
    organization_code TEXT,
    uscc TEXT,
    legal_name TEXT,
    legal_document_kind TEXT,
    legal_document_number TEXT,
    legal_document_masked TEXT,
    legal_passed_by TEXT,
    -- When the validity ends that this step rests on; NULL for none.
    legal_ends_at INTEGER,
    -- The mark of what each step was passed with (keyed.rs): sent again, it is answered again.
    company_given BLOB,
    legal_given BLOB,
    holder_given BLOB,
    holder_passed_by TEXT
) STRICT;
CREATE INDEX legal_end ON legal (expires_at);
