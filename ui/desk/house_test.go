package desk

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"streamdesk/bus/change"
)

// The desk routes; what there is to know about one thing is a value of its own.
func TestTheDeskIsNoDrawerForEverything(t *testing.T) {
	const most = 20
	if n := reflect.TypeFor[Desk]().NumField(); n > most {
		t.Errorf("Desk has %d fields, and may have %d: what belongs together is one value, with its methods", n, most)
	}
}

func TestEveryPaneHasItsPlace(t *testing.T) {
	b := newHarness(t, 120, 40)
	seen := map[any]bool{}
	for id := range paneCount {
		spec := specOf(id)
		_, in := paneCalled(spec.Inward)
		_, out := paneCalled(spec.Outward)
		if spec.Name == "" || len(spec.Menu) == 0 || in != (spec.Inward != "") || out != (spec.Outward != "") {
			t.Errorf("pane %d: a name, a menu or where enter and esc go is missing from its Spec: %+v", id+1, *spec)
		}
		if p := b.desk.panes.pane(id); p == nil || reflect.ValueOf(p).IsNil() || seen[p] {
			t.Errorf("pane %d is none of its own: its line in the list (panes.go) has to make it", id+1)
		} else {
			seen[p] = true
		}
		placed := false
		for i := range workspaces {
			placed = placed || workspaces[i].Holds(id)
		}
		if placed == spec.Over {
			t.Errorf("pane %d: it has a place in a workspace: %v (give it one in a tree (panes.go), unless it is opened over them)", id+1, placed)
		}
	}
	for i := range workspaces {
		w := &workspaces[i]
		b.carryOut(b.desk.enterWorkspace(w))
		for id := range paneCount {
			if shown := b.desk.tiles.Layout.Panes[id].Shown(); shown != w.Holds(id) {
				t.Errorf("%s: pane %d is shown: %v", w.Name, id+1, shown)
			}
		}
	}
}

// What a pane is like is said in its folder and in the list: whoever else of the desk needs something of it asks for whichever pane
// can do that.
func TestTheDeskKnowsNoPaneByName(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		code, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		search := `"streamdesk/ui/pane/find"` // no pane, but what searches any of them
		names := strings.Contains(strings.ReplaceAll(string(code), search, ""), `"streamdesk/ui/pane/`)
		if is := file == "panes.go"; names != is && !strings.HasSuffix(file, "_test.go") {
			t.Errorf("%s: names a pane: %v, and may: %v (want an interface of ui/pane/optional.go)", file, names, is)
		}
	}
}

func TestEveryKindOfChangeHasAnAction(t *testing.T) {
	b := newHarness(t, 120, 40)
	for _, kind := range change.Kinds() {
		if kind.On == change.Letters { // the window of the dead letters has those
			continue
		}
		if !slices.ContainsFunc(b.desk.keys.actions, func(a *action) bool { return a.kind == kind }) {
			t.Errorf("%q has no action: give it a line in changeActions (actions.go)", kind.Name)
		}
	}
}

// What the descriptions of the two trees name is there: files beside them, and tests anywhere. So are the tests of CONTRIBUTING.
func TestTheArchitectureNamesWhatThereIs(t *testing.T) {
	const root = "../.."
	tests := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		code, err := os.ReadFile(path)
		for _, found := range regexp.MustCompile(`(?m)^func (Test\w+)`).FindAllSubmatch(code, -1) {
			tests[string(found[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	recipes, err := os.ReadFile(filepath.Join(root, ".github", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(recipes, -1) {
		if !tests[string(name[1])] {
			t.Errorf("CONTRIBUTING.md: there is no test %s", name[1])
		}
	}
	for _, tree := range []string{"bus", "ui"} {
		text, err := os.ReadFile(filepath.Join(root, tree, "ARCHITECTURE.md"))
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile("`(Test\\w+)`").FindAllSubmatch(text, -1)
		files := regexp.MustCompile("`((?:\\w+/)*\\w+\\.go)`").FindAllSubmatch(text, -1)
		if len(names) < 9 || len(files) < 10 {
			t.Fatalf("%s: %d tests and %d files are named", tree, len(names), len(files))
		}
		for _, name := range names {
			if !tests[string(name[1])] {
				t.Errorf("%s: there is no test %s", tree, name[1])
			}
		}
		for _, file := range files {
			beside, below := filepath.Join(root, tree, string(file[1])), filepath.Join(root, string(file[1]))
			if _, err := os.Stat(beside); err == nil {
				continue
			}
			if _, err := os.Stat(below); err != nil {
				t.Errorf("%s: there is no file %s", tree, file[1])
			}
		}
	}
}
