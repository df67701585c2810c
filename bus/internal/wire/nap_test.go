package wire_test

import (
	"context"
	"testing"
	"time"

	"streamdesk/bus/internal/wire"
)

func TestANapLastsAsLongAsAsked(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	var n wire.Nap
	defer n.Close()
	for _, d := range []time.Duration{0, 100 * time.Microsecond, 2 * time.Millisecond, 6 * time.Millisecond} {
		began := time.Now()
		if !n.Pause(ctx, d) {
			t.Errorf("a nap of %s says that its context has ended", d)
		}
		if took := time.Since(began); took < d {
			t.Errorf("a nap of %s took %s", d, took)
		}
	}
	cancel()
	for _, d := range []time.Duration{0, time.Millisecond, time.Hour} {
		if n.Pause(ctx, d) {
			t.Errorf("a nap of %s doesn't say that its context has ended", d)
		}
	}
}
