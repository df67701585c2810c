package dialog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
	"streamdesk/ui/widget"
)

// Claim asks which consumer is to take entries over.
type Claim struct {
	pendingAction
	stream *model.Stream // as it was when the dialog opened, for the consumers there are; may be nil

	consumer, minIdle, setIdle, retries *widget.TextField
	force, justID                       *widget.CheckField
	consumerRow, minIdleRow             *widget.FormRow
}

// defaultConsumer claims for the person when no other consumer offers itself.
const defaultConsumer = "streamdesk"

// NewClaim makes the dialog, and the command that looks who holds the entries now. With an empty group, those in which
// the target is pending are offered. The stream, which may be nil, says which consumers there are.
func NewClaim(env Env, target Target, group string, stream *model.Stream) (*Claim, tea.Cmd) {
	d := &Claim{
		stream:  stream,
		minIdle: widget.NewDurationField("0s", false),
		setIdle: widget.NewDurationField("", true),
		retries: widget.NewNumberField("", 0, true),
		force:   &widget.CheckField{Text: "also what nobody has pending"},
		justID:  &widget.CheckField{Text: "leave the delivery count alone"},
	}
	d.consumer = widget.NewTextField("", func(text string) string {
		return checkName(text, noOwner)
	})
	d.consumer.Width = 32
	d.consumer.Suggest = d.suggest
	d.consumerRow = &widget.FormRow{Label: "Consumer", Field: d.consumer}
	d.minIdleRow = &widget.FormRow{Label: "Min idle", Field: d.minIdle, Hint: "not what was touched since"}
	d.pendingAction = newPendingAction(env, "Claim", target, group,
		d.consumerRow,
		d.minIdleRow,
		&widget.FormRow{Label: "Set idle", Field: d.setIdle, Hint: "empty: as just delivered"},
		&widget.FormRow{Label: "Deliveries", Field: d.retries, Hint: "empty: one more than now"},
		&widget.FormRow{Label: "Force", Field: d.force},
		&widget.FormRow{Label: "Just ID", Field: d.justID},
	)
	cmd := d.inspect()
	d.propose()
	d.refresh()
	return d, cmd
}

// consumers are those of the group, the most recently active first.
func (d *Claim) consumers() []model.Consumer {
	if d.stream == nil {
		return nil
	}
	g := d.stream.Group(d.group)
	if g == nil {
		return nil
	}
	list := slices.Clone(g.Consumers)
	slices.SortStableFunc(list, func(a, b model.Consumer) int { return int(a.Idle.Milliseconds() - b.Idle.Milliseconds()) })
	return list
}

// suggest lists the consumers that what was typed could become; all of them when it could become none.
func (d *Claim) suggest(text string) []string {
	var all, fitting []string
	for _, c := range d.consumers() {
		all = append(all, c.Name)
		if strings.HasPrefix(c.Name, text) && c.Name != text {
			fitting = append(fitting, c.Name)
		}
	}
	if len(fitting) == 0 {
		return all
	}
	return fitting
}

// propose fills in what the person hasn't touched: a live consumer that doesn't hold the entries already, and the
// idle time that keeps the claim off entries that somebody takes up meanwhile.
func (d *Claim) propose() {
	if !d.consumerRow.Touched {
		d.consumer.Set(d.proposedConsumer())
	}
	if !d.minIdleRow.Touched && len(d.holdings) > 0 {
		d.minIdle.Set(roundIdle(d.holdings))
	}
}

func (d *Claim) proposedConsumer() string {
	for _, c := range d.consumers() {
		holds := slices.ContainsFunc(d.holdings, func(h change.Holding) bool { return h.Consumer == c.Name })
		if !holds && !d.env.Limits.Untouched(c.Idle) {
			return c.Name
		}
	}
	if d.env.Consumer != "" {
		return d.env.Consumer
	}
	return defaultConsumer
}

// roundIdle is the longest round time that all held entries have been idle for.
func roundIdle(holdings []change.Holding) string {
	least := time.Duration(-1)
	for i := range holdings {
		if h := &holdings[i]; h.State == change.Held && (least < 0 || h.Idle < least) {
			least = h.Idle
		}
	}
	for _, round := range []struct {
		d    time.Duration
		text string
	}{{time.Hour, "1h"}, {10 * time.Minute, "10m"}, {time.Minute, "1m"}, {10 * time.Second, "10s"}, {time.Second, "1s"}} {
		if least >= round.d {
			return round.text
		}
	}
	return "0s"
}

