package dialog

import (
	"streamdesk/bus/change"
	"streamdesk/bus/doctor"
)

// mending is the dialog that mends a finding: a change of some kind, or the dead letters.
type mending struct {
	kind    *change.Kind
	letters bool
	// what is what it does, for the line of keys.
	what string
}

// mendings are those of the checks. A check that isn't here is mended elsewhere: by starting a consumer, or in the server's settings.
var mendings = map[string]mending{
	"poison":          {kind: &change.DeadLetter, what: "give it up"},
	"stuck":           {kind: &change.Claim, what: "claim"},
	"gone":            {kind: &change.Ack, what: "acknowledge what is gone"},
	"dead_consumer":   {kind: &change.MoveConsumer, what: "move what it holds"},
	"clutter":         {kind: &change.DeleteConsumer, what: "delete the consumer"},
	"uncapped":        {kind: &change.Trim, what: "trim"},
	"never_delivered": {kind: &change.SetGroupID, what: "set the group's position"},
	"paused":          {kind: &change.ResumeGroup, what: "resume the group"},
	"dead_letters":    {letters: true, what: "dead letters"},
}

// mendOf returns the dialog that mends a finding; zero when there is none. A change of entries needs some.
func mendOf(f *doctor.Finding) mending {
	m := mendings[f.Check]
	if f.Severity == doctor.OK || m.kind != nil && m.kind.On == change.Pending && len(f.IDs) == 0 {
		return mending{}
	}
	return m
}
