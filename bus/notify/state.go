package notify

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"streamdesk/bus/whole"
	"streamdesk/model"
	"streamdesk/model/health"
)

const (
	// Modes of new files and directories: notices name streams and consumers.
	dirMode, fileMode = 0o700, 0o600
	// stateVersion is the version of the file.
	stateVersion = 1
)

// state is what is kept from one run to the next.
type state struct {
	Version  int               `json:"version"`
	Standing []keptAlert       `json:"standing"`
	Groups   []keptStream      `json:"groups"` // what there was, to notice a group that vanished meanwhile
	Queues   map[string]*queue `json:"queues"` // by receiver
	// UnreachableSince is when the server went away, if that was told and stands.
	UnreachableSince *time.Time `json:"unreachable_since"`
}

// keptAlert is an alert. Names in Redis are any bytes, which JSON doesn't keep as text.
type keptAlert struct {
	Stream, Group, Consumer []byte
	Alert                   health.Alert
}

type keptStream struct {
	Key    []byte
	Groups [][]byte
}

func keepAlerts(alerts []health.Alert) []keptAlert {
	kept := make([]keptAlert, len(alerts))
	for i := range alerts {
		a := alerts[i]
		kept[i] = keptAlert{Stream: []byte(a.Stream), Group: []byte(a.Group), Consumer: []byte(a.Consumer)}
		a.Stream, a.Group, a.Consumer = "", "", ""
		kept[i].Alert = a
	}
	return kept
}

func (s *state) alerts() []health.Alert {
	var alerts []health.Alert
	for i := range s.Standing {
		a := s.Standing[i].Alert
		a.Stream, a.Group, a.Consumer = string(s.Standing[i].Stream), string(s.Standing[i].Group), string(s.Standing[i].Consumer)
		alerts = append(alerts, a)
	}
	return alerts
}

func keepGroups(snapshot *model.Snapshot) []keptStream {
	var kept []keptStream
	for i := range snapshot.Streams {
		s := keptStream{Key: []byte(snapshot.Streams[i].Key)}
		for j := range snapshot.Streams[i].Groups {
			s.Groups = append(s.Groups, []byte(snapshot.Streams[i].Groups[j].Name))
		}
		if len(s.Groups) > 0 {
			kept = append(kept, s)
		}
	}
	return kept
}

// before returns a snapshot of nothing but names; nil when there are none.
func (s *state) before() *model.Snapshot {
	if len(s.Groups) == 0 {
		return nil
	}
	snapshot := &model.Snapshot{}
	for i := range s.Groups {
		stream := model.Stream{Key: string(s.Groups[i].Key)}
		for _, name := range s.Groups[i].Groups {
			stream.Groups = append(stream.Groups, model.Group{Name: string(name)})
		}
		snapshot.Streams = append(snapshot.Streams, stream)
	}
	return snapshot
}

// load reads the file; a missing one is an empty state.
func load(path string) (*state, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &state{}, nil
	}
	s := &state{}
	if err == nil {
		err = json.Unmarshal(text, s)
	}
	if err == nil && s.Version != stateVersion {
		err = fmt.Errorf("it has version %d, and this program writes version %d", s.Version, stateVersion)
	}
	if err != nil {
		return nil, fmt.Errorf("what was told of alerts can't be read from %s: %w: remove the file to begin anew", path, err)
	}
	return s, nil
}

// save writes the file whole or not at all.
func (s *state) save(path string) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("what was told of alerts isn't kept: %w", err)
		}
	}()
	s.Version = stateVersion
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return whole.Write(path, append(text, '\n'), fileMode)
}

// hold locks the file of a state as long as the returned file is open: two processes would tell everything twice.
func hold(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, fileMode)
	if err != nil {
		return nil, err
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("another process watches with %s: end it, or name another file with --state", path), f.Close())
	}
	return f, nil
}
