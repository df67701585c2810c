// Package state keeps a person's arrangement of the desk from one run to the next: one small JSON file per profile. It
// reads and writes files and knows nothing of the screen; the desk decides what is kept. Start reading at [State].
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

	"streamdesk/bus/whole"
)

// State is the arrangement of the desk. The zero State is a desk that nobody has arranged yet.
type State struct {
	// Theme is the theme chosen while the desk ran; empty means the configured one.
	Theme string `json:"theme,omitempty"`
	// Filter is the last filter in force; Filters are the earlier ones, oldest first.
	Filter  string   `json:"filter,omitempty"`
	Filters []string `json:"filters,omitempty"`
	// Scoped means that only events of the chosen stream are shown.
	Scoped bool `json:"scoped,omitempty"`
	// Chart is the span of the throughput chart in seconds; 0 means the configured one.
	Chart int `json:"chart,omitempty"`
	// Splits are the edges between the panes in thousandths, by name; a missing one is at its default place.
	Splits map[string]int `json:"splits,omitempty"`
	// Workspace is the last workspace, empty for the first; Zoomed are the zoomed panes, by workspace.
	Workspace string            `json:"workspace,omitempty"`
	Zoomed    map[string]string `json:"zoomed,omitempty"`
	// Orders are the sort orders of the panes, by pane name.
	Orders map[string]Order `json:"orders,omitempty"`
	// Folds are the agents and groups that are folded in the map, such as "agent:auditor".
	Folds []string `json:"folds,omitempty"`
}

// Order is the sort order of a pane's rows.
type Order struct {
	By       string `json:"by"`
	Reversed bool   `json:"reversed,omitempty"`
}

const (
	// mostBytes is the max number of bytes read: far more than fifty filters of max length.
	mostBytes = 1 << 20
	// Modes of new files and directories: filters may contain private names.
	dirMode, fileMode = 0o700, 0o600
)

// Path returns the file of a profile in a directory. Any profile name gives a valid file name.
func Path(dir, profile string) string {
	return filepath.Join(dir, "desk-"+url.PathEscape(profile)+".json")
}

// Load reads a file. A missing file gives a zero State; an unreadable one a zero State and an error. A broken file is
// renamed to its name with .broken, so that its content isn't overwritten.
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

// Save writes a file whole or not at all: it writes a temporary file and renames it to path. It creates a missing
// directory.
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
	return whole.Write(path, append(text, '\n'), fileMode)
}
