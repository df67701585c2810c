-- Every event once, under the identity that Redis gave its entry. Without a rowid the table is its primary key's index:
-- each stream grows at its own end, and no second tree has to be written for the key.
CREATE TABLE workflow_updates (
    stream       TEXT NOT NULL,
    entry_id     TEXT NOT NULL, -- Redis's own: milliseconds-sequence
    event_id     TEXT NOT NULL, -- the envelope's; published again, an event has the same in another entry
    type         TEXT NOT NULL,
    workflow_id  TEXT NOT NULL, -- '' when the event belongs to none
    source_agent TEXT NOT NULL,
    timestamp    TEXT,          -- when the producer says it happened, RFC 3339 in UTC; NULL when it doesn't
    added_at     TEXT NOT NULL, -- when Redis added the entry, RFC 3339 in UTC
    data         TEXT NOT NULL, -- JSON
    PRIMARY KEY (stream, entry_id)
) WITHOUT ROWID;

CREATE INDEX workflow_updates_by_workflow ON workflow_updates (workflow_id, added_at);
