// Package consequence says in a sentence what a change will do, before it is made: the dialogs of the desk and the commands
// use the same words. It asks the server nothing and changes nothing; names are written as they are, so whoever shows a
// sentence on a terminal cleans it. Start reading at [Ack], [Trim] and [SetID].
package consequence

import (
	"fmt"

	"streamdesk/model/words"
)

// Ack is what acknowledging so many entries does to their group.
func Ack(group string, n int) string {
	if n == 1 {
		return group + " will never see this entry again unless it is republished."
	}
	return group + " will never see " + words.These(n) + " again unless they are republished."
}

// Claim is who will own so many entries, and who isn't told: owners are those that hold them, each once.
func Claim(consumer string, n int, owners []string) string {
	text := consumer + " will own " + words.These(n)
	switch {
	case len(owners) == 1 && owners[0] == consumer:
		return text + ", as it does now."
	case len(owners) == 1:
		return text + " instead of " + owners[0] + ", which isn't told."
	case len(owners) > 1:
		return text + fmt.Sprintf(" instead of %d consumers, which aren't told.", len(owners))
	default:
		return text + "."
	}
}

// NewConsumer says that a claim creates its consumer.
func NewConsumer(consumer string) string {
	return consumer + " isn't a consumer of this group yet: the claim creates it."
}

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

// DeadLetter is what giving up so many entries in a group does: to is the dead-letter stream.
func DeadLetter(group, to string, n int) string {
	if n == 1 {
		return group + " gives this entry up: it is kept in " + to + " and acknowledged."
	}
	return group + " gives " + words.These(n) + " up: they are kept in " + to + " and acknowledged."
}

// OthersKeep stands below [DeadLetter].
const OthersKeep = "The other groups keep what they hold of it."

// Delete is what deleting so many entries does.
func Delete(stream string, n int) string {
	if n == 1 {
		return "This entry leaves " + stream + " for every group, for good."
	}
	return fmt.Sprintf("These %s entries leave %s for every group, for good.", words.Grouped(int64(n)), stream)
}

// Pending stands below [Delete]: what becomes of the pending entries lists, which a server from Redis 8.2 on clears.
func Pending(cleared bool) string {
	if cleared {
		return "What is pending of it goes from the pending lists of all groups, too."
	}
	return "What is pending of it stays in the pending lists, as gone, until it is acknowledged or claimed."
}
