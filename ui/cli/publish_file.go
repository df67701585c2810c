package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/transfer"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

const (
	// batchSize is the number of events that the bus sends at once.
	batchSize = 500
	// maxLine is more than the bus accepts.
	maxLine = 4 << 20
)

// publishedFile is the result of publishing a file.
type publishedFile struct {
	Published int `json:"published"`
	Streams   int `json:"streams"`
	LeftOut   int `json:"left_out"`
}

// eventFile reads events, one a line.
type eventFile struct {
	name     string
	ready    func() bool // nil when reading never blocks
	lines    *bufio.Reader
	line     int // the number of the last line read
	template model.Event
	check    *publishCheck
	// leaveOut gets the error of a broken line that is skipped; nil means that a broken line stops.
	leaveOut func(error)
}

// next returns the next event in line from or after it; io.EOF after the last. Empty lines are skipped.
func (f *eventFile) next(from int) (model.Event, error) {
	for {
		text, err := f.text()
		switch {
		case errors.Is(err, io.EOF):
			return model.Event{}, io.EOF
		case err != nil:
			return model.Event{}, fmt.Errorf("%s, line %d: %w", f.name, f.line+1, program.PlainPathError(err))
		}
		f.line++
		if f.line == 1 {
			text = bytes.TrimPrefix(text, []byte(program.ByteOrderMark))
		}
		if len(text) == 0 || f.line < from {
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
}

// text returns the next line without surrounding white space. It is valid until the next call.
func (f *eventFile) text() ([]byte, error) {
	var long []byte
	for {
		part, err := f.lines.ReadSlice('\n')
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if long = append(long, part...); len(long) > maxLine {
				return nil, fmt.Errorf("longer than %d MiB", maxLine>>20)
			}
			continue
		case errors.Is(err, io.EOF) && len(part)+len(long) > 0: // the last line has no end
		case err != nil:
			return nil, err
		}
		if long != nil {
			part = append(long, part...)
		}
		if len(part) > maxLine {
			return nil, fmt.Errorf("longer than %d MiB", maxLine>>20)
		}
		return bytes.TrimSpace(part), nil
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
	e.WorkflowID = program.FirstOf(e.WorkflowID, f.template.WorkflowID)
	e.SourceAgent = program.FirstOf(e.SourceAgent, f.template.SourceAgent)
	if err := e.Validate(); err != nil {
		return e, err
	}
	return complete(e, time.Now()), f.check.fits(&e, fmt.Sprintf("%s, line %d: ", f.name, f.line))
}

func publishFile(ctx context.Context, p *program.Program, settings *config.Settings, check *publishCheck, template model.Event, flags publishFlags) error {
	file := &eventFile{name: flags.jsonl, template: template, check: check}
	defer check.sum()
	from := p.Stdin("events")
	if flags.jsonl == "-" {
		file.name = "stdin"
	} else {
		opened, data, err := p.OpenInput(flags.jsonl)
		switch {
		case program.InterruptedBy(err):
			return program.ErrAskedToEnd
		case err != nil:
			return fmt.Errorf("--jsonl: %w", err)
		}
		defer func() { _ = opened.Close() }() // it was only read from
		from = data
	}
	if in, waits := from.(*program.Input); waits {
		file.ready = in.Ready
	}
	file.lines = bufio.NewReaderSize(from, program.InputBuffer)
	leftOut := 0
	if flags.goOn {
		file.leaveOut = func(why error) {
			leftOut++
			tellLeftOut(p, leftOut, why)
		}
	}
	if flags.dryRun {
		for {
			e, err := file.next(flags.fromLine)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err == nil {
				err = printCommand(p, settings, e, later{})
			}
			if err != nil {
				return err
			}
		}
	}
	return p.With(ctx, func(s *program.Session) error { return publishAll(ctx, p, s, file, flags.fromLine, &leftOut) })
}

// publishAll publishes the file, and prints the result.
func publishAll(ctx context.Context, p *program.Program, s *program.Session, file *eventFile, fromLine int, leftOut *int) error {
	audit := program.NewAudit(s.Settings)
	defer audit.Close(p.Err)
	var added transfer.Added
	err := publishBatches(ctx, p, s, file, fromLine, &added)
	audit.WriteBulk("publish", &added, program.AddedText(&added, "event", "published"), err)
	if err != nil {
		return err
	}
	done := publishedFile{int(added.Count), len(added.Streams), *leftOut}
	if p.JSON() {
		err = program.WriteObject(p.Out, done)
	} else {
		_, err = fmt.Fprintf(p.Out, "%d events published to %d streams\n", done.Published, done.Streams)
	}
	if err == nil && done.LeftOut > 0 {
		err = fmt.Errorf("%s left out", words.Plural(done.LeftOut, "line"))
	}
	return err
}

// publishBatches publishes in batches and waits for each, so that the count is what the server has. A batch contains
// the lines that can be read without waiting: when a program writes one event a second to a pipe, each is published at
// once. Lines that were read before ctx ends are still published.
func publishBatches(ctx context.Context, p *program.Program, s *program.Session, file *eventFile, fromLine int, added *transfer.Added) error {
	progress := p.NewProgress("events")
	defer progress.End()
	sending, done := program.Lasting(ctx)
	defer done()
	var broken error
	published := fromLine - 1 // every line up to this one is done
	for broken == nil {
		var batch []model.Event
		var lines []int
		for len(batch) < batchSize && broken == nil && (len(batch) == 0 || transfer.HasLine(file.lines, file.ready)) {
			var e model.Event
			if e, broken = file.next(fromLine); broken == nil {
				batch, lines = append(batch, e), append(lines, file.line)
			}
		}
		added.Sent = added.Sent || len(batch) > 0
		ids, err := s.PublishSync(sending, batch...)
		for i, id := range ids {
			if !id.IsZero() {
				added.Add(s.StreamKey(batch[i].Type), id)
			}
		}
		if err != nil {
			return publishFailure(err, file.name, lines, ids, added.Count)
		}
		if len(lines) > 0 {
			published = lines[len(lines)-1]
		}
		progress.Tell(added.Count, 0)
		if broken == nil && ctx.Err() != nil && file.ready == nil {
			broken = ctx.Err() // the rest of the file can be read again
		}
	}
	switch {
	case errors.Is(broken, io.EOF):
		return nil
	case program.InterruptedBy(broken):
		return fmt.Errorf("interrupted; %s published, up to line %d of %s: go on with --from-line %d",
			words.Plural(added.Count, "event"), published, file.name, published+1)
	}
	return fmt.Errorf("%w; %d events before it were published, and nothing after it: mend the line and go on with --from-line %d, or leave such lines out with --continue",
		broken, added.Count, published+1)
}

// publishFailure returns why a batch wasn't published as a whole: the first line that failed, and how many lines after
// it were published.
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
	if err = firstFailure(err); program.InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain) {
		err = errors.New("interrupted")
	}
	if first < 0 || first >= len(lines) {
		return fmt.Errorf("%w; %d events of %s were published", err, published, name)
	}
	err = fmt.Errorf("%s, line %d: %w; %d events were published: go on with --from-line %d", name, lines[first], err, published, lines[first])
	if later > 0 {
		err = fmt.Errorf("%w, %d of them from lines after it, up to line %d", err, later, lines[len(lines)-1])
	}
	return err
}

// firstFailure returns one failure of a batch. They mostly have one cause, and five hundred lines help nobody.
func firstFailure(err error) error {
	if failed, ok := errors.AsType[*bus.PublishError](err); ok {
		return failed
	}
	return err
}
