CREATE TABLE IF NOT EXISTS account (
    login    TEXT PRIMARY KEY,
    person   TEXT NOT NULL,
    role     TEXT NOT NULL,
    site     TEXT,
    -- argon2id, in its own text form
    password TEXT NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    -- no sign-in before this instant (ms)
    waits    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE IF NOT EXISTS web_session (
    -- SHA-256 of the cookie's token: the file alone signs nobody in
    token    BLOB PRIMARY KEY,
    login    TEXT NOT NULL REFERENCES account (login),
    csrf     TEXT NOT NULL,
    created  INTEGER NOT NULL,
    seen     INTEGER NOT NULL
) STRICT;
