// Package trail appends each change by a person, on the desk or with a command, to the audit file: one JSON line for
// each Redis command that was sent, with its reply, or one line for a [Bulk]. A [Tail] reads what was added, by any
// program. The package makes no change. Start reading at [File].
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

// Change is a change that was made or that failed.
type Change struct {
	// At is when the reply came.
	At time.Time
	// Action is the name of the change, such as ack.
	Action string
	// Stream, Group and IDs are the target of the change. Parts that don't apply are empty.
	Stream, Group string
	IDs           []model.Position
	// Receipts are the sent commands with their replies, in order.
	Receipts []model.Receipt
	// Err is the failure; nil when there was none.
	Err error
}

// Line is a line of the audit file: one command of a change, the failure of a change, or a whole bulk.
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
	// Streams and Count belong to a bulk. A bulk to a single stream uses Stream instead. Its IDs are the first and the
	// last.
	Streams []string `json:"streams,omitempty"`
	Count   *int64   `json:"count,omitempty"`
}

const (
	// longestArgument is the max length of an argument that is written whole, in bytes: enough for most payloads, and a
	// page to read.
	longestArgument = 4 << 10
	// mostIDs is the max number of IDs on a line whose command names none of them. An XADD of a bulk of thousands would
	// otherwise repeat them all thousands of times.
	mostIDs = 100
	// Modes of new files and directories: payloads may be private.
	dirMode, fileMode = 0o700, 0o600
)

// File is the audit file. It is opened for the first line, and is for one goroutine only.
type File struct {
	// Path is the path of the file. The file and its directory are created when they are missing.
	Path string
	// Profile and Address identify the server of the changes, without a password.
	Profile, Address string
	// User is who makes the changes; default the user of the process.
	User string

	out  io.WriteCloser
	torn bool // the last line was written only partly
}

// Write appends the lines of a change. When a line can't be written, the others still are; the error is the first one.
func (f *File) Write(c *Change) error {
	var failed error
	for _, line := range f.lines(c) {
		if err := f.note(line); err != nil && failed == nil {
			failed = err
		}
	}
	return failed
}

// note appends a line. Its error names the file.
func (f *File) note(line Line) error {
	if err := f.append(line); err != nil {
		return fmt.Errorf("audit file %s misses changes: %w", f.Path, err)
	}
	return nil
}

// line returns a line with the fields that every line has.
func (f *File) line(at time.Time, action string) Line {
	if f.User == "" {
		f.User = whoAmI()
	}
	return Line{Time: model.Timestamp(at), Profile: f.Profile, Address: f.Address, User: f.User, Action: action}
}

// lines returns one line for each command that was sent, and one more for a failure.
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

// idsIn returns the target's IDs that a command names. When it names none, like XADD, it returns the first mostIDs of
// them.
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

// cutCommand returns a command with long arguments cut; each cut argument says how long it was.
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

// append writes a line with one write, so that several programs can share a file.
func (f *File) append(line Line) error {
	var text bytes.Buffer
	if f.torn {
		text.WriteByte('\n') // end the partly written line, so that it doesn't spoil this one
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

// whoAmI returns the user and host of the process, as far as the system knows them.
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
