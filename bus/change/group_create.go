package change

import (
	"context"
	"fmt"
	"iter"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/words"
)

// CreateGroup creates a consumer group on a stream.
var CreateGroup = Kind{
	Name: "group create", Title: "Create group", Button: "Create the group", Does: "create group", Action: "create a group on the stream",
	Short: "Create a consumer group",
	Help:  `create creates a consumer group on a stream. --after says where it begins: ` + AfterHelp + `.`,
	Sends: "XGROUP CREATE",
	Example: `  streamdesk group create workflow.failed db_writers
  streamdesk group create workflow.failed db_writers --after 0 --yes
  streamdesk group create audit.archived reports --mkstream --dry-run`,
	On: NewGroup,
	Params: []Param{
		{Name: "after", Type: Position, Default: "$", Label: "Begins after", Hint: "0, $, an ID, a time", Help: "begin after this `position`"},
		{Name: "mkstream", Type: Switch, Makes: true, Help: "create the stream too when it doesn't exist", Looks: true},
	},
	Make: func(t Target, v Values) Change {
		return &groupCreation{CreateGroupRequest{Stream: t.Stream, Group: t.Group, At: v.position("after"), MkStream: v.on("mkstream")}}
	},
}

type groupCreation struct{ CreateGroupRequest }

// Look reads the length of the stream and its groups.
func (c *groupCreation) Look(ctx context.Context, on Reader) (plan Plan, err error) {
	snapshot, err := on.Snapshot(ctx, []string{c.Stream})
	if err != nil {
		return plan, err
	}
	s := snapshot.Stream(c.Stream)
	if (s == nil || s.Missing) && !c.MkStream {
		return plan, fmt.Errorf("%w: %s", fault.ErrNoStream, c.Stream)
	}
	plan.Found = s
	return plan, nil
}

func (c *groupCreation) Say(plan *Plan) {
	plan.Says, plan.Commands, plan.Nothing = nil, nil, ""
	s, _ := plan.Found.(*model.Stream)
	switch {
	case c.Group == "":
		return
	case s != nil && s.Group(c.Group) != nil:
		plan.Nothing = "there is a group of that name already: choose another"
		return
	case s != nil:
		plan.Says = []string{c.sentence(words.Entries(int(s.Length)))}
	}
	plan.Commands = c.Commands()
}

// sentence says what the group will be given; all names the entries of the stream.
func (c *groupCreation) sentence(all string) string {
	text := c.Group + " will be given "
	switch c.At {
	case model.Position{}:
		return text + "all " + all + " that the stream holds, and what is added from then on."
	case model.MaxPosition:
		return text + "what is added from now on, and none of the " + all + " that are there."
	default:
		return text + "what lies after " + c.At.String() + ", and what is added from then on."
	}
}

func (c *groupCreation) Apply(ctx context.Context, on Server, _ Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		result, err := on.CreateGroup(ctx, c.CreateGroupRequest)
		yield(result.step("created "+c.Group+", which begins "+GoesOn(c.At), "", err), err)
	}
}
