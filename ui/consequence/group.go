// Package consequence says in a sentence what a change will do, before it is made: the dialogs of the desk and the commands
// use the same words. It asks the server nothing and changes nothing; names are written as they are, so whoever shows a
// sentence on a terminal cleans it. Start reading at [DeleteConsumer].
package consequence

import (
	"fmt"
	"strings"

	"streamdesk/model/words"
)

// NeverDelivered says how many entries a group lost before it had read them.
func NeverDelivered(n int64, group string) string {
	if n == 1 {
		return "1 entry was never delivered to " + group
	}
	return words.Entries(int(n)) + " were never delivered to " + group
}

// DeleteConsumer is what becomes of a consumer that goes, and of what it holds: to gets that first, which may not be named yet.
func DeleteConsumer(group, consumer string, pending int64, to string) string {
	if pending > 0 {
		if strings.TrimSpace(to) == "" {
			to = "another consumer"
		}
		return fmt.Sprintf("%s has %s pending, which would be lost with it: %s gets them first, then it is deleted.",
			consumer, words.Entries(int(pending)), to)
	}
	return consumer + " has nothing pending and leaves " + group + "; nothing is lost, and it comes back if it reads again."
}
