package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"streamdesk/model/health"
)

// The values of [Notice].Status.
const (
	Began = "began"
	Ended = "ended"
)

// unreachable is the kind of a notice that the server can't be read. It has no stream and no group.
const unreachable = "unreachable"

// Notice is the beginning or the end of one alert, as receivers get it.
type Notice struct {
	// ID is the same each time the notice is sent, and of no other: a receiver that gets it twice, after a crash, can tell.
	ID     string `json:"id"`
	Status string `json:"status"`
	Kind   string `json:"kind"`
	Stream string `json:"stream,omitempty"`
	Group  string `json:"group,omitempty"`
	// State is the group's state by the alert, Text what is wrong with its numbers, Advice what it means.
	State    string     `json:"state,omitempty"`
	Text     string     `json:"text"`
	Advice   string     `json:"advice,omitempty"`
	Entry    string     `json:"entry_id,omitempty"`
	Consumer string     `json:"consumer,omitempty"`
	BeganAt  time.Time  `json:"began_at"`
	EndedAt  *time.Time `json:"ended_at"`

	tried bool // a receiver may have got it, whatever it answered
}

// alertID returns what identifies an alert of a server, across restarts.
func alertID(server string, a *health.Alert) string {
	return identity(server, a.Stream, a.Group, a.Kind.String(), fmt.Sprint(a.Since.UnixMilli()))
}

func identity(parts ...string) string {
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%d:%s,", len(part), part)
	}
	const enough = 8 // bytes; nobody has billions of alerts
	return hex.EncodeToString(hash.Sum(nil)[:enough])
}

// noticeOf returns the notice of an alert that began, or ended when it has an end.
func noticeOf(id string, a *health.Alert) Notice {
	n := Notice{
		ID: id + "-" + Began, Status: Began, Kind: a.Kind.String(), Stream: a.Stream, Group: a.Group,
		Text: a.Reason(), Advice: a.Advice(), Consumer: a.Consumer, BeganAt: a.Began.UTC(),
	}
	if a.State > health.KeepingUp {
		n.State = a.State.String()
	}
	if !a.Entry.IsZero() {
		n.Entry = a.Entry.String()
	}
	if !a.Ended.IsZero() {
		at := a.Ended.UTC()
		n.ID, n.Status, n.EndedAt = id+"-"+Ended, Ended, &at
	}
	return n
}

// line returns the notice in one line.
func (n *Notice) line() string {
	text := n.Text
	if n.Stream != "" {
		text = n.Group + " on " + n.Stream + ": " + text
	}
	if n.EndedAt != nil {
		return fmt.Sprintf("ended after %s: %s", n.EndedAt.Sub(n.BeganAt).Round(time.Second), text)
	}
	if n.State != "" {
		text += " (" + n.State + ")"
	}
	return text
}
