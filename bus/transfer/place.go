package transfer

import (
	"fmt"
	"os"

	"streamdesk/model/jsontext"
)

// Place is how far a replay has got, as it is kept in a file for the next one to go on.
type Place struct {
	// After is the last entry that was sent, as STREAM/ID, and empty before the first; so was everything before it.
	After string `json:"after"`
	// Sent is how many entries the replay has added, Done that it came to its end.
	Sent int64 `json:"sent"`
	Done bool  `json:"done"`
	// Streams are what is replayed, Into says to where: another replay must not go on here.
	Streams []string `json:"streams"`
	Into    string   `json:"into"`
}

// ParsePlace reads what [Place.Keep] writes.
func ParsePlace(text []byte) (Place, error) {
	var place Place
	err := jsontext.Unmarshal(text, &place, false)
	return place, err
}

// Keep writes the place to a file anew; what the file had before stays until the new text is whole.
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
