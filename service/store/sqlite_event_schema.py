"""The tables of the event queue in SQLite.

What is counted is counted by triggers, in the transaction that changes the rows, whoever writes them: so the counts
are exact also while an instance that does not know of them works on the same file.
"""

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    document_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    published_at REAL NOT NULL,
    visible_at REAL NOT NULL,
    receives INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    UNIQUE (id, agent)
) STRICT;
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages (agent, visible_at);
CREATE TABLE IF NOT EXISTS dead_letters (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    document_id TEXT NOT NULL,
    request_id TEXT NOT NULL,
    published_at REAL NOT NULL,
    died_at REAL NOT NULL,
    receives INTEGER NOT NULL,
    reason TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS dead_letters_by_age ON dead_letters (died_at);
CREATE TABLE IF NOT EXISTS idempotency_keys (
    key TEXT PRIMARY KEY,
    event_id TEXT NOT NULL,
    used_at REAL NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS idempotency_keys_by_age ON idempotency_keys (used_at);
-- A table of its own, so that files from before it are taken as they are.
CREATE TABLE IF NOT EXISTS idempotency_digests (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL
) STRICT;
CREATE TRIGGER IF NOT EXISTS idempotency_digests_go_with_their_keys AFTER DELETE ON idempotency_keys
BEGIN DELETE FROM idempotency_digests WHERE key = old.key; END;

-- Rows of `messages` that came and went, of `dead_letters` that came and went, and those of them that were redriven.
CREATE TABLE IF NOT EXISTS event_counts (
    agent TEXT NOT NULL,
    topic TEXT NOT NULL,
    entered INTEGER NOT NULL DEFAULT 0,
    departed INTEGER NOT NULL DEFAULT 0,
    died INTEGER NOT NULL DEFAULT 0,
    removed INTEGER NOT NULL DEFAULT 0,
    redriven INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (agent, topic)
) STRICT, WITHOUT ROWID;
-- In a file from before it, what is there is what was ever there.
INSERT INTO event_counts (agent, topic, entered, departed, died)
    SELECT agent, topic, count(*), sum(dead), sum(dead) FROM (
        SELECT agent, topic, 0 AS dead FROM messages UNION ALL SELECT agent, topic, 1 FROM dead_letters
    ) WHERE NOT EXISTS (SELECT 1 FROM event_counts) GROUP BY agent, topic;
CREATE TRIGGER IF NOT EXISTS messages_that_enter_are_counted AFTER INSERT ON messages
BEGIN
    INSERT INTO event_counts (agent, topic, entered) VALUES (new.agent, new.topic, 1)
        ON CONFLICT DO UPDATE SET entered = entered + 1;
END;
CREATE TRIGGER IF NOT EXISTS messages_that_depart_are_counted AFTER DELETE ON messages
BEGIN UPDATE event_counts SET departed = departed + 1 WHERE agent = old.agent AND topic = old.topic; END;
CREATE TRIGGER IF NOT EXISTS dead_letters_that_enter_are_counted AFTER INSERT ON dead_letters
BEGIN
    INSERT INTO event_counts (agent, topic, died) VALUES (new.agent, new.topic, 1)
        ON CONFLICT DO UPDATE SET died = died + 1;
END;
CREATE TRIGGER IF NOT EXISTS dead_letters_that_depart_are_counted AFTER DELETE ON dead_letters
BEGIN UPDATE event_counts SET removed = removed + 1 WHERE agent = old.agent AND topic = old.topic; END;

-- `stepped_at` is the instant until which the time is used up by what was moved, of the last step or shortly before it.
CREATE TABLE IF NOT EXISTS redrives (
    id TEXT PRIMARY KEY,
    moved INTEGER NOT NULL,
    stepped_at REAL NOT NULL
) STRICT;
"""
