package dialog

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"streamdesk/model"
	"streamdesk/model/sorting"
)

// eventFile is a file of events that was read to its end.
type eventFile struct {
	name   string
	events []model.Event
	lines  []int // the line number of each event
	types  []typeCount
	unfit  int // the number of events that don't fit their schema and are injected nonetheless
	// problem is the error in the file, with the line number; "" when there is none. With a problem there are no events.
	problem string
	sum     [sha256.Size]byte
}

// typeCount is the number of events of one type.
type typeCount struct {
	name  model.Type
	count int
}

const (
	// fileMost is the max size of a file, because its events stay in memory until they are sent. For larger files there
	// is the command 'streamdesk publish --jsonl', which publishes while it reads.
	fileMost = 32 << 20
	// lineMost is the max length of a line. It is more than the bus accepts in one event.
	lineMost = 4 << 20
)

// readEventFile reads a file and checks each of its lines, so that the file is sent either whole or not at all.
func readEventFile(env *Env, path string) eventFile {
	f := eventFile{name: filepath.Base(path)}
	if err := f.read(env, expandHome(strings.TrimSpace(path))); err != nil {
		return eventFile{name: f.name, problem: err.Error(), sum: f.sum}
	}
	return f
}

// expandHome replaces ~/ at the beginning of a path by the home directory, as shells do.
func expandHome(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}

func (f *eventFile) read(env *Env, path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("there is no file %s", path)
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file of lines", path)
	case info.Size() > fileMost:
		return fmt.Errorf("larger than %d MiB: use 'streamdesk publish --jsonl %s'", fileMost>>20, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was only read from
	text, err := io.ReadAll(io.LimitReader(file, fileMost))
	if err != nil {
		return err
	}
	f.sum = sha256.Sum256(text)
	counts := map[model.Type]int{}
	scanner := bufio.NewScanner(bytes.NewReader(text))
	scanner.Buffer(nil, lineMost)
	line := 0
	for scanner.Scan() {
		line++
		text := strings.TrimSpace(scanner.Text())
		if text == "" {
			continue
		}
		e, err := parseEventLine(env, text)
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		if unfit := env.Op.Unfit(&e); unfit != nil && unfit.Refused {
			return fmt.Errorf("line %d: %s: %w", line, e.Type, unfit)
		} else if unfit != nil {
			f.unfit++
		}
		f.events, f.lines = append(f.events, e), append(f.lines, line)
		counts[e.Type]++
	}
	switch err := scanner.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return fmt.Errorf("line %d: longer than %d MiB", line+1, lineMost>>20)
	case err != nil:
		return err
	case len(f.events) == 0:
		return errors.New("there is no event in it: one JSON object a line")
	}
	for name, n := range counts {
		f.types = append(f.types, typeCount{name: name, count: n})
	}
	sorting.By(f.types, func(t, u *typeCount) int { return cmp.Or(u.count-t.count, cmp.Compare(t.name, u.name)) })
	return nil
}

// parseEventLine decodes a line. An event without an ID gets a new one; one without data gets {}.
func parseEventLine(env *Env, text string) (model.Event, error) {
	e, err := model.ParseEvent(text)
	if err != nil {
		return e, err
	}
	if e.Type == "" {
		return e, errors.New(`it has no "type"`)
	}
	if e.ID == "" {
		e.ID = env.NewID()
	}
	if len(e.Data) == 0 {
		e.Data = []byte("{}")
	}
	err = e.Validate()
	return e, err
}
