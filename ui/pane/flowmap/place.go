package flowmap

import (
	"math"

	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

// place is where a column stands: its cells, and the widths of the name and of the figures behind it, 0 for one without room.
type place struct {
	from, to, lead int // lead is the number of cells before the name
	widths         []int
}

const (
	// headLines is the line of the columns' names, footLines the sentence and the legend; a low pane has no legend.
	headLines, footLines = 1, 2
	lowest               = 10
	// shaft is the room of the edge from an agent to its streams, link of the one from a stream to the bar, and from there to
	// the groups, branch of the one to a consumer.
	shaft, link, branch = 5, 4, 4
	// roomy is the width from which consumers stand beside their groups, not below them.
	roomy = 150
	// wide is the width from which names get more of their column than figures.
	wide = 100
	// leadPlain is the cell of the cursor before a name, leadSigned also that of the sign of a state, with a gap.
	leadPlain, leadSigned = 1, 3
	// longestName is the max width of a name that is kept whole before figures are shown.
	longestName = 20
)

// figure is a column of numbers behind names.
type figure struct {
	title       string
	width, keep int // as [widget.Column] has them
}

// The figures of each column.
var figures = [consumers + 1][]figure{
	agents:    {{"in/s", 5, 8}, {"types", 5, 3}},
	streams:   {{"in/s", 5, 8}, {"lag", 5, 6}, {"pend", 5, 5}, {"last", 6, 4}},
	groups:    {{"ack/s", 5, 8}, {"lag", 5, 7}, {"pend", 5, 6}, {"oldest", 6, 5}, {"ill", 5, 4}},
	consumers: {{"", 7, 7}, {"", 11, 8}, {"", 10, 6}, {"", longestName, 3}},
}

// titles are the names of the columns.
var titles = [consumers + 1]string{"AGENTS", "STREAMS", "GROUPS", "CONSUMERS"}

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) {
	p.height = max(v.Height-headLines-p.footLines(v), 1)
	p.leftSight.FitOn(p.at, p.leftRow(), len(p.left), p.height)
	p.rightSight.FitOn(p.at, p.rightRow(), len(p.right), p.height)
	p.fitColumns(v.Width)
}

func (p *Pane) footLines(v pane.View) int {
	if v.Height < lowest {
		return 1
	}
	return footLines
}

// fitColumns divides the width between the columns, each by what it needs, up to its share.
func (p *Pane) fitColumns(width int) {
	const agentsShare, streamsShare, groupsShare, hundred = 17, 28, 27, 100
	const leastAgents, leastStreams = 15, 18
	share := func(percent, least int) int { return max(width*percent/hundred, least) }
	longest, nameShare := p.longest(), 60
	if width < wide {
		nameShare = 45
	}
	at := 0
	put := func(column, room, lead int) {
		t := widget.Table{Columns: make([]widget.Column, 0, len(figures[column])+1)}
		t.Columns = append(t.Columns, widget.Column{Min: max(min(longest[column], longestName, room*nameShare/hundred), 1), Max: longest[column], Keep: math.MaxInt})
		used := lead + longest[column]
		for _, f := range figures[column] {
			t.Columns = append(t.Columns, widget.Column{Min: f.width, Keep: f.keep})
			used += 1 + f.width
		}
		room = min(room, used)
		const gutter = 2 // of a table, which these have a lead for
		p.places[column] = place{from: at, to: at + room, lead: lead, widths: t.Widths(room - lead + gutter)}
		at += room
	}
	put(agents, share(agentsShare, leastAgents), leadPlain)
	at += shaft
	put(streams, share(streamsShare, leastStreams), leadPlain)
	at += 2 * link
	if width < roomy {
		below := at + branch
		put(groups, width-at, leadSigned)
		at = below
		put(consumers, width-below, leadSigned)
		return
	}
	put(groups, share(groupsShare, 0), leadSigned)
	at += branch + 1
	put(consumers, width-at, leadSigned)
}

// longest returns the width of the longest name in each column.
func (p *Pane) longest() (longest [consumers + 1]int) {
	for column := range longest {
		longest[column] = len(titles[column])
	}
	widen := func(column int, text string) { longest[column] = max(longest[column], widget.Width(text)) }
	for i := range p.left {
		widen(agents, p.agentName(&p.left[i]))
		widen(streams, p.streamName(&p.left[i]))
	}
	for i := range p.right {
		if r := &p.right[i]; r.consumer == "" {
			widen(groups, p.groupName(r))
		} else {
			widen(consumers, widget.Clean(r.consumer))
		}
	}
	return longest
}

// agentName returns the name of a line's agent as it is shown.
func (p *Pane) agentName(l *left) string {
	name := widget.Clean(l.agent)
	if name == "" {
		name = "(nobody heard)"
	}
	if len(l.folded) > 0 {
		return name + " ▸"
	}
	return name
}

// streamName returns the name of a line's stream as it is shown, or how many there are in it.
func (p *Pane) streamName(l *left) string {
	switch {
	case len(l.folded) > 0:
		return words.Plural(len(l.folded), "stream") + " ▸"
	case l.others > 0:
		return p.name(l.stream.Key) + " +" + words.Short(int64(l.others))
	default:
		return p.name(l.stream.Key)
	}
}

// groupName returns the name of a group as it is shown.
func (p *Pane) groupName(r *right) string {
	if len(r.folded) > 0 {
		return widget.Clean(r.group) + " ▸"
	}
	return widget.Clean(r.group)
}

// ClickAt implements [pane.Pointed]: it puts the cursor on the node at a cell.
func (p *Pane) ClickAt(x, line int, _ *live.Data) {
	row := line - headLines
	if row < 0 || row >= p.height {
		return
	}
	if i := p.leftSight.First + row; x < p.places[streams].to+link && i < len(p.left) {
		p.at.column = streams
		if x < p.places[streams].from-2 {
			p.at.column = agents
		}
		p.putLeft(i)
	}
	if i := p.rightSight.First + row; x >= p.places[streams].to+link && i < len(p.right) {
		p.putRight(i)
		if p.at.column = consumers; p.at.consumer == "" || x < p.places[consumers].from-branch {
			p.at.column, p.at.consumer = groups, ""
		}
	}
}

// Click implements [pane.Pane]: it puts the cursor on the stream of a line.
func (p *Pane) Click(line int, d *live.Data) { p.ClickAt(p.places[streams].from, line, d) }
