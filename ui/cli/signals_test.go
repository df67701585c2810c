//go:build unix

package cli

import (
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/bus/redistest"
)

// TestSignalsLeaveTheDesksTerminalAsItWas sends them one after the other, as fast as they go, to a desk that is open.
func TestSignalsLeaveTheDesksTerminalAsItWas(t *testing.T) {
	t.Parallel()
	for name, signals := range map[string][]os.Signal{
		"SIGTERM":             {syscall.SIGTERM},
		"SIGHUP":              {syscall.SIGHUP},
		"SIGTERM twice":       {syscall.SIGTERM, syscall.SIGTERM},
		"SIGINT and SIGTERM":  {syscall.SIGINT, syscall.SIGTERM},
		"SIGQUIT":             {syscall.SIGQUIT},
		"SIGTERM and SIGQUIT": {syscall.SIGTERM, syscall.SIGQUIT},
		"SIGABRT":             {syscall.SIGABRT},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := openBroken(t, "signal", startEmbedded(t, time.Now).Options().Addr)
			before := d.state(t)
			redistest.Eventually(t, patience, func() bool {
				return strings.Contains(d.written.String(), ansi.SetModeAltScreenSaveCursor) && strings.Contains(ansi.Strip(d.written.String()), "Throughput")
			}, "the desk to open")
			if reflect.DeepEqual(d.state(t), before) {
				t.Fatal("the open desk hasn't set the terminal: there is nothing to put back")
			}
			for _, s := range signals {
				if err := d.Process.Signal(s); err != nil {
					t.Fatal(err)
				}
			}
			out, left := d.breaks(t)
			if !reflect.DeepEqual(left, before) {
				t.Error("the terminal is set as the desk had it")
			}
			wantGivenBack(t, out)
			if last := signals[len(signals)-1]; name != "SIGTERM and SIGQUIT" && (last == syscall.SIGQUIT || last == syscall.SIGABRT) != strings.Contains(out, "goroutine ") {
				t.Errorf("whether it has a trace: %q", out[max(0, len(out)-300):])
			}
		})
	}
}
