package program

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"streamdesk/bus/transfer"
	"streamdesk/model/config"
	"streamdesk/model/words"
	"streamdesk/ui/trail"
)

// Audit writes the changes of one command to the audit file. A file that can't be written stops no change; Close
// reports it.
type Audit struct {
	file   *trail.File // nil when changes aren't written down
	failed error       // the first failure
}

// NewAudit returns an Audit for the audit file of the settings. Without one it writes nothing.
func NewAudit(settings *config.Settings) *Audit {
	a := &Audit{}
	if path := settings.Desk.AuditFile; path != "" {
		a.file = &trail.File{Path: path, Profile: settings.Profile, Address: ShownAddress(settings.Active().Redis)}
	}
	return a
}

// Write appends a change if a command was sent or the change failed.
func (a *Audit) Write(change *trail.Change) {
	if a.file == nil || len(change.Receipts) == 0 && change.Err == nil {
		return
	}
	a.note(a.file.Write(change))
}

// WriteBulk appends one line for a run that sent something: what it added, its outcome, and why it stopped.
func (a *Audit) WriteBulk(action string, added *transfer.Added, outcome string, err error) {
	if a.file == nil || !added.Sent {
		return
	}
	a.note(a.file.WriteBulk(&trail.Bulk{
		At: time.Now(), Action: action, Streams: slices.Sorted(maps.Keys(added.Streams)), First: added.First, Last: added.Last,
		Count: added.Count, Outcome: outcome, Err: err,
	}))
}

// note remembers the first failure.
func (a *Audit) note(err error) {
	if err != nil && a.failed == nil {
		a.failed = err
	}
}

// Close closes the file, and prints the failures.
func (a *Audit) Close(to io.Writer) {
	if a.file == nil {
		return
	}
	if err := errors.Join(a.failed, a.file.Close()); err != nil {
		fmt.Fprintln(to, errorText(err))
	}
}

// AddedText returns a text such as "3 entries added to 2 streams". noun is what was added, verb what was done to it.
func AddedText(a *transfer.Added, noun, verb string) string {
	return fmt.Sprintf("%s %s to %s", words.Plural(a.Count, noun), verb, words.Plural(len(a.Streams), "stream"))
}
