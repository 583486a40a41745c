-- Times are seconds since 1970-01-01T00:00:00Z.
CREATE TABLE company (
    uscc TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    organization_code TEXT NOT NULL
) STRICT;

CREATE TABLE account (
    name TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES company,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL
) STRICT;

-- Wrong passwords, by the name that was typed, whether there is such an account or not.
CREATE TABLE attempt (
    name TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    token_hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account,
    level TEXT NOT NULL,
    -- The newest certification (sequence) at sign-in: later ones take effect at the next sign-in.
    seen INTEGER NOT NULL,
    last_used INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;

CREATE TABLE challenge (
    request_id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES account,
    -- As it was answered: JSON of the core's Challenge.
    content TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    spent_at INTEGER
) STRICT;

CREATE INDEX challenge_unspent ON challenge (expires_at) WHERE spent_at IS NULL;

CREATE TABLE certification (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    request_id TEXT NOT NULL UNIQUE REFERENCES challenge,
    account TEXT NOT NULL REFERENCES account,
    method TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    level_before TEXT NOT NULL,
    level_after TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    proof BLOB NOT NULL,
    UNIQUE (year, number)
) STRICT;
CREATE INDEX certification_account ON certification (account, sequence);

CREATE TABLE card (
    number TEXT PRIMARY KEY,
    company TEXT NOT NULL REFERENCES company
) STRICT;

-- What was answered under an idempotency key: a certification, or a refusal that spent its challenge.
CREATE TABLE answer (
    account TEXT NOT NULL REFERENCES account,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    refusal TEXT,
    PRIMARY KEY (account, key)
) STRICT;
