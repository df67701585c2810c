package dialog

import (
	"fmt"
	"time"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
)

// Place is where a bus is, as a person reads it.
type Place struct {
	Profile, Environment, Address, Prefix string
	// Embedded means that the server runs in this program.
	Embedded bool
}

// NewServer returns a dialog with details of the server that the top line has no room for.
func NewServer(at Place, s *model.Server) *Message {
	memory := bytesOf(s.UsedMemory)
	if s.MaxMemory.Known && s.MaxMemory.N > 0 {
		memory += fmt.Sprintf(" of %s, then %s", bytesOf(s.MaxMemory), s.MaxMemoryPolicy)
	} else {
		memory += ", without a limit"
	}
	server := s.Name + " " + s.Version + ", " + s.Mode + ", " + s.Role
	if s.Withheld != "" {
		server, memory = "it doesn't say: "+s.Withheld, "?"
	}
	lines := []string{
		"profile     " + at.Profile + " (" + at.Environment + ")",
		"address     " + at.Address,
		"server      " + server,
		"up for      " + words.Age(s.Uptime),
		"memory      " + memory,
		"durability  " + s.Durability.String(),
		"streams     " + at.Prefix + "*",
	}
	if at.Embedded {
		lines = append(lines, "embedded    it lives in this program and dies with it")
	}
	return NewMessage("Server", lines...)
}

func bytesOf(c model.Count) string {
	if !c.Known {
		return "?"
	}
	return words.Bytes(int(c.N))
}

// NewStream returns a dialog with details of a stream (XINFO STREAM) that the pane has no room for. The stream is nil when it is gone.
// rule is how much of it is kept; nil for everything.
func NewStream(key string, s *model.Stream, rule *change.Retention, now time.Time) *Message {
	lines, kept := []string{"stream       " + key}, "everything: no [[retention]] in the settings fits it"
	if rule != nil {
		kept = rule.String() + ", and what a group has not acknowledged (" + rule.Pattern + ")"
	}
	switch {
	case s == nil || s.Missing:
		lines = append(lines, "no such key (any more)")
	case s.Problem != "":
		lines = append(lines, s.Problem)
	default:
		lines = append(lines,
			fmt.Sprintf("entries      %s, of %s ever added", words.Grouped(s.Length), words.Counted(s.EntriesAdded)),
			"first        "+placeText(s.First, now),
			"last         "+placeText(s.Last, now),
			"deleted to   "+placeText(s.MaxDeleted, now),
			fmt.Sprintf("groups       %d", len(s.Groups)),
			"kept         "+kept,
		)
		if i := s.Idempotence; i != nil {
			lines = append(lines,
				"idempotence  "+words.Plural(i.Added, "entry")+" with an ID of their own, "+words.Plural(i.Duplicates, "repeat")+" not added",
				fmt.Sprintf("remembered   %s of %s; of each at most %s, for %s", words.Plural(i.IDs, "ID"),
					words.Plural(i.Producers, "producer"), words.Grouped(i.MaxSize), words.Age(i.Duration)),
			)
		}
	}
	return NewMessage("Stream", lines...)
}

// placeText returns an ID with its age, if known; "-" for no ID.
func placeText(id model.Position, now time.Time) string {
	if id.IsZero() {
		return "-"
	}
	if age, known := id.Age(now); known {
		return id.String() + ", " + words.Age(age) + " ago"
	}
	return id.String()
}
