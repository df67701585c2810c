package change

import (
	"cmp"
	"context"
	"iter"
	"os"
	"os/user"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
)

// heeds says whose consumers follow a pause or a limit.
const heeds = "Consumers of streamdesk's library follow it within a second or so; those of other libraries don't know of it."

// PauseGroup pauses a consumer group on all streams of the bus.
var PauseGroup = Kind{
	Name: "pause", Title: "Pause group", Button: "Pause the group", Does: "pause group", Action: "pause the group: it reads nothing new",
	Short: "Pause a consumer group: it reads nothing new",
	Help: `pause has the consumers of a group read and claim nothing more, on all streams of the bus. What they have in hand
they finish and acknowledge; handlers aren't cut off. The pause ends by itself after --for, unless it is renewed by
pausing again, so that one that is forgotten does no harm; 'streamdesk resume' ends it at once. ` + heeds + `
A server that restarts without persistence has forgotten it.`,
	Sends: "SET with an expiry",
	Example: `  streamdesk pause db_writers
  streamdesk pause db_writers --for 30m --why 'the database is moved' --yes
  streamdesk pause db_writers --dry-run`,
	On: GroupEverywhere,
	Params: []Param{
		{
			Name: "for", Type: Age, Default: "1h", Label: "For", Hint: "30m, 2h; again extends it",
			Help: "end by itself after this `time`", Needed: "say for how long, such as 30m",
		},
		{Name: "why", Type: Text, Label: "Why", Hint: "shown with it", Help: "the `reason`, shown wherever the group is"},
		{Name: "by", Type: Text, Label: "By", Hint: "you, when it is empty", Help: "the `name` of who pauses it; default the user and host"},
	},
	Check: func(_ Target, v Values, _ *Plan) error {
		if d := v.age("for"); d == nil || *d < time.Second {
			return errShortPause
		}
		return nil
	},
	Make: func(t Target, v Values) Change {
		c := &pausing{group: t.Group, by: cmp.Or(v["by"], person()), why: v["why"]}
		if d := v.age("for"); d != nil {
			c.length = *d
		}
		return c
	},
}

type pauseError string

func (e pauseError) Error() string { return string(e) }

// errShortPause is the error of a pause that would be over before consumers noticed it.
const errShortPause = pauseError("--for: a pause lasts a second or more, such as 30m")

// person returns who runs the program, as name@host.
func person() string {
	name := os.Getenv("USER")
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	if host, err := os.Hostname(); err == nil && host != "" {
		return name + "@" + host
	}
	return name
}

// standing is what was set for a group at a look.
type standing struct {
	control *model.Control
	at      time.Time
	prefix  string
}

// lookAtControl reads what is set for a group.
func lookAtControl(ctx context.Context, on Reader, group string) (plan Plan, err error) {
	control, at, err := on.Control(ctx, group)
	if err != nil {
		return plan, err
	}
	plan.Found = &standing{control, at, on.Prefix()}
	return plan, nil
}

// standing returns what a look found; nil when nobody looked.
func (p *Plan) standing() *standing {
	found, _ := p.Found.(*standing)
	return found
}

type pausing struct {
	group, by, why string
	length         time.Duration
}

func (c *pausing) Look(ctx context.Context, on Reader) (Plan, error) {
	return lookAtControl(ctx, on, c.group)
}

// command returns the command that pauses the group. A pause that is renewed keeps its beginning.
func (c *pausing) command(prefix string, plan *Plan) model.Command {
	p := model.Pause{By: c.by, Why: c.why, Since: time.Now()}
	if found := plan.standing(); found != nil {
		p.Since = found.at
		if was := found.control.Pause; was != nil && !was.Since.IsZero() {
			p.Since = was.Since
		}
	}
	return model.Command{"SET", model.PauseKey(prefix, c.group), p.Text(), "PX", millisText(c.length)}
}

func (c *pausing) Say(plan *Plan) {
	found := plan.standing()
	if found == nil {
		return
	}
	if c.length < time.Second {
		plan.Nothing = "a pause lasts a second or more"
		return
	}
	plan.Commands = []model.Command{c.command(found.prefix, plan)}
	plan.Says = []string{c.group + " will read nothing new for " + words.Age(c.length) + ", on all its streams, and then go on by itself."}
	plan.Details = []string{"What its consumers have in hand they finish and acknowledge.", heeds}
	plan.Warns = nil
	if was := found.control.Pause; was != nil {
		plan.Warns = []string{"It is paused already" + pausedBy(was, found.at) + ": this replaces that."}
	}
}

// pausedBy says by whom and for how long a group is paused.
func pausedBy(p *model.Pause, now time.Time) (text string) {
	if p.By != "" {
		text = " by " + p.By
	}
	if p.Until.IsZero() {
		return text + ", without an end"
	}
	return text + ", for " + words.Age(p.Until.Sub(now)) + " more"
}

func (c *pausing) Apply(ctx context.Context, on Server, plan Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		_, receipts, err := on.Together(ctx, c.command(on.Prefix(), &plan))
		result := GroupResult{Changed: err == nil, Receipts: receipts}
		yield(result.step("paused "+c.group+" for "+words.Age(c.length), "", err), err)
	}
}

// ResumeGroup ends the pause of a consumer group.
var ResumeGroup = Kind{
	Name: "resume", Title: "Resume group", Button: "Resume the group", Does: "resume group", Action: "resume the paused group",
	Short: "End the pause of a consumer group",
	Help:  `resume ends the pause of a group at once: its consumers go on within a second or so.`,
	Sends: "DEL",
	Example: `  streamdesk resume db_writers
  streamdesk resume db_writers --yes
  streamdesk resume db_writers --dry-run`,
	On:   GroupEverywhere,
	Make: func(t Target, _ Values) Change { return &resuming{t.Group} },
}

type resuming struct{ group string }

func (c *resuming) Look(ctx context.Context, on Reader) (Plan, error) {
	return lookAtControl(ctx, on, c.group)
}

func (c *resuming) command(prefix string) model.Command {
	return model.Command{"DEL", model.PauseKey(prefix, c.group)}
}

func (c *resuming) Say(plan *Plan) {
	found := plan.standing()
	if found == nil {
		return
	}
	was := found.control.Pause
	if was == nil {
		plan.Says, plan.Nothing = []string{c.group + " isn't paused."}, "it isn't paused"
		return
	}
	plan.Commands = []model.Command{c.command(found.prefix)}
	plan.Says = []string{c.group + " will go on reading on all its streams. It was paused" + pausedBy(was, found.at) + "."}
}

func (c *resuming) Apply(ctx context.Context, on Server, _ Plan) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		counts, receipts, err := on.Together(ctx, c.command(on.Prefix()))
		result := GroupResult{Changed: len(counts) > 0 && counts[0] > 0, Receipts: receipts}
		yield(result.step("resumed "+c.group, "resumed nothing: "+c.group+" wasn't paused", err), err)
	}
}
