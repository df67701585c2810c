package workflow

import (
	"encoding/json"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// TalkKind is what an event between agents does.
type TalkKind uint8

// The kinds.
const (
	// Told is what nobody has to answer.
	Told TalkKind = iota
	// Asked wants an answer.
	Asked
	// Answered is one.
	Answered
)

// Talk is what an event of the family a2a says of itself. The wire format names its sender (source_agent) and leaves the rest to
// the payload, so that it is read under the names that producers use for it.
type Talk struct {
	Kind TalkKind
	// From is the agent that sent it, To the one that it is meant for; empty where nothing says so.
	From, To string
	// Action is what is asked or told, in a word of the producer's; empty when it doesn't say.
	Action string
	// Failed says that an answer tells of a failure.
	Failed bool

	eventID string
	refs    [refKinds]string // the IDs that tie an answer to what was asked, the most telling first
}

// Topic is what answers are compared by: what was asked, or else of whom.
func (t *Talk) Topic() string {
	if t.Action != "" {
		return t.Action
	}
	return t.To
}

// What IDs tie an answer to its request, the most telling first: that of the very request, that of the exchange, and that of the
// whole conversation, in which more than one thing may be asked.
const (
	refReply = iota
	refRequest
	refCorrelation
	refConversation
	refKinds
)

// set takes over a member of the payload under one of the names that producers use, in small letters and without "_" and "-". Of
// several that say the same the first counts.
func (t *Talk) set(name []byte, value string) {
	into := &t.refs[refReply]
	switch string(name) {
	case "inreplyto":
	case "requestid":
		into = &t.refs[refRequest]
	case "correlationid":
		into = &t.refs[refCorrelation]
	case "conversationid":
		into = &t.refs[refConversation]
	case "from", "fromagent", "sourceagent", "sender":
		into = &t.From
	case "to", "toagent", "target", "targetagent", "recipient", "receiver":
		into = &t.To
	case "action", "method", "task", "intent":
		into = &t.Action
	case "status":
		t.Failed = t.Failed || failing(textOf(value))
		return
	default:
		return
	}
	if *into == "" {
		*into = strings.Clone(textOf(value))
	}
}

// textOf is a member's value where it is a text or a number, and no longer than is kept; empty else.
func textOf(value string) string {
	switch c := value[0]; {
	case len(value) > talkText:
	case c == '"':
		return jsontext.Unquote(value)
	case c == '-' || c >= '0' && c <= '9':
		return value
	}
	return ""
}

const (
	// talkBytes is how much of a payload is read for that: who talks stands before what is said.
	talkBytes = 64 << 10
	// talkText is the longest name or ID, in bytes, that is kept.
	talkText = 256
	// talkKey is the longest name of a member, with its quotes, that is looked up.
	talkKey = 24
)

// talkOf is what a record says to other agents; nil when it is of another family.
func talkOf(r *model.Record, k *kind) *Talk {
	if k.family != model.FamilyA2A {
		return nil
	}
	t := &Talk{eventID: r.Event.ID}
	switch k.outcome {
	case model.OutcomeBegun:
		t.Kind = Asked
	case model.OutcomeDone, model.OutcomeFailed:
		t.Kind = Answered
	default:
	}
	t.read(r.Event.Data)
	if r.Event.SourceAgent != "" {
		t.From = r.Event.SourceAgent // the envelope's word comes before the payload's
	}
	t.Failed = t.Failed || k.outcome == model.OutcomeFailed
	t.eventID, t.From = strings.Clone(t.eventID), strings.Clone(t.From)
	return t
}

// read takes over what a payload says.
func (t *Talk) read(data json.RawMessage) {
	// What was read before a text breaks off is as good as the rest.
	_ = model.ScanObject(jsontext.View(data[:min(len(data), talkBytes)]), func(key, value string) {
		var name [talkKey]byte
		t.set(plainName(name[:0], key), value)
	})
}

// plainName is a member's name in small letters and without quotes, "_" and "-"; empty when it is longer than any that is read.
func plainName(into []byte, key string) []byte {
	if len(key) > cap(into) {
		return nil
	}
	for i := range len(key) {
		switch c := key[i]; {
		case c >= 'A' && c <= 'Z':
			into = append(into, c+'a'-'A')
		case c != '"' && c != '_' && c != '-':
			into = append(into, c)
		}
	}
	return into
}

// failing says whether a status tells of a failure.
func failing(status string) bool {
	return slices.Contains([]string{"error", "failed", "failure", "rejected", "refused", "timeout", "cancelled"}, strings.ToLower(status))
}

// question is something that was asked and isn't answered yet.
type question struct {
	*Talk
	place int // of its event
	since model.Position
}

// questions are what wait for an answer, in the order that they were asked in.
type questions []question

// answered takes the question out that an answer is for; false when it is for none of them. Where an ID says so, it is the first
// with the most telling ID that both have, of the agent that answers where there are several. Where either side says none, it is the
// first that was asked of that agent by the one that the answer goes to, and by is order.
func (q *questions) answered(t *Talk) (of question, by Tie, ok bool) {
	at := -1
	for _, ref := range t.refs {
		if at = q.called(ref, t); at >= 0 {
			by = TieID
			break
		}
	}
	if at < 0 {
		by = TieOrder
		at = slices.IndexFunc(*q, func(o question) bool { return (!t.refers() || !o.refers()) && o.between(t) })
	}
	if at < 0 {
		return question{}, TieNone, false
	}
	of = (*q)[at]
	*q = slices.Delete(*q, at, at+1)
	return of, by, true
}

// called is the place of the question that an ID means, -1 for none.
func (q *questions) called(ref string, t *Talk) int {
	first := -1
	for i, o := range *q {
		if ref == "" || ref != o.eventID && !slices.Contains(o.refs[:], ref) {
			continue
		}
		if o.between(t) {
			return i
		}
		if first < 0 {
			first = i
		}
	}
	return first
}

// refers says whether it holds an ID that an answer can be told by.
func (t *Talk) refers() bool { return t.refs != [refKinds]string{} }

// between says whether an answer goes back between the two that the question went between, as far as both say.
func (t *Talk) between(answer *Talk) bool {
	return (t.To == "" || answer.From == "" || t.To == answer.From) && (t.From == "" || answer.To == "" || t.From == answer.To)
}

// Tie is what ties an answer to its request.
type Tie uint8

// The ties.
const (
	// TieNone: nothing does.
	TieNone Tie = iota
	// TieID: both hold the same ID.
	TieID
	// TieOrder: no ID says so; it is the first answer since, between the same two.
	TieOrder
)
