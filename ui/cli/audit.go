package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"streamdesk/bus/transfer"
	"streamdesk/model/config"
	"streamdesk/ui/trail"
)

// audit writes down the changes of one command. A file that can't be written stops no change; it is told at the end.
type audit struct {
	file   *trail.File // nil when changes aren't written down
	failed error       // the first failure
}

func newAudit(settings *config.Settings) *audit {
	a := &audit{}
	if path := settings.Desk.AuditFile; path != "" {
		a.file = &trail.File{Path: path, Profile: settings.Profile, Address: shownAddress(settings.Active().Redis)}
	}
	return a
}

// write appends a change of which something was sent, or that failed.
func (a *audit) write(change *trail.Change) {
	if a.file == nil || len(change.Receipts) == 0 && change.Err == nil {
		return
	}
	a.note(a.file.Write(change))
}

// writeBulk appends the line of a run that sent something: what it added, how it ended, and why it didn't go on.
func (a *audit) writeBulk(action string, added *transfer.Added, outcome string, err error) {
	if a.file == nil || !added.Sent {
		return
	}
	a.note(a.file.WriteBulk(&trail.Bulk{
		At: time.Now(), Action: action, Streams: slices.Sorted(maps.Keys(added.Streams)), First: added.First, Last: added.Last,
		Count: added.Count, Outcome: outcome, Err: err,
	}))
}

// note keeps the first failure.
func (a *audit) note(err error) {
	if err != nil && a.failed == nil {
		a.failed = err
	}
}

// close closes the file, and says what it misses.
func (a *audit) close(to io.Writer) {
	if a.file == nil {
		return
	}
	if err := errors.Join(a.failed, a.file.Close()); err != nil {
		fmt.Fprintln(to, errorText(err))
	}
}

// addedText is "3 entries added to 2 streams"; noun is what was added, verb what was done to it.
func addedText(a *transfer.Added, noun, verb string) string {
	return fmt.Sprintf("%s %s to %s", plural(a.Count, noun), verb, plural(len(a.Streams), "stream"))
}
