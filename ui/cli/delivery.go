package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// jsonDelivery is the delivery command's result for an entry.
type jsonDelivery struct {
	Stream string              `json:"stream"`
	ID     model.Position      `json:"id"`
	Gone   bool                `json:"gone"`
	Groups []jsonGroupDelivery `json:"groups"`
}

// jsonGroupDelivery is the state of the entry in one group. The last three fields are null unless the entry is pending.
type jsonGroupDelivery struct {
	Group      string   `json:"group"`
	State      string   `json:"state"`
	Consumer   *string  `json:"consumer"`
	Idle       *float64 `json:"idle_seconds"`
	Deliveries *int64   `json:"deliveries"`
}

func deliveryCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "delivery STREAM ID",
		Short: "Say where one entry stands with each group",
		Long: `delivery says for each group of a stream what became of one entry:
  not delivered   the group hasn't come to it yet
  pending         a consumer holds it: which, for how long, and how often it was delivered
  acked           the group is past it and nobody holds it: acknowledged, or skipped by XGROUP SETID
  gone            the entry was trimmed or deleted and isn't pending: nothing tells whether it was
                  acknowledged before
  never existed   the stream's figures prove that no entry of that ID was ever added
  unknown         the group can't be asked
STREAM is the stream's key or the event type. An entry that was trimmed or deleted is "gone"; groups may still hold
it. It changes nothing: it sends XRANGE, XINFO and XPENDING.`,
		Example: `  streamdesk delivery workflow.failed 1762341120000-0
  streamdesk delivery events:audit.completed 1762341120000-0 --output json |
    jq '.groups[] | select(.state == "pending")'`,
		Args:              program.Arguments(2, 2),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := parseID(args[1])
			if err != nil {
				return program.WrongUse("%w", err)
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				return tellDelivery(cmd.Context(), p, s, model.Key{Stream: s.Stream(args[0]), ID: id})
			})
		},
	}
}

// parseID parses the ID of one entry. The range ends - and + of Redis are errors.
func parseID(text string) (model.Position, error) {
	id, err := model.ParsePosition(text)
	if err == nil && (id.IsZero() || text == "+") {
		err = fmt.Errorf("%w: %q (want milliseconds-sequence, such as 1700000000000-0)", model.ErrPosition, text)
	}
	return id, err
}

func tellDelivery(ctx context.Context, p *program.Program, s *program.Session, key model.Key) error {
	snapshot, err := s.Observe(ctx, key.Stream)
	if err == nil {
		err = program.OneStream(&snapshot.Streams[0])
	}
	if err != nil {
		return err
	}
	d, err := s.Reader().Delivery(ctx, key)
	if err != nil {
		return err
	}
	pending := false
	for _, g := range d.Groups {
		pending = pending || g.Pending != nil
	}
	if stream := &snapshot.Streams[0]; d.Gone && !pending && key.ID.After(stream.Last) {
		return fmt.Errorf("%s has no entry %s, and never had: its last one is %s", key.Stream, key.ID, stream.Last)
	}
	if p.JSON() {
		return program.WriteObject(p.Out, newJSONDelivery(&d))
	}
	switch {
	case d.Never:
		p.Say("%s never existed: the stream has lost nothing that can have had this ID", key)
	case d.Gone:
		p.Say("%s is gone: trimmed or deleted, or it never was", key)
	}
	if len(d.Groups) == 0 {
		p.Say("%s has no consumer groups: they appear when a consumer starts", key.Stream)
	}
	return deliveryTable(&d).Write(p.Out)
}

func newJSONDelivery(d *model.Delivery) jsonDelivery {
	j := jsonDelivery{Stream: d.Key.Stream, ID: d.Key.ID, Gone: d.Gone, Groups: make([]jsonGroupDelivery, len(d.Groups))}
	for i, g := range d.Groups {
		j.Groups[i] = jsonGroupDelivery{Group: g.Group, State: g.State.String()}
		if row := g.Pending; row != nil {
			j.Groups[i].Consumer, j.Groups[i].Idle, j.Groups[i].Deliveries = &row.Consumer, table.Seconds(row.Idle), &row.Deliveries
		}
	}
	return j
}

func deliveryTable(d *model.Delivery) *table.Text {
	t := table.NewText(table.Left("GROUP"), table.Left("STATE"), table.Left("CONSUMER"), table.Right("IDLE"), table.Right("DELIVERIES"))
	for _, g := range d.Groups {
		cells := []string{g.Group, g.State.String(), "-", "-", "-"}
		if row := g.Pending; row != nil {
			cells = []string{
				g.Group, g.State.String(), row.Consumer, words.Age(max(row.Idle, 0)), strconv.FormatInt(row.Deliveries, 10),
			}
		}
		t.Add(cells...)
	}
	return t
}
