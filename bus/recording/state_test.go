package recording

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// Draws of what a snapshot consists of, near the edges too.
var (
	drawName  = rapid.StringMatching(`[a-c]{1,2}|\x00|é`)
	drawCount = rapid.Custom(func(t *rapid.T) model.Count {
		known := rapid.Bool().Draw(t, "known")
		if !known {
			return model.Count{}
		}
		return model.Count{N: rapid.Int64().Draw(t, "n"), Known: true, Estimated: rapid.Bool().Draw(t, "estimated")}
	})
	drawPosition = rapid.Custom(func(t *rapid.T) model.Position {
		return model.Position{Ms: rapid.Uint64().Draw(t, "ms"), Seq: rapid.Uint64().Draw(t, "seq")}
	})
	drawIdle = rapid.Custom(func(t *rapid.T) time.Duration {
		return time.Duration(rapid.Int64Range(0, 1e12).Draw(t, "idle")) * time.Millisecond
	})
	drawTime = rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "no time") {
			return time.Time{}
		}
		return time.UnixMilli(rapid.Int64Range(1, 4e12).Draw(t, "time"))
	})
	drawText = rapid.SampledFrom([]string{"", "", "", "WRONGTYPE", "\xff\x00"})
)

func drawConsumer(t *rapid.T) model.Consumer {
	return model.Consumer{
		Name: drawName.Draw(t, "consumer"), Pending: rapid.Int64().Draw(t, "pending"), Idle: drawIdle.Draw(t, "idle"), Inactive: drawCount.Draw(t, "inactive"),
	}
}

func drawControl(t *rapid.T) *model.Control {
	c := &model.Control{PerSecond: rapid.SampledFrom([]float64{0, 0, 0.5, 200, 1e300}).Draw(t, "per second")}
	if rapid.Bool().Draw(t, "paused") {
		c.Pause = &model.Pause{By: drawText.Draw(t, "by"), Why: drawText.Draw(t, "why"), Since: drawTime.Draw(t, "since"), Until: drawTime.Draw(t, "until")}
	}
	return c
}

func drawGroup(t *rapid.T) model.Group {
	g := model.Group{
		Name: drawName.Draw(t, "group"), LastDelivered: drawPosition.Draw(t, "last"), EntriesRead: drawCount.Draw(t, "read"), Lag: drawCount.Draw(t, "lag"),
		Contradiction: drawText.Draw(t, "contradiction"), Pending: rapid.Int64().Draw(t, "pending"),
	}
	if rapid.Bool().Draw(t, "some pending") {
		g.Oldest = &model.Pending{ID: drawPosition.Draw(t, "oldest"), Consumer: drawName.Draw(t, "holder"), Idle: drawIdle.Draw(t, "idle"), Deliveries: rapid.Int64().Draw(t, "deliveries")}
	}
	if rapid.Bool().Draw(t, "control is known") {
		g.Control = drawControl(t)
	}
	for range rapid.IntRange(0, 2).Draw(t, "consumers") {
		g.Consumers = append(g.Consumers, drawConsumer(t))
	}
	return g
}

func drawStream(t *rapid.T) model.Stream {
	s := model.Stream{Key: drawName.Draw(t, "key"), Problem: drawText.Draw(t, "problem"), Missing: rapid.Bool().Draw(t, "missing")}
	if rapid.Bool().Draw(t, "no figures") {
		return s
	}
	s.Length, s.EntriesAdded = rapid.Int64().Draw(t, "length"), drawCount.Draw(t, "added")
	s.First, s.Last, s.MaxDeleted = drawPosition.Draw(t, "first"), drawPosition.Draw(t, "last"), drawPosition.Draw(t, "deleted")
	if rapid.Bool().Draw(t, "idempotent") {
		s.Idempotence = &model.Idempotence{
			Duration: drawIdle.Draw(t, "duration"), MaxSize: rapid.Int64().Draw(t, "max"), Producers: rapid.Int64().Draw(t, "producers"),
			IDs: rapid.Int64().Draw(t, "ids"), Added: rapid.Int64().Draw(t, "added"), Duplicates: rapid.Int64().Draw(t, "duplicates"),
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "groups") {
		s.Groups = append(s.Groups, drawGroup(t))
	}
	return s
}

// names gives names IDs.
type names struct {
	ids  map[string]uint64
	back map[uint64]string
}

func newNames() *names { return &names{map[string]uint64{}, map[uint64]string{}} }

func (n *names) id(name string) uint64 {
	if _, ok := n.ids[name]; !ok {
		n.ids[name] = uint64(len(n.ids) + 1)
		n.back[n.ids[name]] = name
	}
	return n.ids[name]
}

func TestEveryFieldOfAMomentIsReadAgain(t *testing.T) {
	known := newNames()
	var p packer
	u := unpacker{names: known.back}
	rapid.Check(t, func(t *rapid.T) {
		want := model.Snapshot{At: time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")), OwnClock: rapid.Bool().Draw(t, "own clock")}
		for range rapid.IntRange(0, 3).Draw(t, "streams") {
			want.Streams = append(want.Streams, drawStream(t))
		}
		state, err := p.pack(&want, known.id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := u.unpack(state, time.UnixMilli(want.At.UnixMilli()))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%v\n%+v\nwant\n%+v", err, got, want)
		}
	})
}

// TestNoFieldIsForgotten fails when package model tells more of the bus than the test above fills in.
func TestNoFieldIsForgotten(t *testing.T) {
	for _, c := range []struct {
		of   any
		want int
	}{{model.Snapshot{}, 3}, {model.Stream{}, 10}, {model.Idempotence{}, 6}, {model.Group{}, 9}, {model.Consumer{}, 4}, {model.Pending{}, 4}, {model.Control{}, 2}, {model.Pause{}, 4}} {
		if n := reflect.TypeOf(c.of).NumField(); n != c.want {
			t.Errorf("%T has %d fields, and a recording keeps %d: encode, decode and draw the others", c.of, n, c.want)
		}
	}
}
