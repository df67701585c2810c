package sink_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// TestOfABatchWithBadEventsTheOthersAreTakenOnceAndInOrder hands over events of some workflows, some of which are refused, to
// a receiver that may go away in between.
func TestOfABatchWithBadEventsTheOthersAreTakenOnceAndInOrder(t *testing.T) {
	away := errors.New("away")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 40).Draw(t, "events")
		most := rapid.IntRange(1, 12).Draw(t, "most")
		bad := rapid.SliceOfN(rapid.IntRange(0, 5), n, n).Draw(t, "bad") // 0 is
		leaves := rapid.IntRange(1, 60).Draw(t, "leaves at")
		messages := make([]bus.Message, n)
		for i := range messages {
			messages[i].ID = model.Position{Ms: uint64(i)}
			messages[i].Event.WorkflowID = fmt.Sprintf("wf-%d", i%3)
		}
		var taken []int
		calls := 0
		err := sink.Hand(messages, most, func(part []bus.Message) error {
			calls++
			if calls >= leaves {
				return away
			}
			if len(part) == 0 || len(part) > most {
				t.Fatalf("%d at once of %d", len(part), most)
			}
			for i := range part {
				if bad[part[i].ID.Ms] == 0 {
					return &sink.RefusalError{Err: errors.New("bad")}
				}
			}
			for i := range part {
				taken = append(taken, int(part[i].ID.Ms))
			}
			return nil
		})
		var failed bus.BatchError
		if err != nil && !errors.As(err, &failed) {
			t.Fatal(err)
		}
		behind := map[string]bool{}
		for i := range messages {
			workflow := messages[i].Event.WorkflowID
			_, refused := errors.AsType[*sink.RefusalError](failed[i])
			switch is := slices.Contains(taken, i); {
			case is == (failed[i] != nil):
				t.Fatalf("event %d: taken %v, and its error is %v", i, is, failed[i])
			case refused && (bad[i] != 0 || behind[workflow]):
				t.Fatalf("event %d is called bad", i)
			case is && behind[workflow]:
				t.Fatalf("event %d is taken before one of its workflow that has failed", i)
			}
			behind[workflow] = behind[workflow] || failed[i] != nil
		}
		if !slices.IsSorted(taken) || len(slices.Compact(slices.Clone(taken))) != len(taken) {
			t.Fatalf("taken: %v", taken)
		}
	})
}

func TestAReasonIsALineThatALogCanHold(t *testing.T) {
	for text, want := range map[string]string{
		"": "", " \t\n": "", " no such account \r": ": no such account", "\xff": ": \uFFFD", strings.Repeat("x", 1000): ": " + strings.Repeat("x", 400),
	} {
		if got := sink.Reason([]byte(text)); got != want {
			t.Errorf("%.20q: %q", text, got)
		}
	}
}
