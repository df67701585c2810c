package dialog

import (
	"fmt"
	"strings"
	"time"

	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// atWork is how recently an entry must have been delivered for its consumer to be taken for at work on it: most
// handlers are done, and most keep-alives due, within this time.
const atWork = 5 * time.Second

// busyWith warns when a consumer got one of the entries only just now; "" when none did.
func busyWith(holdings []holding) string {
	for i := range holdings {
		if h := &holdings[i]; h.state == held && h.Idle < atWork && !h.gone {
			return fmt.Sprintf("%s got %s %s ago and may be at work on it: it isn't stopped.",
				widget.Clean(h.Consumer), "…"+lastOf(h.ID.String(), 8), strings.TrimPrefix(words.Age(h.Idle), "<"))
		}
	}
	return ""
}

// lastOf is the last n bytes of a text.
func lastOf(text string, n int) string { return text[max(len(text)-n, 0):] }
