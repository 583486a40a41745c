-- What stands on an identity card, YYYYMMDD; other documents' days are not known here.
ALTER TABLE citizen ADD COLUMN valid_from TEXT;
ALTER TABLE citizen ADD COLUMN valid_until TEXT;

-- A world that was entered before is entered anew.
DELETE FROM filled;
