package ui

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/dialog"
)

// auditLine is one command of a change, or how a change failed, as it stands in the audit file.
type auditLine struct {
	Time    time.Time        `json:"time"`
	Profile string           `json:"profile"`
	Address string           `json:"address"`
	User    string           `json:"user"` // name@host
	Action  string           `json:"action"`
	Stream  string           `json:"stream,omitempty"`
	Group   string           `json:"group,omitempty"`
	IDs     []model.Position `json:"ids,omitempty"`
	Command []string         `json:"command,omitempty"`
	Reply   string           `json:"reply,omitempty"`
	Error   string           `json:"error,omitempty"`
}

const (
	// auditArgument is the longest argument that is written down whole, in bytes: most payloads, and a page to read.
	auditArgument = 4 << 10
	// auditIDs bounds the IDs on a line whose command names none of them: an XADD of a bulk of thousands would repeat
	// them all thousands of times.
	auditIDs = 100
	// Modes of what is made: payloads may be nobody else's business.
	auditDirMode, auditFileMode = 0o700, 0o600
)

// auditFile is the file that changes are appended to. It is opened when the first line comes.
type auditFile struct {
	path             string
	profile, address string

	user string // empty until the first line
	out  io.WriteCloser
	torn bool // the last line was written in part
}

// write appends the lines of a change.
func (f *auditFile) write(done *dialog.Done) error {
	if f.user == "" {
		f.user = whoAmI()
	}
	var failed error
	for _, line := range f.lines(done) {
		if err := f.append(line); err != nil && failed == nil {
			failed = fmt.Errorf("audit file %s misses changes: %w", f.path, err)
		}
	}
	return failed
}

// lines are one for each command that was sent, and one more for what went wrong.
func (f *auditFile) lines(done *dialog.Done) []auditLine {
	line := auditLine{
		Time: done.At.UTC(), Profile: f.profile, Address: f.address, User: f.user,
		Action: done.Title, Stream: done.Target.Stream, Group: done.Group,
	}
	lines := make([]auditLine, 0, len(done.Receipts)+1)
	for _, r := range done.Receipts {
		sent := line
		sent.IDs, sent.Command, sent.Reply = idsIn(done.Target.IDs, r.Command), cutCommand(r.Command), r.Reply
		lines = append(lines, sent)
	}
	if done.Err != nil {
		failed := line
		failed.IDs, failed.Error = firstIDs(done.Target.IDs), done.Err.Error()
		lines = append(lines, failed)
	}
	return lines
}

// idsIn are those of the target's entries that a command names; where it names none, as XADD, the first of them all.
func idsIn(ids []model.Position, command bus.Command) []model.Position {
	arguments := make(map[string]bool, len(command))
	for _, argument := range command {
		arguments[argument] = true
	}
	var named []model.Position
	for _, id := range ids {
		if arguments[id.String()] {
			named = append(named, id)
		}
	}
	if named == nil {
		return firstIDs(ids)
	}
	return named
}

func firstIDs(ids []model.Position) []model.Position { return ids[:min(len(ids), auditIDs)] }

// cutCommand is a command whose long arguments are cut, each with a note of how long it was.
func cutCommand(command bus.Command) []string {
	cut := slices.Clone(command)
	for i, argument := range cut {
		if len(argument) <= auditArgument {
			continue
		}
		end := auditArgument
		for end > auditArgument-utf8.UTFMax && !utf8.RuneStart(argument[end]) {
			end--
		}
		cut[i] = fmt.Sprintf("%s… (cut; %d bytes)", argument[:end], len(argument))
	}
	return cut
}

// append writes one line at once, so that several desks can share a file.
func (f *auditFile) append(line auditLine) error {
	var text bytes.Buffer
	if f.torn {
		text.WriteByte('\n') // what was written in part is spoiled, and shall not spoil this one
	}
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(line); err != nil {
		return err
	}
	if err := f.open(); err != nil {
		return err
	}
	n, err := f.out.Write(text.Bytes())
	f.torn = n > 0 && n < text.Len() || f.torn && n == 0
	return err
}

func (f *auditFile) open() error {
	if f.out != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.path), auditDirMode); err != nil {
		return err
	}
	out, err := os.OpenFile(f.path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, auditFileMode)
	if err != nil {
		return err
	}
	f.out = out
	return nil
}

func (f *auditFile) close() error {
	if f.out == nil {
		return nil
	}
	if err := f.out.Close(); err != nil {
		return fmt.Errorf("audit file %s may miss changes: %w", f.path, err)
	}
	return nil
}

// whoAmI is who is at the desk, and where, as far as the system tells.
func whoAmI() string {
	name, host := "?", "?"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if h, err := os.Hostname(); err == nil {
		host = h
	}
	return name + "@" + host
}
