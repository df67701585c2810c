package workflow

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

const (
	// wideWorkflow is the min width for the cause and its reason on one line, and for the awaited thing in the summary.
	wideWorkflow = 64
	// reasonLines is the max number of lines of a reason.
	reasonLines = 3
)

// summary returns the line that says how much there was, and how it went. Until all entries were searched, its numbers cover
// only the known events, and say so.
func (p *Pane) summary(v pane.View) string {
	th, more := v.Theme, ""
	if !p.history.Done || p.course.Truncated() {
		more = "+"
	}
	w := widget.NewLineWriter(v.Width, false)
	events := "events"
	if p.course.Len() == 1 && more == "" {
		events = "event"
	}
	w.Put(th.Text, fmt.Sprintf(" %s%s %s · %s%s", words.Grouped(int64(p.course.Len())), more, events, words.Took(p.course.Span()), more))
	if n := p.course.Failures(); n > 0 {
		w.Put(th.Text, " · ")
		w.Put(th.Bad, fmt.Sprintf("%s%s failed", words.Grouped(int64(n)), more))
	}
	if waits := p.waits(v); waits != "" && v.Width >= wideWorkflow {
		w.Put(th.Text, " · ")
		w.Put(th.Dim, waits)
	}
	return w.String()
}

// waits returns what the workflow waits for, and for how long.
func (p *Pane) waits(v pane.View) string {
	waits := p.course.Waits()
	if len(waits) == 0 {
		return ""
	}
	parts := make([]string, len(waits))
	for i, wait := range waits {
		name := widget.Clean(wait.Family)
		if wait.Retry {
			name = "another " + name
		}
		parts[i] = name + " " + words.Age(max(v.Now.Sub(wait.Since), 0))
	}
	text := "waits for "
	if waits[0].Begun {
		text = "in "
	}
	return text + strings.Join(parts, ", ")
}

// footPart is some lines below the timeline. The most important parts get their room first.
type footPart struct {
	lines []string
	rank  int // 0 matters most
}

// lastRank is the rank of lines that are dropped before a row of the timeline is.
const lastRank = 5

// foot returns what stands below the timeline, in max room lines; the least important parts only get the spare ones.
func (p *Pane) foot(v pane.View, room, spare int, more ...footPart) []string {
	history := footPart{lines: p.history.Lines(v), rank: lastRank}
	if p.history.Running || p.history.Err != nil {
		history.rank = 0
	}
	parts := append([]footPart{p.waitsPart(v)}, more...)
	parts = append(append(parts, p.causeParts(v)...), p.tracePart(v), history)
	granted := make([]int, len(parts))
	for rank := range lastRank + 1 {
		if rank == lastRank {
			room = min(room, spare)
		}
		for i := range parts {
			if parts[i].rank == rank {
				granted[i] = min(len(parts[i].lines), max(room, 0))
				room, spare = room-granted[i], spare-granted[i]
			}
		}
	}
	var lines []string
	for i := range parts {
		lines = append(lines, parts[i].lines[:granted[i]]...)
	}
	return lines
}

func (p *Pane) waitsPart(v pane.View) footPart {
	part := footPart{rank: 4}
	if waits := p.waits(v); waits != "" && v.Width < wideWorkflow {
		part.lines = []string{v.Theme.Text.Paint(widget.Cut(" "+waits, v.Width))}
	}
	return part
}

// eventPart returns the line about the event under the cursor.
func (p *Pane) eventPart(v pane.View, at int) footPart {
	th, e := v.Theme, &p.course.Events()[at]
	w := widget.NewLineWriter(v.Width, false)
	w.Put(th.Accent, "›")
	w.Put(th.Dim, fmt.Sprintf("%d/%d +%s ", at+1, p.course.Len(), words.Took(e.Time().Sub(p.course.Start()))))
	w.Put(th.Text, widget.CleanCut(string(e.Type), w.Room()))
	if e.Repeat {
		w.Put(th.Warn, " again")
	}
	if e.Note != "" && w.Room() > 2 {
		w.Put(th.Dim, "  "+widget.CleanCut(e.Note, w.Room()-2))
	}
	return footPart{lines: []string{w.String()}, rank: 2}
}

// causeParts returns the line that names the event where the failure began, and the reason that it gave.
func (p *Pane) causeParts(v pane.View) []footPart {
	cause, found := p.course.Cause()
	if !found {
		return nil
	}
	th := v.Theme
	w := widget.NewLineWriter(v.Width, false)
	label := " cause "
	if p.course.State() == workflow.StageCompleted {
		label = " failure " // it went well in the end
	}
	w.Put(th.Dim, label+pane.ShortID(cause.Key.ID)+" ")
	w.Put(stateInk(th, causeState(&cause)), widget.CleanCut(string(cause.Type), w.Room()))
	parts := []footPart{{rank: 1}}
	reason := widget.Clean(cause.Note)
	if reason != "" && v.Width >= wideWorkflow && widget.Width(reason)+4 <= w.Room() {
		w.Put(th.Text, `  "`+reason+`"`)
		reason = ""
	}
	parts[0].lines = []string{w.String()}
	if reason == "" {
		return parts
	}
	lines := strings.Split(ansi.Wrap(`"`+reason+`"`, max(v.Width-3, 1), ""), "\n")
	if len(lines) > reasonLines {
		lines = lines[:reasonLines]
		lines[reasonLines-1] += widget.Ellipsis
	}
	for i := range lines {
		lines[i] = th.Text.Paint(widget.Cut("  "+lines[i], v.Width))
	}
	return append(parts, footPart{lines: lines[:1], rank: 3}, footPart{lines: lines[1:], rank: lastRank})
}

// tracePart names the trace that all events are in, and where it is looked at.
func (p *Pane) tracePart(v pane.View) footPart {
	part, trace := footPart{rank: lastRank}, p.course.Trace()
	add := func(name, value string) {
		if value == "" {
			return
		}
		w := widget.NewLineWriter(v.Width, false)
		w.Put(v.Theme.Dim, " "+name+" ")
		w.Put(v.Theme.Text, widget.CleanCut(value, w.Room()))
		part.lines = append(part.lines, w.String())
	}
	add("trace", trace)
	add("see", p.address(trace))
	return part
}

func causeState(e *workflow.Event) workflow.StageState {
	if e.Cancelled() {
		return workflow.StageCancelled
	}
	return workflow.StageFailed
}
