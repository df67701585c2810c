// Package trail appends each change that a person makes, on the desk or with a command, to the audit file: one JSON line
// for each Redis command that was sent, with its reply, or one for a [Bulk] of them. It makes no change and reads nothing
// back. Start reading at [File].
package trail

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// Change is a change that was made, or that failed.
type Change struct {
	// At is when the answer came.
	At time.Time
	// Action names what was asked for, such as ack.
	Action string
	// Stream, Group and IDs are what it was asked for; those that don't apply are empty.
	Stream, Group string
	IDs           []model.Position
	// Receipts are the commands that were sent with their replies, in order.
	Receipts []model.Receipt
	// Err is what went wrong, nil when nothing did.
	Err error
}

// Line is one command of a change, or how a change failed, or a bulk as a whole, as it stands in the audit file.
type Line struct {
	Time    model.Timestamp  `json:"time"`
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
	// Streams and Count are a bulk's; one that went to a single stream has it as Stream. Its IDs are the first and the last.
	Streams []string `json:"streams,omitempty"`
	Count   *int64   `json:"count,omitempty"`
}

const (
	// longestArgument is the longest argument that is written down whole, in bytes: most payloads, and a page to read.
	longestArgument = 4 << 10
	// mostIDs bounds the IDs on a line whose command names none of them: an XADD of a bulk of thousands would repeat
	// them all thousands of times.
	mostIDs = 100
	// Modes of what is made: payloads may be nobody else's business.
	dirMode, fileMode = 0o700, 0o600
)

// File is the file that changes are appended to. It is opened when the first line comes, and is for one goroutine.
type File struct {
	// Path is the file; it is made when it isn't there, with its directory.
	Path string
	// Profile and Address say on which server the changes are made, without a password.
	Profile, Address string
	// User is who makes the changes; empty means whoever runs the program.
	User string

	out  io.WriteCloser
	torn bool // the last line was written in part
}

// Write appends the lines of a change. A line that can't be written doesn't keep the others back; the error is the first.
func (f *File) Write(c *Change) error {
	var failed error
	for _, line := range f.lines(c) {
		if err := f.note(line); err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// note appends a line, and says of which file it is when it can't.
func (f *File) note(line Line) error {
	if err := f.append(line); err != nil {
		return fmt.Errorf("audit file %s misses changes: %w", f.Path, err)
	}
	return nil
}

// line is what every line begins with.
func (f *File) line(at time.Time, action string) Line {
	if f.User == "" {
		f.User = whoAmI()
	}
	return Line{Time: model.Timestamp(at), Profile: f.Profile, Address: f.Address, User: f.User, Action: action}
}

// lines are one for each command that was sent, and one more for what went wrong.
func (f *File) lines(c *Change) []Line {
	line := f.line(c.At, c.Action)
	line.Stream, line.Group = c.Stream, c.Group
	lines := make([]Line, 0, len(c.Receipts)+1)
	for _, r := range c.Receipts {
		sent := line
		sent.IDs, sent.Command, sent.Reply = idsIn(c.IDs, r.Command), cutCommand(r.Command), r.Reply
		lines = append(lines, sent)
	}
	if c.Err != nil {
		failed := line
		failed.IDs, failed.Error = firstIDs(c.IDs), c.Err.Error()
		lines = append(lines, failed)
	}
	return lines
}

// idsIn are those of the target's entries that a command names; where it names none, as XADD, the first of them all.
func idsIn(ids []model.Position, command model.Command) []model.Position {
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

func firstIDs(ids []model.Position) []model.Position { return ids[:min(len(ids), mostIDs)] }

// cutCommand is a command whose long arguments are cut, each with a note of how long it was.
func cutCommand(command model.Command) []string {
	cut := slices.Clone(command)
	for i, argument := range cut {
		if len(argument) <= longestArgument {
			continue
		}
		end := longestArgument
		for end > longestArgument-utf8.UTFMax && !utf8.RuneStart(argument[end]) {
			end--
		}
		cut[i] = fmt.Sprintf("%s… (cut; %d bytes)", argument[:end], len(argument))
	}
	return cut
}

// append writes one line at once, so that several programs can share a file.
func (f *File) append(line Line) error {
	var text bytes.Buffer
	if f.torn {
		text.WriteByte('\n') // what was written in part is spoiled, and shall not spoil this one
	}
	written, err := jsontext.Marshal(line)
	if err != nil {
		return err
	}
	text.Write(append(written, '\n'))
	if err := f.open(); err != nil {
		return err
	}
	n, err := f.out.Write(text.Bytes())
	f.torn = n > 0 && n < text.Len() || f.torn && n == 0
	return err
}

func (f *File) open() error {
	if f.out != nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), dirMode); err != nil {
		return err
	}
	out, err := os.OpenFile(f.Path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	f.out = out
	return nil
}

// Close closes the file, if it was opened.
func (f *File) Close() error {
	if f.out == nil {
		return nil
	}
	if err := f.out.Close(); err != nil {
		return fmt.Errorf("audit file %s may miss changes: %w", f.Path, err)
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
