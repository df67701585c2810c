package desk

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"streamdesk/model"
	"streamdesk/ui/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares text with a file under testdata.
func golden(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s differs (go test ./ui/desk -update writes it anew); it is now\n%s", path, text)
	}
}

// busyBench is a desk that has watched a small system for a minute.
func busyBench(t *testing.T, width, height int) *harness {
	t.Helper()
	b := newHarness(t, width, height)
	types := []model.Type{
		model.WorkflowStarted, model.GenerationStarted, model.GenerationFailed, "workflow.retried",
		model.GenerationCompleted, model.AuditCompleted, model.WorkflowCompleted, model.DeploymentFailed,
	}
	n := 0
	for second := range 60 {
		for i, typ := range types {
			if second%(i+1) == 0 {
				n++
				b.publish(typ, fmt.Sprintf("wf-8f%02d", n%17), fmt.Sprintf(`{"contract":"ERC20","attempt":%d,"findings":[{"severity":"high","line":42}]}`, n%4))
				b.pass(3 * time.Millisecond)
			}
		}
		for _, group := range []string{"db_writers", "websocket_workers", "log_aggregators"} {
			b.deliver("events:workflow.started", group, fmt.Sprintf("worker-%d", second%3+1), int64(second%2))
		}
		b.pass(900 * time.Millisecond)
		b.look()
	}
	return b
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := busyBench(t, size[0], size[1])
		b.fits()
		golden(t, fmt.Sprintf("desk-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("3 j space")
		b.pass(500 * time.Millisecond)
		b.desk.drawn.all() // ages go on with the second, which it isn't yet
		b.frame()
		golden(t, fmt.Sprintf("pending-%dx%d", size[0], size[1]), b.desk.View()+"\n")
		b.press("A")
		b.fits()
		golden(t, fmt.Sprintf("ack-%dx%d", size[0], size[1]), b.desk.View()+"\n")
	}
}

func TestScreensInColour(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		b := busyBench(t, size[0], size[1])
		for _, name := range []string{"dark", "light", "high-contrast"} {
			th, err := theme.New(name, theme.Settings{Profile: termenv.TrueColor})
			if err != nil {
				t.Fatal(err)
			}
			b.desk.looks.Theme, b.desk.looks.Dimmed = th, th.Dimmed()
			b.desk.drawn.all()
			b.fits()
			golden(t, fmt.Sprintf("desk-%s-%dx%d", name, size[0], size[1]), b.desk.View()+"\n")
		}
	}
}
