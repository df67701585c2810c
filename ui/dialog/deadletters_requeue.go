package dialog

import (
	"context"
	"fmt"
	"maps"
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/widget"
)

// Requeue asks whether dead letters are to go back to the streams they came from.
type Requeue struct {
	planned[requeuePlan]
	letters map[model.Position]model.DeadLetter
	lost    int // how many can't go back
}

// requeuePlan is which groups will receive what goes back, by stream.
type requeuePlan map[string][]string

// NewRequeue makes the dialog, and the command that asks which groups read the streams they came from. Letters that don't
// say where they came from are left out, and counted.
func NewRequeue(env Env, chosen []model.DeadLetter) (*Requeue, tea.Cmd) {
	d := &Requeue{letters: map[model.Position]model.DeadLetter{}}
	var able []model.DeadLetter
	for _, l := range chosen {
		if l.Origin.Stream == "" || len(l.Original) == 0 {
			d.lost++
			continue
		}
		able = append(able, l)
		d.letters[l.Entry.ID] = l
	}
	d.action = newAction(env, "Requeue", lettersTarget(able))
	cmd := d.begin(planner[requeuePlan]{wants: d.wants, question: d.question, worse: worseRequeue, act: d.act, refresh: d.refresh})
	return d, cmd
}

// lettersTarget is a target of dead letters: all of them lie in one stream.
func lettersTarget(letters []model.DeadLetter) Target {
	var t Target
	for i := range letters {
		t.Stream = letters[i].Entry.Stream
		t.IDs = append(t.IDs, letters[i].Entry.ID)
	}
	return t
}

func (d *Requeue) wants() string {
	if len(d.target.IDs) == 0 {
		return ""
	}
	return "readers"
}

// streams are where the letters go back to.
func (d *Requeue) streams() []string {
	set := map[string]bool{}
	for _, id := range d.target.IDs {
		set[d.letters[id].Origin.Stream] = true
	}
	return slices.Sorted(maps.Keys(set))
}

func (d *Requeue) question() func(ctx context.Context) (requeuePlan, error) {
	op, streams := d.env.Op, d.streams()
	return func(ctx context.Context) (requeuePlan, error) {
		plan := requeuePlan{}
		for _, stream := range streams {
			readers, err := change.Readers(ctx, op, stream)
			if err != nil {
				return nil, err
			}
			plan[stream] = readers
		}
		return plan, nil
	}
}

// worseRequeue says whether a group would receive it that wasn't named.
func worseRequeue(shown, newer requeuePlan) bool {
	for stream, readers := range newer {
		for _, r := range readers {
			if !slices.Contains(shown[stream], r) {
				return true
			}
		}
	}
	return false
}

func (d *Requeue) act() tea.Cmd {
	op, target, letters := d.env.Op, d.target, d.letters
	return d.send("requeue", func(ctx context.Context) Done { return requeue(ctx, op, target, letters) })
}

// requeue sends the letters back one by one, each after a look whether it is still there: one that somebody else has dealt
// with meanwhile must not come twice. It stops at the first that fails.
func requeue(ctx context.Context, op Operator, target Target, letters map[model.Position]model.DeadLetter) Done {
	var done Done
	sent, missing := 0, 0
	for i, id := range target.IDs {
		there, err := op.Range(ctx, target.Stream, id, id, 1)
		if err == nil && len(there) == 0 {
			missing++
			continue
		}
		var result change.RequeueResult
		if err == nil {
			result, err = op.Requeue(ctx, change.RequeueRequest{Letter: letters[id]})
		}
		done.Receipts = append(done.Receipts, result.Receipts...)
		added := !result.Added.ID.IsZero()
		if added {
			done.Added = result.Added
			sent++
		}
		if err != nil {
			done.Err, done.rest = err, target.IDs[i:]
			if added { // it is in its stream again: trying again would add it twice
				done.rest = target.IDs[i+1:]
			}
			break
		}
	}
	done.Summary = fmt.Sprintf("requeued %s of %s", words.Grouped(int64(sent)), words.Grouped(int64(len(target.IDs))))
	if missing > 0 {
		done.Summary += fmt.Sprintf(": %s no longer there — somebody else was quicker", words.Grouped(int64(missing)))
	}
	return done
}

func (d *Requeue) refresh() {
	why := ""
	if len(d.target.IDs) == 0 {
		why = "none says which stream it came from"
	}
	d.offer("Requeue "+words.Letters(len(d.target.IDs)), why)
	d.preview(nil)
	if n := len(d.target.IDs); n > 0 {
		d.preview(change.RequeueRequest{Letter: d.letters[d.target.IDs[0]]}.Commands())
		d.surplus = (n - 1) * len(d.commands)
	}
}

// Draw is the framed box.
func (d *Requeue) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		if len(d.target.IDs) > 0 {
			p.letters(d.target, d.letters)
		}
		p.form(d.fields)
		for _, stream := range d.streams() {
			if d.current() {
				p.readers(d.plan[stream], stream, d.what(stream))
			}
		}
		if d.lost > 0 {
			p.text(p.Warn, words.Letters(d.lost)+" can't go back: nothing says which stream it came from.")
		}
		d.sends(p)
		d.state(p)
	})
}

// what is what the groups of a stream will receive again.
func (d *Requeue) what(stream string) string {
	n := 0
	for _, id := range d.target.IDs {
		if d.letters[id].Origin.Stream == stream {
			n++
		}
	}
	if n == 1 {
		return "it again"
	}
	return words.Entries(n) + " again"
}

// letters draws the first few of the letters.
func (p *page) letters(t Target, letters map[model.Position]model.DeadLetter) {
	p.sample(&t, []widget.Column{
		{Title: "ORIGIN", Min: 15, CutLeft: true, Keep: 9},
		{Title: "GROUP", Min: 10, Keep: 8},
		{Title: "REASON", Min: 10, Keep: 7},
	}, func(_ int, id model.Position) []widget.Cell {
		l := letters[id]
		return []widget.Cell{
			{Text: originOf(&l), Ink: p.Text}, {Text: l.Group, Ink: p.Text}, {Text: clip(l.Reason, maxShown), Ink: p.Warn},
		}
	})
}
