package workflow

import (
	"hash/maphash"
	"strings"
	"time"

	"streamdesk/model"
)

// Event is the part of a workflow's event that is kept: its identity and meaning, without the payload.
type Event struct {
	Key  model.Key
	Type model.Type
	// EventID is the envelope's own ID, Agent the sender.
	EventID, Agent string
	// Note sums up the payload in a few words: the reason of a failure, or how far progress is.
	Note string
	// Repeat is true when an earlier entry holds the same event (same ID and type). It was published again, by hand or
	// because a reply was lost, and changes nothing in its stage.
	Repeat bool
	// Talk is what the event says to other agents; nil for families other than a2a, and until [Workflow.Add] has
	// decoded it.
	Talk *Talk

	kind
	identity uint64 // of EventID; 0 when there is none
	sketch   bool   // it comes from an [Index], which doesn't keep all fields
}

// kind is the parsed event type, cached because the timeline needs it often.
type kind struct {
	outcome model.Outcome
	word    string // the last word of its name
	family  string
}

// kindOf parses a type.
func kindOf(t model.Type) kind {
	name := t.Name()
	return kind{outcome: t.Outcome(), word: name[strings.LastIndexAny(name, "._-")+1:], family: t.Family()}
}

// identityOf returns a number for an event's own ID, used to compare IDs for equality.
func identityOf(eventID string) uint64 {
	if eventID == "" {
		return 0
	}
	return max(maphash.String(seed, eventID), 1)
}

var seed = maphash.MakeSeed()

// NewEvent returns the Event of a record of any workflow. All but the stream's key and the type is copied, so that it
// doesn't keep the payload alive.
func NewEvent(r *model.Record) Event {
	e := Event{
		Key: r.Key(), Type: r.Event.Type, EventID: strings.Clone(r.Event.ID), Agent: strings.Clone(r.Event.SourceAgent),
		kind: kindOf(r.Event.Type), identity: identityOf(r.Event.ID),
	}
	switch e.outcome {
	case model.OutcomeFailed:
		e.Note = reasonOf(r)
	case model.OutcomeGoing, model.OutcomeNone:
		e.Note = noteOf(r.Event.Data)
	default:
	}
	return e
}

// Bare returns the Event of an entry of which only the key and the type are told: it has no IDs and no note.
func Bare(key model.Key, t model.Type) Event { return Event{Key: key, Type: t, kind: kindOf(t)} }

// Reason returns in a few words why the event of a record failed: the note of its Event. It is "" for one that didn't fail.
func Reason(r *model.Record) string {
	if r.Event.Type.Outcome() != model.OutcomeFailed {
		return ""
	}
	return reasonOf(r)
}

// Outcome returns what the event says about its stage.
func (k *kind) Outcome() model.Outcome { return k.outcome }

// Time returns when the entry was added, by the server's clock. The producers' own timestamps aren't used: they come
// from different clocks, between which no duration can be measured.
func (e *Event) Time() time.Time { return e.Key.ID.Time() }

// Failed reports whether the event is a failure. A cancellation isn't one: somebody wanted it.
func (k *kind) Failed() bool {
	return k.outcome == model.OutcomeFailed && !k.Cancelled()
}

// Cancelled reports whether the event is a cancellation.
func (k *kind) Cancelled() bool {
	switch k.word {
	case "cancelled", "canceled":
		return true
	default:
		return false
	}
}

// Retried reports whether the event says that something begins again.
func (k *kind) Retried() bool {
	switch k.word {
	case "retried", "retrying":
		return true
	default:
		return false
	}
}

// Creates reports whether the event says that something was created and hasn't been started.
func (k *kind) Creates() bool { return k.word == "created" }

// lasting reports whether the timeline depends on the event. Progress and talk aren't lasting.
func (k *kind) lasting() bool {
	switch k.outcome {
	case model.OutcomeGoing, model.OutcomeNone:
		return k.Creates() || k.Retried()
	default:
		return true
	}
}

// phase orders events of the same millisecond from different streams, whose sequence numbers can't be compared.
// Beginnings come before ends, and the workflow's own events first and last.
func (k *kind) phase() int {
	around := k.family == model.FamilyWorkflow
	switch k.outcome {
	case model.OutcomeBegun:
		if around || k.family == model.FamilyA2A {
			return 1
		}
		return 2
	case model.OutcomeDone, model.OutcomeFailed:
		if around {
			return 6
		}
		return 4
	default:
		switch {
		case k.Creates():
			return 0
		case k.Retried():
			return 5
		}
		return 3
	}
}
