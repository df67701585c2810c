package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/model/config"
)

const (
	// batchSize is what the bus sends in one go.
	batchSize = 500
	// maxLine is more than the bus would take.
	maxLine = 4 << 20
	// progressEvery is often enough to look alive.
	progressEvery = 250 * time.Millisecond
)

// publishedFile is what became of a file.
type publishedFile struct {
	Published int `json:"published"`
	Streams   int `json:"streams"`
	LeftOut   int `json:"left_out"`
}

// eventFile reads events, one a line.
type eventFile struct {
	name     string
	lines    *bufio.Scanner
	line     int
	template model.Event
	// leaveOut is told of a broken line that is passed over; nil to stop there.
	leaveOut func(error)
}

// next is the next event; io.EOF after the last. Empty lines are passed over.
func (f *eventFile) next() (model.Event, error) {
	for f.lines.Scan() {
		f.line++
		text := bytes.TrimSpace(f.lines.Bytes())
		if len(text) == 0 {
			continue
		}
		e, err := f.parse(string(text))
		if err != nil {
			err = fmt.Errorf("%s, line %d: %w", f.name, f.line, err)
			if f.leaveOut != nil {
				f.leaveOut(err)
				continue
			}
		}
		return e, err
	}
	switch err := f.lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return model.Event{}, fmt.Errorf("%s, line %d: longer than %d MiB", f.name, f.line+1, maxLine>>20)
	case err != nil:
		return model.Event{}, fmt.Errorf("%s, line %d: %w", f.name, f.line+1, err)
	default:
		return model.Event{}, io.EOF
	}
}

func (f *eventFile) parse(text string) (model.Event, error) {
	e, err := model.ParseEvent(text)
	if err != nil {
		return e, err
	}
	if e.Type == "" {
		e.Type = f.template.Type
	}
	if e.Type == "" {
		return e, errors.New(`the line has no "type": add one, or give a TYPE for all lines`)
	}
	e.WorkflowID = firstOf(e.WorkflowID, f.template.WorkflowID)
	e.SourceAgent = firstOf(e.SourceAgent, f.template.SourceAgent)
	return complete(e, time.Now()), e.Validate()
}

func (p *program) publishFile(ctx context.Context, settings *config.Settings, template model.Event, flags publishFlags) error {
	file := &eventFile{name: flags.jsonl, template: template}
	from := p.In
	if flags.jsonl == "-" {
		file.name = "stdin"
	} else {
		opened, err := os.Open(flags.jsonl)
		if err != nil {
			return fmt.Errorf("--jsonl: %w", err)
		}
		defer func() { _ = opened.Close() }() // it was only read from
		from = opened
	}
	file.lines = bufio.NewScanner(from)
	file.lines.Buffer(make([]byte, 0, bufio.MaxScanTokenSize), maxLine)
	leftOut := 0
	if flags.goOn {
		file.leaveOut = func(why error) {
			leftOut++
			p.tellLeftOut(leftOut, why)
		}
	}
	if flags.dryRun {
		for {
			e, err := file.next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = p.printCommand(settings, e)
			}
			if err != nil {
				return err
			}
		}
	}
	return p.with(ctx, func(s *session) error { return p.publishAll(ctx, s, file, &leftOut) })
}

// publishAll publishes the file, and tells what was done.
func (p *program) publishAll(ctx context.Context, s *session, file *eventFile, leftOut *int) error {
	audit := newAudit(s.settings)
	defer audit.close(p.Err)
	var added additions
	err := p.publishBatches(ctx, s, file, &added)
	audit.writeBulk("publish", &added, added.text("event", "published"), err)
	if err != nil {
		return err
	}
	done := publishedFile{int(added.count), len(added.streams), *leftOut}
	if p.flags.output == outputJSON {
		err = writeObject(p.Out, done)
	} else {
		_, err = fmt.Fprintf(p.Out, "%d events published to %d streams\n", done.Published, done.Streams)
	}
	if err == nil && done.LeftOut > 0 {
		err = fmt.Errorf("%s left out", plural(done.LeftOut, "line"))
	}
	return err
}

// publishBatches publishes in batches and waits for each, so that the count is of what the server has.
func (p *program) publishBatches(ctx context.Context, s *session, file *eventFile, added *additions) error {
	progress := p.newProgress("events")
	defer progress.end()
	var broken error
	for broken == nil {
		var batch []model.Event
		var lines []int
		for len(batch) < batchSize && broken == nil {
			var e model.Event
			if e, broken = file.next(); broken == nil {
				batch, lines = append(batch, e), append(lines, file.line)
			}
		}
		added.sent = added.sent || len(batch) > 0
		ids, err := s.PublishSync(ctx, batch...)
		for i, id := range ids {
			if !id.IsZero() {
				added.add(s.StreamKey(batch[i].Type), id)
			}
		}
		if err != nil {
			return publishFailure(err, file.name, lines, ids, added.count)
		}
		progress.tell(added.count, 0)
	}
	if !errors.Is(broken, io.EOF) {
		return fmt.Errorf("%w; %d events before it were published, and nothing after it: mend the line, or leave such lines out with --continue",
			broken, added.count)
	}
	return nil
}

// publishFailure is why a batch wasn't published as a whole: the first line that failed, and which of those after it went
// through all the same.
func publishFailure(err error, name string, lines []int, ids []model.Position, published int64) error {
	first, later := -1, 0
	for i, id := range ids {
		switch {
		case first < 0 && id.IsZero():
			first = i
		case first >= 0 && !id.IsZero():
			later++
		}
	}
	err = firstFailure(err)
	if first < 0 || first >= len(lines) {
		return fmt.Errorf("%w; %d events of %s were published", err, published, name)
	}
	err = fmt.Errorf("%s, line %d: %w; %d events were published", name, lines[first], err, published)
	if later > 0 {
		err = fmt.Errorf("%w, %d of them from lines after it, up to line %d", err, later, lines[len(lines)-1])
	}
	return err
}

// firstFailure is one of the failures of a batch: they mostly have one cause, and five hundred lines help nobody.
func firstFailure(err error) error {
	if failed, ok := errors.AsType[*bus.PublishError](err); ok {
		return failed
	}
	return err
}
