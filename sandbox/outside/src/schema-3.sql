-- Citizens and others with a document: whose number is whose, and so whose face.
CREATE TABLE citizen (
    number TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL
) STRICT;

-- Whose phone numbers are, as their carriers know it.
CREATE TABLE carrier (
    phone TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    document_kind TEXT NOT NULL,
    document_number TEXT NOT NULL
) STRICT;

-- The number of the time before the unified code.
ALTER TABLE company ADD COLUMN registration TEXT;

-- A world that was entered before is entered anew.
DELETE FROM filled;
