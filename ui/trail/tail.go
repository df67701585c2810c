package trail

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"streamdesk/bus/recording"
)

// tailMost is the max number of bytes that one read of a [Tail] takes, and how far before the end it begins: thousands of changes.
const tailMost = 4 << 20

// Tail reads what is added to an audit file, by any program. It is for one goroutine only. It outlives a file that is missing, that is
// replaced by a new one or cut short, and lines that aren't whole yet.
type Tail struct {
	// Path is the path of the audit file.
	Path string
	// Profile and Address are the server whose changes are told, as they stand in the file.
	Profile, Address string

	file   fs.FileInfo // the file that was read; nil before the first
	offset int64       // up to where it was read
	last   change      // the last change that was read, of which more lines may come
}

// change is a change with the entries that its lines name.
type change struct {
	recording.Action
	ids map[string]bool
}

// Actions returns the changes that were added since the call before, oldest first; the first call begins tailMost before the end. A
// change whose lines were only partly there comes again, whole. Lines that can't be read are passed over. A missing file holds no
// changes, and is no error.
func (t *Tail) Actions() ([]recording.Action, error) {
	text, err := t.read()
	if err != nil {
		return nil, fmt.Errorf("audit file %s: %w", t.Path, err)
	}
	var actions []recording.Action
	fresh := true // the last change isn't among the actions yet
	for line := range bytes.Lines(text) {
		var l Line
		if json.Unmarshal(line, &l) != nil || l.Profile != t.Profile || l.Address != t.Address {
			continue
		}
		if !t.last.same(&l) {
			t.last, fresh = change{Action: actionOf(&l), ids: map[string]bool{}}, true
		}
		t.last.add(&l)
		if fresh {
			actions, fresh = append(actions, recording.Action{}), false
		}
		actions[len(actions)-1] = t.last.Action
	}
	return actions, nil
}

// read returns the whole lines that were added.
func (t *Tail) read() ([]byte, error) {
	file, err := os.Open(t.Path)
	if errors.Is(err, fs.ErrNotExist) {
		t.file, t.offset = nil, 0 // the next one is another
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	switch {
	case t.file == nil:
		t.offset = max(info.Size()-tailMost, 0)
	case !os.SameFile(t.file, info) || info.Size() < t.offset:
		t.offset = 0
	}
	t.file = info
	text, err := io.ReadAll(io.NewSectionReader(file, t.offset, min(info.Size()-t.offset, tailMost)))
	if err != nil {
		return nil, err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1
	if whole == 0 && len(text) == tailMost {
		whole = len(text) // no line of ours is so long
	}
	t.offset += int64(whole)
	return text[:whole], nil
}

// actionOf returns the action of a line, with no entries and no error.
func actionOf(l *Line) recording.Action {
	return recording.Action{At: time.Time(l.Time), Name: l.Action, Stream: l.Stream, Group: l.Group, Who: l.User}
}

// same reports whether a line is another of the change.
func (c *change) same(l *Line) bool {
	b := actionOf(l)
	return c.ids != nil && c.At.Equal(b.At) && c.Name == b.Name && c.Stream == b.Stream && c.Group == b.Group && c.Who == b.Who
}

// add adds a line to its change.
func (c *change) add(l *Line) {
	for _, id := range l.IDs {
		c.ids[id.String()] = true
	}
	c.IDs = len(c.ids)
	if l.Count != nil {
		c.IDs = int(*l.Count)
	}
	if l.Error != "" {
		c.Err = l.Error
	}
}
