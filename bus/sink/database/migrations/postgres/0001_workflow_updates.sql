-- Every event once, under the identity that Redis gave its entry.
CREATE TABLE workflow_updates (
    stream       text COLLATE "C" NOT NULL,
    entry_id     text COLLATE "C" NOT NULL, -- Redis's own: milliseconds-sequence
    event_id     text NOT NULL,             -- the envelope's; published again, an event has the same in another entry
    type         text NOT NULL,
    workflow_id  text COLLATE "C" NOT NULL, -- '' when the event belongs to none
    source_agent text NOT NULL,
    timestamp    timestamptz,               -- when the producer says it happened; NULL when it doesn't
    added_at     timestamptz NOT NULL,      -- when Redis added the entry
    data         jsonb NOT NULL,
    PRIMARY KEY (stream, entry_id)
);

CREATE INDEX workflow_updates_by_workflow ON workflow_updates (workflow_id, added_at);
-- Rows are written nearly in the order of their time, so that a few kilobytes of BRIN serve "the last hour" and
-- "delete what is older than".
CREATE INDEX workflow_updates_by_time ON workflow_updates USING brin (added_at);
