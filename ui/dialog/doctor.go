package dialog

import (
	"context"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/doctor"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Examine looks at the server and at every stream and group, and returns what is wrong, the worst first; see [doctor.Diagnose].
type Examine func(ctx context.Context) ([]doctor.Finding, error)

// Doctor lists what an examination of the bus found. Each finding that can be mended by a change opens that change's dialog above
// the list, about what the finding names; after a change it examines again.
type Doctor struct {
	env      Env
	examine  Examine
	readOnly string // why changes aren't allowed; "" when they are
	asked    inquiry[[]doctor.Finding]
	findings []doctor.Finding
	at       time.Time // of the last examination
	list     []doctorRow
	unfolded map[string]bool // the checks whose findings are all listed
	rows     listing
	above    // the dialog of a change
	unused
}

// NewDoctor returns a new dialog, and the command that examines the bus. readOnly is the reason why the desk is read-only; with
// one, the findings can only be looked at.
func NewDoctor(env Env, examine Examine, readOnly string) (*Doctor, tea.Cmd) {
	d := &Doctor{env: env, examine: examine, readOnly: widget.Clean(readOnly), unfolded: map[string]bool{}}
	cmd := d.look()
	return d, cmd
}

// examineTimeout is the max time of an examination: a bus of a thousand streams takes a few seconds.
const examineTimeout = time.Minute

func (d *Doctor) look() tea.Cmd { return d.asked.ask(&d.env, examineTimeout, d.examine) }

// take shows what was found. The cursor stays on its finding.
func (d *Doctor) take(findings []doctor.Finding, at time.Time) {
	var was doctor.Finding
	if f := d.current(); f != nil {
		was = *f
	}
	d.findings, d.at = findings, at
	d.fold()
	d.rows.at = max(slices.IndexFunc(d.list, func(row doctorRow) bool {
		f := &d.findings[row.finding]
		return row.more == 0 && f.Check == was.Check && f.Stream == was.Stream && f.Group == was.Group && f.Consumer == was.Consumer
	}), 0)
}

// Title returns the title of the dialog, or of the one that was opened from it.
func (d *Doctor) Title() string { return d.titled("Doctor") }

// Unused implements [Keyed], of this dialog or of the one that was opened from it.
func (d *Doctor) Unused() string { return unusedOf(d.over, &d.unused) }

// Update handles keys, and the answers to the commands of this dialog and of the one that was opened from it.
func (d *Doctor) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	if a, mine := d.asked.take(msg, "couldn't examine the bus"); mine {
		if a != nil {
			d.take(a.value, a.at)
		}
		return nil, false
	}
	var again tea.Cmd
	if _, acted := msg.(Done); acted {
		again = d.look()
	}
	if cmd, taken := d.update(msg); taken {
		return both(cmd, again), false
	}
	if key := d.rows.handle(msg, d.searched()); key != "" {
		return d.press(key)
	}
	return again, false
}

func (d *Doctor) press(key string) (cmd tea.Cmd, done bool) {
	f := d.current()
	switch {
	case key == "esc" || key == "q" || key == "ctrl+c":
		return nil, true
	case key == "r" && !d.asked.asking:
		return d.look(), false
	case key == "enter" && d.unfold(), f == nil:
	case key == "enter":
		return d.open(f)
	case key == "x" && d.mendable(f):
		return d.mend(f), false
	case key == "y" && f.Mend != "":
		text := Copy{Text: f.Mend, What: "what mends it"}
		return func() tea.Msg { return text }, false
	default:
		d.unused.key = key
	}
	return nil, false
}

// Click puts the cursor on a row; a click on the row under the cursor leads there.
func (d *Doctor) Click(x, y int) (cmd tea.Cmd, done bool) {
	if cmd, taken := d.click(x, y); taken {
		return cmd, false
	}
	const head = 2 // the frame's edge and the column titles
	if d.rows.click(y-head, len(d.list)) && !d.unfold() {
		return d.open(d.current())
	}
	return nil, false
}

// current returns the finding under the cursor; nil when there is none.
func (d *Doctor) current() *doctor.Finding {
	if d.rows.at >= len(d.list) || d.list[d.rows.at].more > 0 {
		return nil
	}
	return &d.findings[d.list[d.rows.at].finding]
}

// open leads to what a finding is about, if that can be shown.
func (d *Doctor) open(f *doctor.Finding) (cmd tea.Cmd, done bool) {
	if f.Stream == "" {
		return nil, false
	}
	to := GoTo{Stream: sourceOf(f), Group: f.Group}
	if len(f.IDs) > 0 {
		to.Entry = f.IDs[0]
	}
	return func() tea.Msg { return to }, true
}

