-- Accounts at banks. A company of the world has one; those without a company are the platforms'.
CREATE TABLE account (
    number TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    branch TEXT NOT NULL,
    uscc TEXT UNIQUE
) STRICT;
CREATE UNIQUE INDEX account_platform ON account (holder) WHERE uscc IS NULL;

-- Amounts are hundredths of a yuan. The payer's name is as the payer's bank sends it.
CREATE TABLE payment (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    paid_at INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    payer TEXT NOT NULL,
    payer_account TEXT NOT NULL,
    payee TEXT NOT NULL,
    payee_account TEXT NOT NULL,
    remark TEXT NOT NULL
) STRICT;
CREATE INDEX payment_payee ON payment (payee_account, id);

-- Stamped letters at the review desk. The file is there while the letter waits.
CREATE TABLE review (
    id TEXT PRIMARY KEY,
    asked_at INTEGER NOT NULL,
    platform TEXT NOT NULL,
    company TEXT NOT NULL,
    number TEXT NOT NULL,
    legal_representative TEXT NOT NULL,
    media TEXT NOT NULL,
    file BLOB,
    state TEXT NOT NULL,
    reason TEXT,
    decided_at INTEGER
) STRICT;
CREATE INDEX review_state ON review (state, asked_at);

-- A world that was entered before there were accounts is entered anew.
DELETE FROM filled;
