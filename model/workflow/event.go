package workflow

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"strings"
	"time"

	"streamdesk/model"
)

// Event is what is kept of one event of a workflow: who it is and what it says, without its payload.
type Event struct {
	Key  model.Key
	Type model.Type
	// EventID is the envelope's own ID, Agent who sent it.
	EventID, Agent string
	// Note is what the payload says in a few words: of a failure its reason, of progress how far it is.
	Note string
	// Repeat says that an earlier entry holds the same event (same ID and type): it was published again, by hand or
	// because a reply was lost, and says nothing new about its stage.
	Repeat bool
	// Talk is what it says to other agents; nil for what is of another family than a2a, and where nobody has read it: [Workflow.Add] does.
	Talk *Talk

	kind
	identity uint64 // of EventID, 0 for none
	sketch   bool   // it is out of an [Index], which doesn't keep all of this
}

// kind is what an event's type says, read once: every look at the timeline asks for it again.
type kind struct {
	outcome model.Outcome
	word    string // the last of its name
	family  string
}

// kindOf reads a type.
func kindOf(t model.Type) kind {
	name := t.Name()
	return kind{outcome: t.Outcome(), word: name[strings.LastIndexAny(name, "._-")+1:], family: t.Family()}
}

// identityOf is a number for an event's own ID: it stands for the ID where only sameness counts.
func identityOf(eventID string) uint64 {
	if eventID == "" {
		return 0
	}
	return max(maphash.String(seed, eventID), 1)
}

var seed = maphash.MakeSeed()

// NewEvent takes what is kept of a record, whatever its workflow. All but the stream's key and the type is a copy,
// so that it doesn't keep the payload alive.
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

// Outcome is what the event says about its stage.
func (k *kind) Outcome() model.Outcome { return k.outcome }

// Time is when the entry was added, by the server's clock. The producers' own timestamps are left aside: each comes
// from another clock, and a duration between two clocks is no duration.
func (e *Event) Time() time.Time { return e.Key.ID.Time() }

// Failed says whether the event tells of a failure. A cancellation is none: somebody wanted it.
func (k *kind) Failed() bool {
	return k.outcome == model.OutcomeFailed && !k.Cancelled()
}

// Cancelled says whether the event tells of a cancellation.
func (k *kind) Cancelled() bool {
	switch k.word {
	case "cancelled", "canceled":
		return true
	default:
		return false
	}
}

// Retried says whether the event tells that something begins once more.
func (k *kind) Retried() bool {
	switch k.word {
	case "retried", "retrying":
		return true
	default:
		return false
	}
}

// Creates says whether the event tells that something came to be, before anybody has started on it.
func (k *kind) Creates() bool { return k.word == "created" }

// lasting says whether the timeline hangs on the event; what isn't lasting is progress and talk.
func (k *kind) lasting() bool {
	switch k.outcome {
	case model.OutcomeGoing, model.OutcomeNone:
		return k.Creates() || k.Retried()
	default:
		return true
	}
}

// phase orders events of the same millisecond that come from different streams, whose sequence numbers say nothing
// about each other: what begins comes before what ends, and the workflow around all.
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

// Order is a text that sorts, byte by byte, as the events of a workflow do: for a store that has to find the first or
// the last of them by itself.
func (e *Event) Order() string {
	return fmt.Sprintf("%016x.%d.%016x.%s", e.Key.ID.Ms, e.phase(), e.Key.ID.Seq, e.Key.Stream)
}

// compare orders events by the time of their entries.
func (e *Event) compare(f *Event) int {
	return cmp.Or(
		cmp.Compare(e.Key.ID.Ms, f.Key.ID.Ms), cmp.Compare(e.phase(), f.phase()),
		cmp.Compare(e.Key.ID.Seq, f.Key.ID.Seq), strings.Compare(e.Key.Stream, f.Key.Stream),
	)
}