// sourceOf returns the stream of the bus that a finding is about: for dead letters the one that they come from.
func sourceOf(f *doctor.Finding) string { return strings.TrimPrefix(f.Stream, model.DeadLetterKey("")) }

// mendable reports whether there is a dialog that mends a finding, and this desk may open it.
func (d *Doctor) mendable(f *doctor.Finding) bool {
	m := mendOf(f)
	return m.letters || m.kind != nil && d.readOnly == ""
}

// mend opens the dialog that mends a finding.
func (d *Doctor) mend(f *doctor.Finding) (cmd tea.Cmd) {
	switch m := mendOf(f); {
	case m.letters:
		d.over, cmd = NewDeadLetters(d.env, sourceOf(f), d.readOnly)
	default:
		d.over, cmd = NewChange(d.env, m.kind, Target{Stream: f.Stream, IDs: f.IDs, Consumer: f.Consumer}, f.Group)
	}
	return cmd
}

// Sizes of the list.
const (
	widestDoctor = 130
	// aboutLines is the max number of lines below the list about the chosen finding, aroundDoctor that of all lines around the rows:
	// the frame, the head, a blank line, those.
	aboutLines   = 8
	aroundDoctor = 4 + aboutLines
	leastRows    = 3
)

// Draw implements [Dialog].
func (d *Doctor) Draw(v View) []string {
	if d.over != nil {
		return d.over.Draw(v)
	}
	box := listBox(v, d.Title(), d.note(v), d.hint(), widestDoctor, max(len(d.list), leastRows)+aroundDoctor)
	width, height := box.Inner()
	if len(d.findings) == 0 || height <= 1 {
		text, ink := "Looking at the server, the streams and the groups, twice, a second apart …", v.Theme.Dim
		if d.asked.trouble != "" {
			text, ink = "✗ "+d.asked.trouble, v.Theme.Bad
		}
		lines := painted(ink, widget.Fold(max(width-4, 1), text))
		box.Height = min(v.Height, len(lines)+4)
		return box.Draw(indented(append([]string{""}, lines...)))
	}
	about := d.about(v, max(width-4, 1), min(aboutLines, max(height-leastRows-2, 0)))
	rows := max(min(len(d.list), height-2-len(about)), 1)
	box.Height = min(v.Height, rows+2+len(about)+2)
	lines := d.rows.draw(v, &box, nil, rows, doctorColumns, d.searched(), func(row int) []widget.Cell { return d.cells(v, d.list[row]) })
	return box.Draw(append(append(lines, ""), indented(about)...))
}

// note returns how much is wrong, and when that was so.
func (d *Doctor) note(v View) string {
	if d.asked.asking {
		return "looking …"
	}
	wrong := 0
	for i := range d.findings {
		if d.findings[i].Severity >= doctor.Warning {
			wrong++
		}
	}
	text := "nothing is wrong"
	if wrong > 0 {
		text = words.Grouped(int64(wrong)) + " to mend"
	}
	if d.asked.trouble != "" {
		text = "✗ " + d.asked.trouble
	}
	return text + " · " + d.at.In(v.Location).Format("15:04:05")
}

// hint returns what the keys do to the finding under the cursor.
func (d *Doctor) hint() string {
	hint := "r look again · / search · esc close"
	f := d.current()
	if f == nil {
		return hint
	}
	if f.Mend != "" {
		hint = "y copy the mend · " + hint
	}
	if d.mendable(f) {
		hint = "x " + mendOf(f).what + " · " + hint
	}
	if f.Stream != "" {
		hint = "enter go there · " + hint
	}
	return hint
}

// about returns max so many lines about the finding under the cursor: all of it, why it matters, and what mends it.
func (d *Doctor) about(v View, width, most int) []string {
	f, th := d.current(), v.Theme
	if f == nil {
		return nil
	}
	names := slices.DeleteFunc([]string{f.Stream, f.Group, f.Consumer}, func(name string) bool { return name == "" })
	var lines []string
	for _, part := range []struct {
		ink  theme.Ink
		text string
	}{{th.Dim, strings.Join(names, " · ")}, {th.Strong, f.Message}, {th.Dim, f.Why}, {th.Text, f.Mend}} {
		if part.text != "" {
			lines = append(lines, painted(part.ink, widget.Fold(width, widget.Clean(part.text)))...)
		}
	}
	if len(lines) > most {
		lines = append(lines[:max(most-1, 0)], th.Dim.Paint("… a higher screen shows the rest; y copies what mends it"))
		lines = lines[:most]
	}
	return lines
}
