package workflow

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

func TestTheOrderOfEventsCanBeWrittenAsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) Event {
			r := workflowRecord(rapid.IntRange(0, 3).Draw(t, label), rapid.SampledFrom(model.KnownTypes()).Draw(t, label), "")
			r.ID.Seq = rapid.SampledFrom([]uint64{0, 1, 9, 10, 1 << 63}).Draw(t, label)
			return NewEvent(&r)
		}
		e, f := draw("one"), draw("other")
		if got, want := strings.Compare(orderText(&e), orderText(&f)), e.compare(&f); got != want {
			t.Fatalf("%s and %s compare as %d, the events as %d", orderText(&e), orderText(&f), got, want)
		}
	})
}

func orderText(e *Event) string {
	o := e.Order()
	return string(o.Append(nil))
}
