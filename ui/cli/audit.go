package cli

import (
	"errors"
	"fmt"
	"io"

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
	if err := a.file.Write(change); err != nil && a.failed == nil {
		a.failed = err
	}
}

// close closes the file, and says what it misses.
func (a *audit) close(to io.Writer) {
	if a.file == nil {
		return
	}
	if err := errors.Join(a.failed, a.file.Close()); err != nil {
		fmt.Fprintln(to, err)
	}
}
