package transfer

import (
	"fmt"
	"os"

	"streamdesk/model/jsontext"
)

// Place is the progress of a replay, stored in a file so that the next one can continue.
type Place struct {
	// After is the last entry that was sent, as STREAM/ID; everything before it was sent, too. It is empty before the first.
	After string `json:"after"`
	// Sent is the number of entries the replay has added. Done is set when it reached its end.
	Sent int64 `json:"sent"`
	Done bool  `json:"done"`
	// Streams are the replayed streams, Into is where they go: a different replay must not continue from here.
	Streams []string `json:"streams"`
	Into    string   `json:"into"`
}

// ParsePlace decodes what [Place.Keep] writes.
func ParsePlace(text []byte) (Place, error) {
	var place Place
	err := jsontext.Unmarshal(text, &place, false)
	return place, err
}

// Keep replaces the file with the place; the old content stays until the new one is complete.
func (p *Place) Keep(file string) error {
	text, err := jsontext.Marshal(p)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file+".new", append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("the place can't be kept: %w", err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		return fmt.Errorf("the place can't be kept: %w", err)
	}
	return nil
}
