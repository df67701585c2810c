package desk

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/ui/state"
)

func TestADeskComesBackAsItWasLeft(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.press("F space esc > > 2 } s 1 s + t | t y p e : * . f a i l e d enter")
	left := b.desk.arrangement()
	if left.Theme == "" || left.Filter != "type:*.failed" || left.Chart == 0 || len(left.Splits) != 2 || len(left.Folds) != 1 || left.Orders["streams"].By != "name" {
		t.Fatalf("what is kept is %+v", left)
	}
	next := withTraffic(t, 120, 40)
	next.desk.arrange(left)
	next.desk.place()
	if back := next.desk.arrangement(); !reflect.DeepEqual(back, left) {
		t.Errorf("left as %+v, came back as %+v", left, back)
	}
	if !slices.Equal(next.desk.tiles.Layout.Panes, b.desk.tiles.Layout.Panes) {
		t.Errorf("the panes stand at %+v, want %+v", next.desk.tiles.Layout.Panes, b.desk.tiles.Layout.Panes)
	}
	next.fits()
}

func TestADemoDoesNotComeBackWithTheFilterOfTheLastOne(t *testing.T) {
	b := withTraffic(t, 120, 40, func(o *Options) { o.Embedded = true })
	b.desk.arrange(state.State{Filter: "wf:wf-of-yesterday", Orders: map[string]state.Order{"streams": {By: "name"}}})
	if back := b.desk.arrangement(); back.Filter != "" || back.Orders["streams"].By != "name" {
		t.Errorf("it came back as %+v", back)
	}
}

func TestWhatIsKeptMayBeNonsense(t *testing.T) {
	b := withTraffic(t, 120, 40)
	b.desk.arrange(state.State{
		Theme: "solarized", Filter: "state:nonsense (", Filters: []string{"", "a"}, Chart: -7,
		Splits: map[string]int{"left": -5, "streams": 5000, "door": 1}, Orders: map[string]state.Order{"streams": {By: "colour"}, "x": {}},
	})
	b.desk.place()
	b.frame()
	b.fits()
}

func TestAnArrangementIsWrittenOnceItStandsStillAndAtTheEnd(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.json")
	b := withTraffic(t, 120, 40)
	b.desk.remember.keeper = state.NewKeeper(path, func(*fault.PanicError) {})
	b.press(">")
	b.pass(time.Second)
	b.frame()
	if _, err := os.Stat(path); err == nil {
		t.Error("it was written at once")
	}
	for range 4 {
		b.pass(time.Second)
		b.frame()
	}
	redistest.Eventually(t, 20*time.Second, func() bool {
		kept, err := state.Load(path)
		return err == nil && kept.Splits["left"] > 0
	}, "the arrangement to be written")
	b.press("s")
	if err := b.desk.remember.keeper.Close(b.desk.arrangement()); err != nil {
		t.Fatal(err)
	}
	if kept, err := state.Load(path); err != nil || kept.Orders["streams"].By != "name" {
		t.Errorf("at the end %+v was kept, %v", kept, err)
	}
}

func TestWhatCannotBeKeptIsSaidOnce(t *testing.T) {
	blocked := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	b := withTraffic(t, 120, 40)
	b.desk.remember.keeper = state.NewKeeper(filepath.Join(blocked, "desk.json"), func(*fault.PanicError) {})
	b.press(">")
	redistest.Eventually(t, 20*time.Second, func() bool {
		b.pass(time.Second)
		b.frame()
		return strings.Contains(b.desk.notes.Text, "isn't kept")
	}, "the trouble to be said")
	if err := b.desk.remember.keeper.Close(b.desk.arrangement()); err != nil {
		t.Errorf("it was told again: %v", err)
	}
}
