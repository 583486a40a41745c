-- When the person whose documents it rests on became another: it counts no longer. NULL while it does.
ALTER TABLE certification ADD COLUMN void_at INTEGER;

-- Challenges of sign-ins are forgotten, spent or not.
CREATE INDEX challenge_login ON challenge (expires_at) WHERE json_extract(content, '$.purpose') = 'login';

-- As an administrator gave it; the account's own is `phone`, once a code that was sent there has come back.
ALTER TABLE account ADD COLUMN phone_given TEXT;
