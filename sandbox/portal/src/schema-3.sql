-- Companies and accounts with their data, captchas, cards that sign in. While a store is brought up, foreign
-- keys are not enforced; they are looked at before the step is kept.

-- The unified code can change, so it no longer names the row.
CREATE TABLE company_3 (
    id INTEGER PRIMARY KEY,
    -- The unified code at its first entry, by which the world goes on knowing it.
    entered_as TEXT NOT NULL UNIQUE,
    uscc TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    organization_code TEXT NOT NULL,
    legal_name TEXT NOT NULL,
    legal_document_kind TEXT,
    legal_document_number TEXT,
    legal_valid_from TEXT,
    legal_valid_until TEXT,
    legal_country TEXT,
    address TEXT,
    -- Goes up with each change. 0: of an earlier schema, the people are not on record yet.
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
INSERT INTO company_3 (entered_as, uscc, name, organization_code, legal_name, version)
    SELECT uscc, uscc, name, organization_code, 'not on record', 0 FROM company ORDER BY rowid;
DROP TABLE company;
ALTER TABLE company_3 RENAME TO company;

CREATE TABLE account_3 (
    name TEXT PRIMARY KEY,
    company INTEGER NOT NULL REFERENCES company,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    password_at INTEGER NOT NULL,
    -- Given by an administrator.
    change_password INTEGER NOT NULL DEFAULT 0,
    role TEXT NOT NULL,
    -- Of an operator: words with commas between.
    rights TEXT NOT NULL DEFAULT '',
    enabled INTEGER NOT NULL DEFAULT 1,
    holder_name TEXT NOT NULL,
    holder_document_kind TEXT,
    holder_document_number TEXT,
    holder_valid_from TEXT,
    holder_valid_until TEXT,
    phone TEXT,
    email TEXT,
    region TEXT,
    notify_sign_in INTEGER NOT NULL DEFAULT 0,
    notify_certification INTEGER NOT NULL DEFAULT 1,
    notify_expiry INTEGER NOT NULL DEFAULT 1,
    last_sign_in INTEGER,
    -- Of the holder's data; as the company's.
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
-- There were no roles before: the first account of a company keeps it, the others certify for it.
INSERT INTO account_3 (name, company, salt, hash, password_at, role, rights, holder_name, version)
    SELECT a.name, c.id, a.salt, a.hash, unixepoch(),
        CASE WHEN a.rowid = (SELECT min(rowid) FROM account WHERE company = a.company)
            THEN 'administrator' ELSE 'operator' END,
        CASE WHEN a.rowid = (SELECT min(rowid) FROM account WHERE company = a.company)
            THEN '' ELSE 'certify' END,
        'not on record', 0
    FROM account a JOIN company c ON c.entered_as = a.company;
DROP TABLE account;
ALTER TABLE account_3 RENAME TO account;
CREATE UNIQUE INDEX account_document ON account (company, holder_document_kind, holder_document_number)
    WHERE holder_document_number IS NOT NULL;
CREATE INDEX account_company ON account (company);
CREATE UNIQUE INDEX account_phone ON account (phone) WHERE phone IS NOT NULL;
CREATE UNIQUE INDEX account_email ON account (email) WHERE email IS NOT NULL;

-- A personal account that asks its company's administrators to be made an operator.
CREATE TABLE upgrade_request (
    account TEXT PRIMARY KEY REFERENCES account,
    asked_at INTEGER NOT NULL
) STRICT;

-- The company as it was at sign-in: what is saved later takes effect at the next one.
ALTER TABLE session ADD COLUMN company_name TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN organization_code TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN uscc TEXT NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN company_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN account_version INTEGER NOT NULL DEFAULT 0;
-- Somebody has shown its token.
ALTER TABLE session ADD COLUMN used INTEGER NOT NULL DEFAULT 1;
-- The challenge that a card opened it with; NULL for a password's.
ALTER TABLE session ADD COLUMN request_id TEXT;
UPDATE session SET (company_name, organization_code, uscc) =
    (SELECT c.name, c.organization_code, c.uscc FROM account a JOIN company c ON c.id = a.company
     WHERE a.name = session.account);
CREATE INDEX session_account ON session (account);
CREATE UNIQUE INDEX session_request ON session (request_id) WHERE request_id IS NOT NULL;

-- Documents certify without a challenge, a certificate and a proof.
CREATE TABLE certification_3 (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    year INTEGER NOT NULL,
    number INTEGER NOT NULL,
    request_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL REFERENCES account,
    -- Of the company that was certified: it counts for no other one.
    organization_code TEXT NOT NULL,
    method TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    -- When the certificate ends, or the first of the documents.
    expires_at INTEGER,
    level_before TEXT NOT NULL,
    level_after TEXT NOT NULL,
    fingerprint TEXT,
    proof BLOB,
    bank TEXT,
    bank_name TEXT,
    UNIQUE (year, number)
) STRICT;
INSERT INTO certification_3 (sequence, year, number, request_id, account, organization_code, method, accepted_at,
        level_before, level_after, fingerprint, proof, bank, bank_name)
    SELECT f.sequence, f.year, f.number, f.request_id, f.account, c.organization_code, f.method, f.accepted_at,
        f.level_before, f.level_after, f.fingerprint, f.proof, f.bank, f.bank_name
    FROM certification f JOIN account a ON a.name = f.account JOIN company c ON c.id = a.company;
DROP TABLE certification;
ALTER TABLE certification_3 RENAME TO certification;
CREATE INDEX certification_account ON certification (account, sequence);
CREATE INDEX certification_method ON certification (account, method, sequence);

CREATE TABLE card_3 (
    id TEXT PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    company INTEGER NOT NULL REFERENCES company,
    -- Whom it signs in; NULL for a card of an earlier schema, until it certifies again.
    account TEXT REFERENCES account,
    holder TEXT NOT NULL,
    kind TEXT NOT NULL,
    bound_at INTEGER NOT NULL
) STRICT;
INSERT INTO card_3 (id, number, company, holder, kind, bound_at)
    SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
            || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
        k.number, c.id, '', 'unknown', unixepoch()
    FROM card k JOIN company c ON c.entered_as = k.company;
DROP TABLE card;
ALTER TABLE card_3 RENAME TO card;
CREATE INDEX card_account ON card (account);

CREATE TABLE captcha (
    id TEXT PRIMARY KEY,
    answer TEXT NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;
CREATE INDEX captcha_expiry ON captcha (expires_at);

-- How often something was asked for within its window.
CREATE TABLE rate (
    key TEXT PRIMARY KEY,
    count INTEGER NOT NULL,
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rate_end ON rate (ends_at);

CREATE INDEX attempt_age ON attempt (last_at);
