package payload

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"streamdesk/model"
)

// bullMQ is the event stream of a BullMQ queue: what happened, to which job, and details (returnvalue, failedReason,
// data, prev). Events of the queue itself, such as drained, have no job.
var bullMQ = kind{
	name: "bullmq",
	marks: func(x *reading) bool {
		event, ok := x.Field("event")
		_, job := x.Field("jobId")
		return ok && (job || strings.HasSuffix(x.Stream, bullEvents) && slices.Contains(queueEvents[:], event))
	},
	read: readBullMQ,
}

// queueEvents are the events that aren't about a job.
var queueEvents = [...]string{"drained", "paused", "resumed", "cleaned"}

// bullEvents is the suffix of an event stream's key, after the queue's name.
const bullEvents = ":events"

func readBullMQ(x *reading) error {
	event, ok := x.Field("event")
	if !ok {
		return fmt.Errorf("%w %q", model.ErrNoPayload, "event")
	}
	x.Event.Type = model.Type(event)
	if queue, ok := strings.CutSuffix(x.Stream, bullEvents); ok {
		x.Event.Type = model.Type(queue[strings.LastIndexByte(queue, ':')+1:] + "." + event)
	}
	x.Event.WorkflowID, _ = x.Field("jobId")
	return readFlat(x)
}

// taskiq is the message of a taskiq broker: JSON in "data" with the task's ID and name, its labels and its arguments.
var taskiq = kind{
	name: "taskiq",
	marks: func(x *reading) bool {
		b := x.body()
		return b.has("task_id", "task_name") && (b.has("args") || b.has("kwargs") || b.has("labels"))
	},
	read: readTaskiq,
}

func readTaskiq(x *reading) error {
	b := x.body()
	if !b.has("task_id", "task_name") {
		return fmt.Errorf("%w: no field holds a JSON object with task_id and task_name", model.ErrNotEvent)
	}
	x.keep(b)
	x.Event.ID, x.Event.Type = b.text("task_id"), model.Type(b.text("task_name"))
	x.Event.Data = json.RawMessage(b.json)
	x.Headers = b.in("labels").headers()
	x.fill(b.in("labels").plain())
	x.fill(b.in("kwargs").plain())
	x.take(partWorkflow, x.Event.ID) // a retried task keeps its ID
	return nil
}
