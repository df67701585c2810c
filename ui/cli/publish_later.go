package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/trail"
)

// later is when an event is to be published: at a time, or in a while by the server's clock. The zero later is now.
type later struct{ at, in string }

func (l later) given() bool { return l.at != "" || l.in != "" }

// check returns what is wrong with the flags.
func (l later) check(jsonl string) error {
	switch {
	case !l.given():
		return nil
	case l.at != "" && l.in != "":
		return program.WrongUse("--at and --in: give one of the two")
	case jsonl != "":
		return program.WrongUse("--jsonl publishes now: leave --at and --in out")
	}
	if _, err := l.due(time.Time{}); err != nil {
		return err
	}
	return nil
}

// due returns when the event is due, at the time now in the zone of the person.
func (l later) due(now time.Time) (time.Time, error) {
	if l.in != "" {
		d, err := model.ParseAge(l.in)
		if err != nil {
			return time.Time{}, program.WrongUse("--in %q: %w", l.in, err)
		}
		return now.Add(d), nil
	}
	at, err := model.ParseDue(l.at, now)
	if err != nil {
		return time.Time{}, program.WrongUse("--at %q: %w", l.at, err)
	}
	return at, nil
}

// planned is the result of scheduling one event.
type planned struct {
	Stream  string          `json:"stream"`
	EventID string          `json:"event_id"`
	Due     model.Timestamp `json:"due"`
}

// publishLater schedules one event.
func publishLater(ctx context.Context, p *program.Program, s *program.Session, e model.Event, when later) error {
	now, err := s.Reader().Now(ctx)
	if err != nil {
		return err
	}
	due, err := when.due(now.In(s.Location()))
	if err != nil {
		return err
	}
	e = complete(e, due)
	audit := program.NewAudit(s.Settings)
	defer audit.Close(p.Err)
	line := trail.Change{Action: "schedule", Stream: s.StreamKey(e.Type)}
	done, err := s.PublishAt(ctx, e, due)
	if errors.Is(err, fault.ErrUncertain) {
		err = fmt.Errorf("%w: look for event %s with 'streamdesk scheduled %s'", err, e.ID, e.Type)
	}
	if line.At, line.Err = time.Now(), err; err == nil {
		line.Stream = done.Stream
		line.Receipts = []model.Receipt{{Command: scheduling(done.Stream, e, due), Reply: "(integer) 1"}}
	}
	audit.Write(&line)
	if err != nil {
		return err
	}
	if p.JSON() {
		return program.WriteObject(p.Out, planned{done.Stream, done.ID, model.Timestamp(done.Due)})
	}
	_, err = fmt.Fprintln(p.Out, done.Stream, done.ID, "due", done.Due.In(s.Location()).Format(time.DateTime))
	return err
}

// scheduling returns the ZADD that schedules a completed event.
func scheduling(stream string, e model.Event, due time.Time) model.Command {
	r := change.AppendRequest{
		Stream: stream, Fields: []model.Field{{Name: model.FieldData, Value: string(e.AppendJSON(nil))}}, Due: due, EventID: e.ID,
	}
	return r.Commands()[0]
}
