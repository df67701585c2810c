-- Where each workflow stands. Every column is that of the first or the last event of its kind by the columns ending in
-- _order, which sort as the desk sorts a workflow's events: whatever order, batches and repetitions the events come in,
-- the row ends up the same. Rows are updated often, and no indexed column with each: the room left in each page
-- keeps the new versions in it.
CREATE TABLE workflows (
    workflow_id    text COLLATE "C" PRIMARY KEY,
    state          text NOT NULL, -- running, completed, failed, cancelled; noted when nothing begins or ends anything
    state_at       timestamptz,   -- since when
    state_reason   text NOT NULL, -- why it failed or was cancelled, in a few words
    stage          text NOT NULL, -- the stage reached last: generation, audit, testing, deployment or another family
    stage_state    text NOT NULL, -- running, completed, failed, cancelled
    stage_at       timestamptz,
    failure_type   text NOT NULL, -- the last failure of a stage, made good since or not: its event's type
    failure_reason text NOT NULL,
    failed_at      timestamptz,
    first_type     text NOT NULL,
    first_at       timestamptz,
    last_type      text NOT NULL,
    last_at        timestamptz,
    state_order    text COLLATE "C" NOT NULL,
    stage_order    text COLLATE "C" NOT NULL,
    failure_order  text COLLATE "C" NOT NULL,
    first_order    text COLLATE "C" NOT NULL,
    last_order     text COLLATE "C" NOT NULL
) WITH (fillfactor = 50);

CREATE INDEX workflows_by_state ON workflows (state);
