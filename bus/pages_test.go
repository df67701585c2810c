package bus_test

import (
	"slices"
	"strings"
	"testing"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

func TestPagesAreTheEntriesOfAStreamInOrder(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	small, large := s.add(t, "events:a", 1, 3000), s.add(t, "events:b", 1, 1500)
	for name, done := range map[string]func(page int) bool{
		"kept":           func(int) bool { return false },
		"done with":      func(int) bool { return true },
		"some done with": func(page int) bool { return page%2 == 1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, want := range [][]model.Entry{small, large[100:1200], small, nil} {
				span := observe.Span{Stream: "events:none", To: model.MaxPosition}
				if len(want) > 0 {
					span = observe.Span{Stream: want[0].Stream, From: want[0].ID, To: want[len(want)-1].ID}
				}
				var kept, seen []model.Entry
				n := 0
				for page, err := range s.Reader().Pages(t.Context(), span) {
					if err != nil {
						t.Fatal(err)
					}
					for i := range page.Entries {
						seen = append(seen, cloned(&page.Entries[i]))
					}
					n++
					if done(n) {
						page.Done()
					} else {
						kept = append(kept, page.Entries...)
					}
				}
				sameEntries(t, seen, want)
				for i := range kept { // later pages have left them alone
					at := slices.IndexFunc(want, func(e model.Entry) bool { return e.ID == kept[i].ID })
					if at < 0 {
						t.Fatalf("%s isn't in the stream any more", kept[i].Key())
					}
					sameEntries(t, kept[i:i+1], want[at:at+1])
				}
			}
		})
	}
}

// cloned is an entry with memory of its own.
func cloned(e *model.Entry) model.Entry {
	c := model.Entry{Stream: e.Stream, ID: e.ID}
	for _, f := range e.Fields {
		c.Fields = append(c.Fields, model.Field{Name: strings.Clone(f.Name), Value: strings.Clone(f.Value)})
	}
	return c
}

func sameEntries(t *testing.T, got, want []model.Entry) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range got {
		if got[i].Key() != want[i].Key() || !slices.Equal(got[i].Fields, want[i].Fields) {
			t.Fatalf("%+v, want %+v", got[i], want[i])
		}
	}
}
