package cli

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"streamdesk/model"
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
func (a *audit) writeBulk(action string, added *additions, outcome string, err error) {
	if a.file == nil || !added.sent {
		return
	}
	a.note(a.file.WriteBulk(&trail.Bulk{
		At: time.Now(), Action: action, Streams: slices.Sorted(maps.Keys(added.streams)), First: added.first, Last: added.last,
		Count: added.count, Outcome: outcome, Err: err,
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

// additions are the entries that a run has added, as the audit file tells of them.
type additions struct {
	sent        bool // something was; before that there is nothing to tell
	count       int64
	streams     map[string]bool
	first, last model.Position
}

// add counts an entry that the server has added.
func (a *additions) add(stream string, id model.Position) {
	if a.count == 0 {
		a.streams, a.first = map[string]bool{}, id
	}
	a.count++
	a.streams[stream], a.last = true, id
}

// text is "3 entries added to 2 streams"; noun is what was added, done what was done to it.
func (a *additions) text(noun, done string) string {
	return fmt.Sprintf("%s %s to %s", plural(a.count, noun), done, plural(len(a.streams), "stream"))
}
