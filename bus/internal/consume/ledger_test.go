package consume

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// The ledger promises two things whatever the order of deliveries and acks: an entry is handed out once while it is in
// hand, and a group made again at resume's position sees everything that is still in hand.
func TestLedgerNeverResumesPastWhatIsInHand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := newLedger(1 << 20)
		s := &stream{key: "events:a.b"}
		inHand := make(map[uint64]*delivery)
		next := uint64(1)
		t.Repeat(map[string]func(*rapid.T){
			"read": func(t *rapid.T) {
				next += rapid.Uint64Range(1, 3).Draw(t, "gap")
				inHand[next] = enter(t, l, s, next, true)
			},
			"claim or read again": func(t *rapid.T) {
				id := rapid.Uint64Range(1, next).Draw(t, "id")
				_, there := inHand[id]
				if d := enter(t, l, s, id, !there); !there {
					inHand[id] = d
				}
			},
			"ack": func(t *rapid.T) {
				ids := make([]uint64, 0, len(inHand))
				for id := range inHand {
					ids = append(ids, id)
				}
				if len(ids) == 0 {
					t.Skip("nothing in hand")
				}
				slices.Sort(ids)
				id := rapid.SampledFrom(ids).Draw(t, "id")
				for again := []*delivery{inHand[id]}; len(again) > 0; {
					again = l.done(again) // one that was delivered again wants a second ack
				}
				delete(inHand, id)
			},
			"go to another consumer, and perhaps back, again and again": func(t *rapid.T) {
				id := rapid.Uint64Range(1, next).Draw(t, "id")
				d := inHand[id]
				if d == nil {
					t.Skip("not in hand")
				}
				for range rapid.IntRange(0, 3).Draw(t, "returns") {
					d.taken.Store(true)
					enter(t, l, s, id, false)
				}
				away := rapid.Bool().Draw(t, "away at last")
				d.taken.Store(away)
				if l.drop(d) != away {
					t.Fatalf("entry %d, away %t: dropped %t", id, away, !away)
				}
				if away {
					delete(inHand, id) // and when it comes once more, it is handed out
				}
			},
			"": func(t *rapid.T) {
				if l.inHand != len(inHand) {
					t.Fatalf("%d in hand, want %d", l.inHand, len(inHand))
				}
				for id := range inHand {
					if at := l.resume(s); !at.Before(model.Position{Ms: id}) {
						t.Fatalf("resumes at %s, with %d in hand", at, id)
					}
				}
				s.account.skip = nil // as after the entries above the floor came back
			},
		})
	})
}

func enter(t *rapid.T, l *ledger, s *stream, id uint64, fresh bool) *delivery {
	d := &delivery{stream: s}
	d.message.ID = model.Position{Ms: id}
	if kept := l.add([]*delivery{d}); (len(kept) == 1) != fresh {
		t.Fatalf("entry %d: handed out %t, want %t", id, len(kept) == 1, fresh)
	}
	return d
}
