-- Bank UKeys. The bank of a challenge decides whose certificates may answer it; NULL for a card's.
ALTER TABLE challenge ADD COLUMN bank TEXT;

-- The bank as it was called then; NULL for a card's.
ALTER TABLE certification ADD COLUMN bank TEXT;
ALTER TABLE certification ADD COLUMN bank_name TEXT;

-- A visit to a bank's own page. It ends with the session that it was opened in.
CREATE TABLE visit (
    -- Also the request id of the challenge that the bank gets to sign.
    id TEXT PRIMARY KEY REFERENCES challenge,
    -- SHA-256 of the state value.
    state_hash BLOB NOT NULL UNIQUE,
    session BLOB NOT NULL REFERENCES session ON DELETE CASCADE,
    bank TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    -- NULL until the bank's result is there; then 'passed' or the code of the refusal.
    outcome TEXT
) STRICT;
CREATE INDEX visit_session ON visit (session);
