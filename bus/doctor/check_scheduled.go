package doctor

import (
	"fmt"
	"time"

	"streamdesk/model/words"
)

// overdueAfter is for how long a scheduled event may be due before it counts as forgotten: a process that consumes looks for new
// ones every five seconds.
const overdueAfter = 15 * time.Second

// scheduled finds scheduled events that are due and that nobody adds to their streams.
func (d *diagnosis) scheduled() []Finding {
	if d.Schedule == nil {
		return []Finding{{
			Severity: Info, Message: "what is scheduled can't be looked at: " + d.Unscheduled,
			Why:  "Whether scheduled events are added to their streams when they are due is not among these findings.",
			Mend: "allow it to this user: " + d.redis("ACL", "SETUSER", "NAME", "%R~scheduled:*", "+zcard", "+zrange"),
		}}
	}
	var found []Finding
	for _, late := range d.Schedule.Overdue(overdueAfter) {
		found = append(found, Finding{
			Severity: Warning, Stream: late.Stream,
			Message: fmt.Sprintf("scheduled events are overdue, the first since %s; %s", span(d.Schedule.At.Sub(late.Next)),
				words.Plural(late.Count, "event")+" in all wait"),
			Why:  "No process adds them to their stream: none that consumes from the bus runs, or it may not (EVAL on scheduled:*).",
			Mend: "run one, such as " + d.desk("work", "log_aggregators") + ", or cancel them: " + d.desk("scheduled", late.Stream) + " lists them",
		})
	}
	return found
}