// Update takes keys, and the answers to the dialog's own commands.
func (d *Claim) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	if _, answer := msg.(looked); answer && d.phase == asking {
		defer d.propose() // on what the look has brought
	}
	return d.update(msg, d.act)
}

// Click presses the button under the mouse.
func (d *Claim) Click(x, y int) (cmd tea.Cmd, done bool) {
	defer d.refresh()
	return d.follows(d.click(x, y), d.inspect, d.act)
}

func (d *Claim) request() bus.ClaimRequest {
	r := bus.ClaimRequest{
		Stream: d.target.Stream, Group: d.group, Consumer: d.consumer.Text(), IDs: d.target.IDs,
		Force: d.force.On, JustID: d.justID.On,
	}
	r.MinIdle, _ = d.minIdle.Duration()
	if idle, ok := d.setIdle.Duration(); ok {
		r.SetIdle = &idle
	}
	if n, ok := d.retries.Number(); ok {
		r.RetryCount = &n
	}
	return r
}

func (d *Claim) act() tea.Cmd {
	op, request := d.env.Op, d.request()
	return d.send("claim", func(ctx context.Context) Done {
		result, err := op.Claim(ctx, request)
		done := Done{Receipts: result.Receipts, Err: err}
		if err == nil || len(result.Claimed) > 0 {
			done.Summary = claimSummary(result, request)
		}
		return done
	})
}

// claimSummary says how many were claimed, and why not all.
func claimSummary(result bus.ClaimResult, r bus.ClaimRequest) string {
	text := fmt.Sprintf("claimed %s of %s for %s", words.Grouped(int64(len(result.Claimed))),
		words.Grouped(int64(len(r.IDs))), widget.Clean(r.Consumer))
	if len(result.Missed) == 0 {
		return text
	}
	reasons := "no longer pending, or gone from the stream"
	if r.MinIdle > 0 {
		reasons = "touched in the last " + strings.TrimSpace(words.Age(r.MinIdle)) + ", " + reasons
	}
	if len(result.Claimed) == 0 {
		return text + ": " + reasons
	}
	return text + fmt.Sprintf("; %s not: %s", words.Grouped(int64(len(result.Missed))), reasons)
}

// refresh works out what follows from the fields: the button and the commands.
func (d *Claim) refresh() {
	d.offer("Claim "+words.Entries(len(d.target.IDs)), d.nothing("claim"))
	d.preview(nil)
	if d.group != "" && !faulty(d.consumer, d.minIdle, d.setIdle, d.retries) {
		d.preview(d.request().Commands())
	}
}

// Draw is the framed box.
func (d *Claim) Draw(v View) []string {
	return d.frame(v, func(p *page) {
		p.targetTable(&d.target, d.holdings)
		p.form(d.fields)
		if d.none {
			p.text(p.Warn, d.noGroup("claim"))
			return
		}
		if !faulty(d.consumer) {
			p.text(p.Strong, consequence.Claim(widget.Clean(d.consumer.Text()), len(d.target.IDs), d.owners()))
		}
		p.text(p.Warn, d.warnings()...)
		d.sends(p)
		d.state(p)
	})
}

// owners are the consumers that hold the entries, each once.
func (d *Claim) owners() []string {
	var owners []string
	for i := range d.holdings {
		if h := &d.holdings[i]; h.State == change.Held && !slices.Contains(owners, h.Consumer) {
			owners = append(owners, h.Consumer)
		}
	}
	return owners
}

// warnings are what else the claim does, in sentences.
func (d *Claim) warnings() (lines []string) {
	switch gone := change.Count(d.holdings).Gone; {
	case gone == 1 && len(d.target.IDs) == 1:
		lines = append(lines, "It is gone from the stream: the claim drops it from the pending entries instead.")
	case gone > 0:
		lines = append(lines, fmt.Sprintf("%s of them are gone from the stream: the claim drops those from the pending entries.", words.Grouped(int64(gone))))
	}
	if known := d.consumers(); len(known) > 0 && !faulty(d.consumer) {
		if !slices.ContainsFunc(known, func(c model.Consumer) bool { return c.Name == d.consumer.Text() }) {
			lines = append(lines, consequence.NewConsumer(widget.Clean(d.consumer.Text())))
		}
	}
	return append(lines, change.Busy(d.holdings)...)
}
