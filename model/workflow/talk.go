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
	// Told needs no answer.
	Told TalkKind = iota
	// Asked needs an answer.
	Asked
	// Answered is an answer.
	Answered
)

// Talk is what an event of the family a2a says. The wire format names only its sender (source_agent). The rest is read
// from the payload, under the names that producers use.
type Talk struct {
	Kind TalkKind
	// From is the sending agent, To the recipient; empty when unknown.
	From, To string
	// Action is what is asked or told, in a word of the producer's; empty when there is none.
	Action string
	// Failed is true when an answer reports a failure.
	Failed bool

	eventID string
	refs    [refKinds]string // the IDs that link an answer to its request, the most specific first
}

// Topic returns the key by which answer times are compared: the action, or else the agent asked.
func (t *Talk) Topic() string {
	if t.Action != "" {
		return t.Action
	}
	return t.To
}

// Kinds of IDs that link an answer to its request, the most specific first: of the request itself, of the exchange, and
// of the whole conversation, which may hold several requests.
const (
	refReply = iota
	refRequest
	refCorrelation
	refConversation
	refKinds
)

// set stores a member of the payload by its name, in lower case and without "_" and "-". When several members mean the
// same, the first counts.
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

// textOf returns a member's value when it is a text or a number of max talkText bytes, else "".
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
	// talkBytes is how much of a payload is read for a Talk: the agents usually come before the content.
	talkBytes = 64 << 10
	// talkText is the max length, in bytes, of a name or ID that is kept.
	talkText = 256
	// talkKey is the max length of a member's name, with its quotes, that is looked up.
	talkKey = 24
)

// talkOf returns what a record says to other agents; nil for other families.
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
		t.From = r.Event.SourceAgent // the envelope takes precedence over the payload
	}
	t.Failed = t.Failed || k.outcome == model.OutcomeFailed
	t.eventID, t.From = strings.Clone(t.eventID), strings.Clone(t.From)
	return t
}

// read decodes a payload into t.
func (t *Talk) read(data json.RawMessage) {
	// What was read before a syntax error is still used.
	_ = model.ScanObject(jsontext.View(data[:min(len(data), talkBytes)]), func(key, value string) {
		var name [talkKey]byte
		t.set(plainName(name[:0], key), value)
	})
}

// plainName returns a member's name in lower case, without quotes, "_" and "-"; empty when it is too long to be a known
// one.
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

// failing reports whether a status means a failure.
func failing(status string) bool {
	return slices.Contains([]string{"error", "failed", "failure", "rejected", "refused", "timeout", "cancelled"}, strings.ToLower(status))
}

// question is a request that isn't answered yet.
type question struct {
	*Talk
	place int // index of its event
	since model.Position
}

// questions are the open requests, in the order in which they were asked.
type questions []question

// answered removes and returns the question that an answer is for; false when there is none. If both sides have IDs, it
// is the first with the most specific common ID; among several, one asked of the answering agent. If either side has
// none, it is the first that the answer's recipient asked that agent, and by is TieOrder.
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

// called returns the index of the question with an ID; -1 when there is none.
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

// refers reports whether it holds an ID that can link an answer to its request.
func (t *Talk) refers() bool { return t.refs != [refKinds]string{} }

// between reports whether an answer goes back between the two agents of the question, as far as both name them.
func (t *Talk) between(answer *Talk) bool {
	return (t.To == "" || answer.From == "" || t.To == answer.From) && (t.From == "" || answer.To == "" || t.From == answer.To)
}

// Tie is how an answer was matched with its request.
type Tie uint8

// The ties.
const (
	// TieNone: not matched.
	TieNone Tie = iota
	// TieID: both hold the same ID.
	TieID
	// TieOrder: without an ID, by the first later answer between the same two agents.
	TieOrder
)
