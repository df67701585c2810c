package series_test

import (
	"testing"
	"time"

	"streamdesk/model/series"
)

func TestALookThatHadToWaitSaysNothingOfWhatThereIs(t *testing.T) {
	var costs series.Costs
	if got := costs.Typical(); got != 0 {
		t.Errorf("without a look: %s", got)
	}
	for i, step := range []struct{ took, want time.Duration }{
		{2 * time.Second, 2 * time.Second}, // there are millions, as far as one can tell
		{3 * time.Millisecond, 3 * time.Millisecond},
		{500 * time.Millisecond, 3 * time.Millisecond}, // the server stalled
		{500 * time.Millisecond, 3 * time.Millisecond},
		{500 * time.Millisecond, 500 * time.Millisecond}, // it has grown
		{2 * time.Millisecond, 2 * time.Millisecond},
	} {
		costs.Add(step.took)
		if got := costs.Typical(); got != step.want {
			t.Errorf("after look %d: %s, want %s", i, got, step.want)
		}
	}
}
