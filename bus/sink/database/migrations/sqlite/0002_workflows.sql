-- Where each workflow stands. Every column is that of the first or the last event of its kind by the columns ending in
-- _order, which sort as the desk sorts a workflow's events: whatever order, batches and repetitions the events come in,
-- the row ends up the same.
CREATE TABLE workflows (
    workflow_id    TEXT PRIMARY KEY,
    state          TEXT NOT NULL, -- running, completed, failed, cancelled; noted when nothing begins or ends anything
    state_at       TEXT,          -- since when
    state_reason   TEXT NOT NULL, -- why it failed or was cancelled, in a few words
    stage          TEXT NOT NULL, -- the stage reached last: generation, audit, testing, deployment or another family
    stage_state    TEXT NOT NULL, -- running, completed, failed, cancelled
    stage_at       TEXT,
    failure_type   TEXT NOT NULL, -- the last failure of a stage, made good since or not: its event's type
    failure_reason TEXT NOT NULL,
    failed_at      TEXT,
    first_type     TEXT NOT NULL,
    first_at       TEXT,
    last_type      TEXT NOT NULL,
    last_at        TEXT,
    state_order    TEXT NOT NULL,
    stage_order    TEXT NOT NULL,
    failure_order  TEXT NOT NULL,
    first_order    TEXT NOT NULL,
    last_order     TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX workflows_by_state ON workflows (state);
