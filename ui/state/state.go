// Package state keeps how a person has arranged the desk from one run to the next: one small JSON file a profile. It
// reads and writes files and knows nothing of the screen; the desk decides what goes in. Start reading at [State].
package state

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// State is what is kept. The zero State is a desk that nobody has arranged yet.
type State struct {
	// Theme is the theme that was chosen while the desk ran; empty means the configured one.
	Theme string `json:"theme,omitempty"`
	// Filter was in force last; Filters are those before it, oldest first.
	Filter  string   `json:"filter,omitempty"`
	Filters []string `json:"filters,omitempty"`
	// Scoped says that the events are those of the chosen stream alone.
	Scoped bool `json:"scoped,omitempty"`
	// Chart is the span of the throughput chart in seconds; 0 means the configured one.
	Chart int `json:"chart,omitempty"`
	// Splits are the edges between the panes in thousandths, by name; one that isn't there stands where it does by itself.
	Splits map[string]int `json:"splits,omitempty"`
	// Workspace is the one that was left last, empty for the first; Zoomed are the panes that are zoomed, by their workspaces.
	Workspace string            `json:"workspace,omitempty"`
	Zoomed    map[string]string `json:"zoomed,omitempty"`
	// Orders are how the panes are sorted, by the panes' names.
	Orders map[string]Order `json:"orders,omitempty"`
}

// Order is how a pane's rows are sorted.
type Order struct {
	By       string `json:"by"`
	Reversed bool   `json:"reversed,omitempty"`
}

const (
	// mostBytes bounds what is read: far more than fifty filters of the longest kind.
	mostBytes = 1 << 20
	// Modes of what is made: filters may name what is nobody else's business.
	dirMode, fileMode = 0o700, 0o600
)

// Path is the file of a profile below a directory; any name makes one file name.
func Path(dir, profile string) string {
	return filepath.Join(dir, "desk-"+url.PathEscape(profile)+".json")
}

// Load reads a file. One that isn't there is a zero State; one that can't be read is a zero State and an error. A broken
// one is put aside under a name with .broken, so that what it held isn't written over.
func Load(path string) (State, error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return State{}, nil
	case err != nil:
		return State{}, fmt.Errorf("the arrangement of the desk can't be read: %w", err)
	}
	var s State
	decoder := json.NewDecoder(bytes.NewReader(text[:min(len(text), mostBytes)]))
	if err := decoder.Decode(&s); err != nil {
		if aside := os.Rename(path, path+".broken"); aside != nil {
			return State{}, fmt.Errorf("the arrangement of the desk in %s is broken (%w), and can't be put aside: %w", path, err, aside)
		}
		return State{}, fmt.Errorf("the arrangement of the desk was broken (%w): it is put aside as %s.broken", err, path)
	}
	return s, nil
}

// Save writes a file whole or not at all: under another name first, which then takes the place of the old one. Its
// directory is made when it isn't there.
func Save(path string, s State) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("the arrangement of the desk isn't kept: %w (desk.state_dir = \"\" switches that off)", err)
		}
	}()
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return err
	}
	out, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	if err = errors.Join(err, out.Chmod(fileMode), out.Sync(), out.Close()); err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		_ = os.Remove(out.Name()) // what went wrong before matters more
	}
	return err
}
