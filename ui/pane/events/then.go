package events

import (
	"time"

	"streamdesk/ui/pane"
)

// gone says why there are no entries at a moment of the past: from when on the streams still hold theirs.
func gone(v pane.View) string {
	from, some := v.Data.Past.Reach("")
	switch {
	case !some:
		return "The streams hold no entry. Of that time there are figures, and no events."
	case from.After(v.Data.Past.At):
		return "The streams reach back to " + from.In(v.Location).Format(time.DateTime) + ". Before that there are figures, and no events."
	default:
		return "No entry came before that which is still there."
	}
}
