package doctor

import (
	"fmt"

	"streamdesk/model"
	"streamdesk/model/words"
)

// retention finds streams that are longer or older than their rule, because a group has not acknowledged what exceeds it.
func (d *diagnosis) retention() []Finding {
	var found []Finding
	for i := range d.Retained {
		plan := &d.Retained[i]
		switch {
		case plan.HeldBy != "" && plan.Held != model.Exactly(0):
			found = append(found, Finding{
				Severity: Warning, Stream: plan.Stream, Group: plan.HeldBy,
				Message: fmt.Sprintf("%s over its retention (%s) stay, which this group has not acknowledged", words.CountedEntries(plan.Held), plan.Rule.String()),
				Why:     "Nothing is removed that a group still needs, so the stream grows for as long as the group doesn't come on.",
				Mend: "have the group come on, or destroy it if nobody needs it: " +
					d.desk("group", "destroy", plan.Stream, plan.HeldBy) + "; " + d.desk("retention") + " shows all streams",
			})
		case plan.Removable.Known && plan.Removable.N > max(plan.Rule.MaxLength/2, d.Notice):
			found = append(found, Finding{
				Severity: Warning, Stream: plan.Stream,
				Message: fmt.Sprintf("%s are over its retention (%s) and could go", words.CountedEntries(plan.Removable), plan.Rule.String()),
				Why:     "No process enforces the rule: none that works with these settings runs, or it may not (XTRIM).",
				Mend:    "run one with the same settings, such as " + d.desk("work", "log_aggregators") + ", or trim by hand: " + d.desk("trim", plan.Stream),
			})
		}
	}
	return found
}
