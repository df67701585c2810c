// Package consequence says in a sentence what a change will do, before it is made: the dialogs of the desk and the commands
// use the same words. It asks the server nothing and changes nothing; names are written as they are, so whoever shows a
// sentence on a terminal cleans it. Start reading at [Receive], [Trim] and [SetID].
package consequence

import "fmt"

// Receive says who gets what is added to a stream: "All 4 groups on events:workflow.failed will receive this again."
func Receive(readers []string, stream, what string) string {
	switch len(readers) {
	case 0:
		return fmt.Sprintf("No group reads %s: nobody receives %s until one does.", stream, what)
	case 1:
		return fmt.Sprintf("%s, the one group on %s, will receive %s.", readers[0], stream, what)
	case 2:
		return fmt.Sprintf("Both groups on %s will receive %s.", stream, what)
	default:
		return fmt.Sprintf("All %d groups on %s will receive %s.", len(readers), stream, what)
	}
}
