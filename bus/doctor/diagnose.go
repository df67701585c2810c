package doctor

import (
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
)

// Limits are the thresholds at which something counts as wrong.
type Limits struct {
	// Limits are the limits for the state of groups.
	health.Limits
	// Dead is the max idle time of a consumer with pending entries, Clutter of one without any.
	Dead, Clutter time.Duration
	// Length is the length at which an untrimmed stream is a warning, and Notice the length at which it is mentioned.
	Length, Notice int64
	// Full and NearlyFull are the shares of maxmemory that are critical and a warning.
	Full, NearlyFull float64
}

// DefaultLimits are the default thresholds. An hour is longer than any deployment takes, and a day is longer than any
// schedule of a consumer. A million entries are about 200 MB, and ten thousand are worth a mention. A server at nine tenths
// of its memory needs action now, at three quarters soon.
var DefaultLimits = Limits{
	Limits: health.Defaults,
	Dead:   time.Hour, Clutter: 24 * time.Hour, Length: 1_000_000, Notice: 10_000, Full: 0.9, NearlyFull: 0.75,
}

// diagnosis is an examination with everything else that a check needs.
type diagnosis struct {
	*Examination
	Limits
	Programs
}

// check looks for one kind of trouble. fine is the message when it finds none.
type check struct {
	name string
	find func(*diagnosis) []Finding
	fine string
}

// checks are all checks, in the order in which they are shown: what is lost stands before what still waits.
var checks = []check{
	{"server", (*diagnosis).server, ""},
	{"tunnel", (*diagnosis).tunnel, ""},
	{"capabilities", (*diagnosis).capabilities, "the server can do everything that streamdesk makes use of"},
	{"durability", (*diagnosis).durability, ""},
	{"eviction", (*diagnosis).eviction, ""},
	{"memory", (*diagnosis).memory, ""},
	{"clock", (*diagnosis).clock, ""},
	{"wrong_type", (*diagnosis).wrongType, "every key under the prefix is a stream that can be read"},
	{"ahead", (*diagnosis).ahead, "no stream's IDs lie ahead of the server's clock"},
	{"uncapped", (*diagnosis).uncapped, "no stream grows without being trimmed"},
	{"paused", (*diagnosis).paused, ""},
	{"gone", (*diagnosis).gone, "no pending entry was seen to be trimmed or deleted"},
	{"no_consumers", (*diagnosis).noConsumers, "every group with something to do has consumers"},
	{"behind", (*diagnosis).behind, "no group is behind"},
	{"late", (*diagnosis).late, "no group's oldest pending entry is too old"},
	{"lag_unknown", (*diagnosis).lagUnknown, "the lag of every group is known"},
	{"never_delivered", (*diagnosis).neverDelivered, "no group is known to have lost entries before it had read them"},
	{"contradiction", (*diagnosis).contradictions, "the server's figures of groups contradict each other nowhere"},
	{"stuck", (*diagnosis).stuck, "no pending entry was seen to lie untouched"},
	{"poison", (*diagnosis).poison, "no pending entry was seen to fail again and again"},
	{"dead_consumer", (*diagnosis).deadConsumers, "no consumer has died with entries pending"},
	{"clutter", (*diagnosis).clutter, "no consumer is left over"},
	{"dead_letters", (*diagnosis).deadLetters, "no dead letters wait"},
	{"scheduled", (*diagnosis).scheduled, "no scheduled event is overdue"},
	{"retention", (*diagnosis).retention, ""},
	{"not_examined", (*diagnosis).notExamined, ""},
}

// Diagnose returns what is wrong with the examined bus, the worst first. A check that finds nothing returns one finding that
// is OK.
func Diagnose(e *Examination, limits Limits, programs Programs) []Finding {
	d := &diagnosis{e, limits, programs}
	var all []Finding
	for _, c := range checks {
		found := c.find(d)
		if len(found) == 0 && c.fine != "" {
			found = []Finding{{Message: c.fine}}
		}
		for i := range found {
			found[i].Check = c.name
		}
		all = append(all, found...)
	}
	sortFindings(all)
	return all
}

// eachGroup calls do for every group of every readable stream, as of the second look.
func (d *diagnosis) eachGroup(do func(s *model.Stream, g *model.Group)) {
	for i := range d.Second.Streams {
		s := &d.Second.Streams[i]
		for j := range s.Groups {
			do(s, &s.Groups[j])
		}
	}
}

// eachSign calls do for every figure of a group that puts the group into the state.
func (d *diagnosis) eachSign(state health.State, do func(s *model.Stream, g *model.Group, sign *health.Alert)) {
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		signs := health.Signs(s, g, d.Second.At, d.Limits.Limits)
		for i := range signs {
			if signs[i].State == state {
				do(s, g, &signs[i])
			}
		}
	})
}

// pause returns the time between the two looks by the server's clock; 0 when there was only one.
func (d *diagnosis) pause() time.Duration { return d.Second.At.Sub(d.First.At) }
