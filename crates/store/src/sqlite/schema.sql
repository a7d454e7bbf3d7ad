-- The record of one study. Positions count from 0, versions from 1, both without gaps.
CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    stream   TEXT    NOT NULL,
    version  INTEGER NOT NULL,
    id       BLOB    NOT NULL,
    command  BLOB    NOT NULL,
    bytes    BLOB    NOT NULL,
    leaf     BLOB    NOT NULL
) STRICT;

CREATE UNIQUE INDEX entry_stream ON entry (stream, version);
CREATE UNIQUE INDEX entry_id ON entry (id);
CREATE INDEX entry_command ON entry (command);

CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;

CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'entries are never removed'); END;

-- One row: how many entries there are, and the right edge of their Merkle tree (32 bytes a peak).
CREATE TABLE head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    size  INTEGER NOT NULL,
    peaks BLOB    NOT NULL
) STRICT;

INSERT INTO head (one, size, peaks) VALUES (1, 0, x'');
