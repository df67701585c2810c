package dialog

import (
	"strings"

	"streamdesk/bus/doctor"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// doctorColumns are the list's columns. A narrow screen drops the group first, then the stream.
var doctorColumns = []widget.Column{
	{Title: "HOW BAD", Min: 8, Max: 8, Keep: 3},
	{Title: "WHAT", Min: 24, Max: 62, Keep: 4},
	{Title: "GROUP", Min: 12, Max: 18, Keep: 1},
	{Title: "STREAM", Min: 16, Max: 30, Keep: 2},
}

// doctorRow is a row of the list: a finding, or the ones of a check that aren't listed.
type doctorRow struct {
	finding int
	more    int // the number of findings from this one on that the row stands for; 0 for a row of one finding
}

// maxAlike is the max number of findings of one check that are listed until the person asks for all of them.
const maxAlike = 5

// fold determines the rows.
func (d *Doctor) fold() {
	d.list = d.list[:0]
	for i := 0; i < len(d.findings); {
		end := i + 1
		for end < len(d.findings) && d.findings[end].Check == d.findings[i].Check && d.findings[end].Severity == d.findings[i].Severity {
			end++
		}
		listed := end
		if !d.unfolded[d.findings[i].Check] && end-i > maxAlike+1 {
			listed = i + maxAlike
		}
		for ; i < listed; i++ {
			d.list = append(d.list, doctorRow{finding: i})
		}
		if listed < end {
			d.list = append(d.list, doctorRow{finding: i, more: end - i})
		}
		i = end
	}
	d.rows.move(0, len(d.list))
}

// searched returns the findings for a search.
func (d *Doctor) searched() pane.Rows {
	return d.rows.rows(len(d.list), func(row int) string {
		f := &d.findings[d.list[row].finding]
		if d.list[row].more > 0 {
			return f.Check
		}
		return widget.Clean(f.Check) + "\n" + widget.Clean(f.Message) + "\n" + widget.Clean(f.Group) + "\n" + widget.Clean(f.Stream)
	})
}

// unfold lists all findings of the check that the row under the cursor stands for, and reports whether it stands for some.
func (d *Doctor) unfold() bool {
	if d.rows.at >= len(d.list) || d.list[d.rows.at].more == 0 {
		return false
	}
	d.unfolded[d.findings[d.list[d.rows.at].finding].Check] = true
	d.fold()
	return true
}

func (d *Doctor) cells(v View, row doctorRow) []widget.Cell {
	th, f := v.Theme, &d.findings[row.finding]
	if row.more > 0 {
		return []widget.Cell{{}, {Text: "… and " + words.Grouped(int64(row.more)) + " more of " + f.Check + ": enter lists them", Ink: th.Dim}, {}, {}}
	}
	ink, what := inkOf(th, f.Severity), th.Text
	if f.Severity == doctor.OK {
		what = th.Dim
	}
	return []widget.Cell{
		{Text: f.Severity.String(), Ink: ink},
		{Text: f.Message, Ink: what},
		{Text: f.Group, Ink: what},
		{Text: d.short(f.Stream), Ink: what},
	}
}

// short returns a stream's key without the prefix of the bus, which is that of dead letters too.
func (d *Doctor) short(stream string) string {
	dead := model.DeadLetterKey("")
	if source, ok := strings.CutPrefix(stream, dead); ok {
		return dead + strings.TrimPrefix(source, d.env.Prefix)
	}
	return strings.TrimPrefix(stream, d.env.Prefix)
}

func inkOf(th *theme.Theme, s doctor.Severity) theme.Ink {
	switch s {
	case doctor.Critical:
		return th.Bad
	case doctor.Warning:
		return th.Warn
	case doctor.Info:
		return th.Text
	default:
		return th.Good
	}
}
