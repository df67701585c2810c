package wire

import (
	"context"
	"strings"
	"time"

	"streamdesk/model"
)

// controlReads is the number of commands that [Control] returns.
const controlReads = 3

// ReadControl parses the replies to [Control], which came at the moment now. It returns nil when any of them is an error or
// makes no sense: what is set then isn't known.
func ReadControl(replies []Reply, now time.Time) *model.Control {
	if len(replies) < controlReads {
		return nil
	}
	pause, left, limit := replies[0], replies[1], replies[2]
	if pause.Kind == KindError || left.Kind != kindInt || limit.Kind == KindError {
		return nil
	}
	c := &model.Control{}
	if pause.Kind == KindText && left.Integer() != noKey {
		c.Pause = model.ReadPause(strings.Clone(pause.Text), left.Millis(), now)
	}
	if limit.Kind == KindText {
		rate, ok := model.ReadRate(limit.Text)
		if !ok {
			return nil
		}
		c.PerSecond = rate
	}
	return c
}

// noKey is the reply of PTTL about a key that has just expired.
const noKey = -2

// Controls asks what is set for several groups, in one round trip; in a cluster, where the keys of different groups may be on
// different nodes, in one per group, so that a node that doesn't answer hides only its own. A group of which nothing is known
// has nil. denied reports whether the user may not read the keys.
func (c *Conn) Controls(ctx context.Context, to Sender, groups []string, now func() time.Time) (all map[string]*model.Control, denied bool) {
	all = make(map[string]*model.Control, len(groups))
	var reads []Read
	for _, group := range groups {
		reads = append(reads, Control(c.Prefix, group)...)
	}
	size := len(reads)
	if c.Clustered() {
		size = controlReads
	}
	for start := 0; start < len(reads); start += size {
		replies, err := c.PipelineOn(ctx, to, args(reads[start:start+size]))
		for i := 0; err == nil && i < size; i += controlReads {
			of := replies[i : i+controlReads]
			denied = denied || Denied(of[0]) || Denied(of[1]) || Denied(of[2])
			all[groups[(start+i)/controlReads]] = ReadControl(of, now())
		}
	}
	return all, denied
}

// Controls is [Conn.Controls] on the connection for looking.
func (l Look) Controls(ctx context.Context, groups []string, now func() time.Time) (all map[string]*model.Control, denied bool) {
	ctx, cancel := l.Patient(ctx)
	defer cancel()
	return l.conn.Controls(ctx, l.conn.looking(), groups, now)
}
