package database

// The statements that both kinds of database understand. The values to insert go between two of them.
const (
	rowColumns = 9
	insertRows = `INSERT INTO workflow_updates
	(stream, entry_id, event_id, type, workflow_id, source_agent, timestamp, added_at, data) `

	workflowColumns = 19
	insertWorkflows = `INSERT INTO workflows AS w
	(workflow_id, state, state_at, state_reason, stage, stage_state, stage_at, failure_type, failure_reason, failed_at,
	first_type, first_at, last_type, last_at, state_order, stage_order, failure_order, first_order, last_order) `
	mergeWorkflows = ` ON CONFLICT (workflow_id) DO UPDATE SET
	state          = CASE WHEN excluded.state_order > w.state_order THEN excluded.state ELSE w.state END,
	state_at       = CASE WHEN excluded.state_order > w.state_order THEN excluded.state_at ELSE w.state_at END,
	state_reason   = CASE WHEN excluded.state_order > w.state_order THEN excluded.state_reason ELSE w.state_reason END,
	stage          = CASE WHEN excluded.stage_order > w.stage_order THEN excluded.stage ELSE w.stage END,
	stage_state    = CASE WHEN excluded.stage_order > w.stage_order THEN excluded.stage_state ELSE w.stage_state END,
	stage_at       = CASE WHEN excluded.stage_order > w.stage_order THEN excluded.stage_at ELSE w.stage_at END,
	failure_type   = CASE WHEN excluded.failure_order > w.failure_order THEN excluded.failure_type ELSE w.failure_type END,
	failure_reason = CASE WHEN excluded.failure_order > w.failure_order THEN excluded.failure_reason ELSE w.failure_reason END,
	failed_at      = CASE WHEN excluded.failure_order > w.failure_order THEN excluded.failed_at ELSE w.failed_at END,
	first_type     = CASE WHEN excluded.first_order < w.first_order THEN excluded.first_type ELSE w.first_type END,
	first_at       = CASE WHEN excluded.first_order < w.first_order THEN excluded.first_at ELSE w.first_at END,
	last_type      = CASE WHEN excluded.last_order > w.last_order THEN excluded.last_type ELSE w.last_type END,
	last_at        = CASE WHEN excluded.last_order > w.last_order THEN excluded.last_at ELSE w.last_at END,
	state_order    = CASE WHEN excluded.state_order > w.state_order THEN excluded.state_order ELSE w.state_order END,
	stage_order    = CASE WHEN excluded.stage_order > w.stage_order THEN excluded.stage_order ELSE w.stage_order END,
	failure_order  = CASE WHEN excluded.failure_order > w.failure_order THEN excluded.failure_order ELSE w.failure_order END,
	first_order    = CASE WHEN excluded.first_order < w.first_order THEN excluded.first_order ELSE w.first_order END,
	last_order     = CASE WHEN excluded.last_order > w.last_order THEN excluded.last_order ELSE w.last_order END`
)
