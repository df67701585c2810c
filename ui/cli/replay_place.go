package cli

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// replayPlace is how far a replay has got, as it is kept in a file.
type replayPlace struct {
	// After is the last entry that was sent, as STREAM/ID; so was everything before it.
	After string `json:"after"`
	Sent  int64  `json:"sent"`
	Done  bool   `json:"done"`
	// What is replayed to where: another replay must not go on here.
	Streams []string `json:"streams"`
	Into    string   `json:"into"`
}

// readPlace goes on where the file of --resume says; without the file it begins where it was told.
func (r *replaying) readPlace() error {
	if r.flags.resume == "" {
		return nil
	}
	text, err := r.readFile(r.flags.resume)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("--resume: %w", err)
	}
	var place replayPlace
	if err := jsontext.Unmarshal(text, &place, false); err != nil {
		return fmt.Errorf("--resume %s: it is no place of a replay (%w): name another file", r.flags.resume, err)
	}
	if !slices.Equal(place.Streams, r.keys) || place.Into != r.target.text() {
		return wrongUse("--resume %s: it is the place of another replay, of %s to %s: name another file, or delete it",
			r.flags.resume, strings.Join(place.Streams, " "), place.Into)
	}
	r.finished = place.Done
	if place.After == "" {
		return nil
	}
	if r.after, err = parseKey(place.After); err != nil {
		return fmt.Errorf("--resume %s: %w", r.flags.resume, err)
	}
	return nil
}

// parseKey reads STREAM/ID.
func parseKey(text string) (model.Key, error) {
	i := strings.LastIndexByte(text, '/')
	if i < 1 {
		return model.Key{}, fmt.Errorf("%q is no STREAM/ID", text)
	}
	id, err := parseID(text[i+1:])
	return model.Key{Stream: text[:i], ID: id}, err
}

// keepPlace writes the file of --resume anew; the one before stays until the new one is whole.
func (r *replaying) keepPlace(done bool) error {
	if r.flags.resume == "" {
		return nil
	}
	place := replayPlace{Sent: r.added.count, Done: done, Streams: r.keys, Into: r.target.text()}
	if !r.after.ID.IsZero() {
		place.After = r.after.String()
	}
	text, err := jsontext.Marshal(place)
	if err != nil {
		return err
	}
	if err = os.WriteFile(r.flags.resume+".new", append(text, '\n'), 0o600); err == nil {
		err = os.Rename(r.flags.resume+".new", r.flags.resume)
	}
	if err != nil {
		return fmt.Errorf("--resume: the place can't be kept: %w", err)
	}
	return nil
}
