package changes

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// jsonReceipt is a command that was sent, with the server's reply.
type jsonReceipt struct {
	Command []string `json:"command"`
	Reply   string   `json:"reply"`
}

// report is the result of a change for one stream and group.
type report struct {
	Action string  `json:"action"`
	Stream *string `json:"stream"`
	Group  *string `json:"group"`
	// Selected is the number of chosen entries, Changed the number of changed ones by the server's count. Chosen
	// entries that are not in Entries were not reached.
	Selected int              `json:"selected"`
	Changed  int64            `json:"changed"`
	Outcomes map[string]int   `json:"outcomes"`
	Entries  []change.Outcome `json:"entries"`
	Receipts []jsonReceipt    `json:"receipts"`
	Error    *string          `json:"error"`

	past     string // the outcome of an entry when all goes well, such as "acked"
	became   string // the same in words
	adds     bool   // the change adds the entry's content to a stream
	whole    bool   // keep every outcome and receipt, for JSON
	sent     int    // the number of commands that were sent
	leftOver int    // outcomes that weren't kept
}

func newReport(kind *change.Kind, t *target, whole bool) *report {
	return &report{
		Action: kind.Name, Stream: table.TextOrNull(t.stream), Group: table.TextOrNull(t.group), Selected: len(t.rows),
		Outcomes: map[string]int{}, Entries: []change.Outcome{}, Receipts: []jsonReceipt{}, past: kind.Past, became: kind.Became(), adds: kind.Adds, whole: whole,
	}
}

const (
	// shownEntries is the max number of entries in a text report: a screenful.
	shownEntries = 20
	// shownReceipts is the max number of commands in it; the audit file has them all.
	shownReceipts = 3
	// shownCommand is the max width of each command.
	shownCommand = 120
)

// add adds outcomes. A text report about many entries keeps only a few, and only those with another outcome than the
// expected one.
func (r *report) add(outcomes []change.Outcome) {
	for _, o := range outcomes {
		r.Outcomes[o.Outcome]++
		switch {
		case r.whole || r.Selected <= shownEntries:
			r.Entries = append(r.Entries, o)
		case o.Outcome == r.past:
		case len(r.Entries) < shownEntries:
			r.Entries = append(r.Entries, o)
		default:
			r.leftOver++
		}
	}
}

// took adds the receipts of sent commands.
func (r *report) took(receipts []model.Receipt) {
	for _, receipt := range receipts {
		r.sent++
		if r.whole || len(r.Receipts) < shownReceipts {
			r.Receipts = append(r.Receipts, jsonReceipt{receipt.Command, receipt.Reply})
		}
	}
}

// done returns the number of chosen entries that were reached.
func (r *report) done() int {
	n := 0
	for _, of := range r.Outcomes {
		n += of
	}
	return n
}

// named returns an outcome in words.
func (r *report) named(outcome string) string {
	if outcome == r.past {
		return r.became
	}
	return change.Reason(outcome)
}

// err returns why the command ends with a failure although no step failed: no chosen entry was changed, and some of
// them are still not as requested. Entries that were done already are no failure, so that a repeated change ends as the
// first did.
func (r *report) err() error {
	if r.Selected == 0 || r.Changed > 0 || r.done() < r.Selected || r.nothingLeft() {
		return nil
	}
	var why []string
	for _, name := range slices.Sorted(maps.Keys(r.Outcomes)) {
		why = append(why, fmt.Sprintf("%s %s", words.Grouped(int64(r.Outcomes[name])), r.named(name)))
	}
	return errors.New("nothing was changed: " + strings.Join(why, ", "))
}

// summary returns a text such as "acked 2 of 3 in group db_writers on events:audit.failed: 1 not pending (any more)".
func (r *report) summary() string {
	text := fmt.Sprintf("%s %s of %s", r.became, words.Grouped(r.Changed), words.Grouped(int64(r.Selected)))
	if r.Group != nil {
		text += " in group " + *r.Group
	}
	if r.Stream != nil {
		text += " on " + *r.Stream
	}
	var rest []string
	for _, name := range slices.Sorted(maps.Keys(r.Outcomes)) {
		if name != r.past {
			rest = append(rest, fmt.Sprintf("%s %s", words.Grouped(int64(r.Outcomes[name])), change.Reason(name)))
		}
	}
	if left := r.Selected - r.done(); left > 0 {
		rest = append(rest, words.Grouped(int64(left))+" not come to")
	}
	if len(rest) > 0 {
		text += ": " + strings.Join(rest, ", ")
	}
	return text
}

// printReport writes the report to stdout.
func printReport(p *program.Program, r *report) error {
	if p.JSON() {
		return program.WriteObject(p.Out, r)
	}
	var text bytes.Buffer // written at once, so that nobody reads half of it
	fmt.Fprintln(&text, widget.Clean(r.summary()))
	if err := r.table().Write(&text); err != nil {
		return err
	}
	if r.leftOver > 0 {
		fmt.Fprintf(&text, "… and %s more\n", words.Grouped(int64(r.leftOver)))
	}
	writeReceipts(&text, r.Receipts, r.sent)
	_, err := p.Out.Write(text.Bytes())
	return err
}

func writeReceipts(to *bytes.Buffer, receipts []jsonReceipt, sent int) {
	for _, receipt := range receipts {
		command := ansi.Truncate(widget.Clean(model.Command(receipt.Command).String()), shownCommand, "…")
		fmt.Fprintf(to, "%s → %s\n", command, widget.Clean(receipt.Reply))
	}
	if more := sent - len(receipts); more > 0 {
		fmt.Fprintf(to, "… and %s more commands\n", words.Grouped(int64(more)))
	}
}

func (r *report) table() *table.Text {
	added := slices.ContainsFunc(r.Entries, func(o change.Outcome) bool { return o.AddedID != nil })
	columns := []table.Head{table.Left("ID"), table.Left("OUTCOME")}
	if added {
		columns = append(columns, table.Left("NEW ENTRY"))
	}
	t := table.NewText(columns...)
	for _, o := range r.Entries {
		named := r.named(o.Outcome)
		if o.Acked != nil && *o.Acked {
			named += ", original acked"
		} else if o.Acked != nil {
			named += ", original not pending any more"
		}
		cells := []string{o.ID.String(), named}
		if added {
			key := "-"
			if o.AddedID != nil {
				key = o.AddedStream + " " + o.AddedID.String()
			}
			cells = append(cells, key)
		}
		t.Add(cells...)
	}
	return t
}

// nothingLeft reports whether no chosen entry had anything left to change: each was acked or gone already. For a change
// that adds an entry's content elsewhere, a gone entry is lost rather than done.
func (r *report) nothingLeft() bool {
	for name := range r.Outcomes {
		if name != change.NotPending && (name != change.Gone || r.adds) {
			return false
		}
	}
	return true
}
