package deadletters

import (
	"cmp"
	"context"
	"strings"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

const (
	// readEvery is how often the streams are read again while the pane is shown: people don't read faster than that.
	readEvery = 2 * time.Second
	// lettersMost is the max number of newest letters read at a time, each with a round trip; the others are read the next times.
	lettersMost = 50
)

// answer is the result of one reading.
type answer struct {
	done    bool
	rows    []Row
	denied  int    // how many streams couldn't be read
	problem string // why the first of them couldn't
	err     error
}

// trouble returns what couldn't be read; empty when all was read.
func (a *answer) trouble() string {
	switch {
	case a.err != nil:
		return "couldn't read the dead letters: " + a.err.Error()
	case a.denied > 0:
		return words.Grouped(int64(a.denied)) + " dead-letter streams can't be looked at: " + a.problem
	default:
		return ""
	}
}

// Ask implements [pane.Asker].
func (p *Pane) Ask(k pane.Known) pane.Question {
	if !k.Shown || k.Data.Snapshot == nil || k.Data.Past != nil || k.Now.Sub(p.asked) < readEvery {
		return nil
	}
	p.asked = k.Now
	sources := make([]string, len(k.Data.Snapshot.Streams))
	for i := range sources {
		sources[i] = k.Data.Snapshot.Streams[i].Key
	}
	known := map[string]Row{}
	for _, row := range p.read.rows {
		known[row.stream] = row
	}
	prefix := p.prefix
	return func(ctx context.Context, r *observe.Reader) any { return look(ctx, r, prefix, sources, known) }
}

// look finds the dead letters of streams, with one XINFO STREAM per stream and one XREVRANGE per newest letter that isn't known
// yet.
func look(ctx context.Context, r *observe.Reader, prefix string, sources []string, known map[string]Row) answer {
	keys := make([]string, len(sources))
	for i, source := range sources {
		keys[i] = r.DeadLetterKey(source)
	}
	snapshot, err := r.Snapshot(ctx, keys)
	if err != nil {
		return answer{err: err}
	}
	a := answer{done: true}
	unread := lettersMost
	for i, key := range keys {
		s := snapshot.Stream(key)
		switch {
		case s == nil || s.Missing:
			continue
		case s.Problem != "":
			a.denied, a.problem = a.denied+1, cmp.Or(a.problem, s.Problem)
			continue
		case s.Length == 0:
			continue
		}
		row := Row{
			stream: sources[i], name: widget.Clean(strings.TrimPrefix(sources[i], prefix)), length: s.Length, last: s.Last, newest: s.Last,
		}
		before, ok := known[sources[i]]
		if ok && before.length == row.length && before.last == row.last && before.read() {
			row = before
		} else if unread > 0 {
			unread--
			letters, err := r.DeadLetters(ctx, sources[i], model.Position{}, 1)
			if err != nil {
				return answer{err: err}
			}
			if len(letters) > 0 {
				row.letter, row.newest = letters[0], letters[0].Entry.ID
			}
		}
		a.rows = append(a.rows, row)
	}
	return a
}

// Take implements [pane.Asker]. When nothing could be read now, the previous rows stay; when the cursor's row is gone, the
// cursor keeps its place.
func (p *Pane) Take(found any) {
	a, ok := found.(answer)
	if !ok {
		return
	}
	if a.err != nil {
		p.read.err = a.err
		return
	}
	at, fresh := p.index(), len(p.rows) == 0
	p.read = a
	p.arrange()
	for i := range p.rows {
		if p.rows[i].stream == p.selected {
			return
		}
	}
	if fresh {
		at = 0
	}
	p.put(at)
}

// Again implements [pane.Asker].
func (p *Pane) Again() { p.asked = time.Time{} }
