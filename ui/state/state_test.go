package state

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func arranged() State {
	return State{
		Theme: "dark", Filter: "type:*.failed", Filters: []string{"wf:wf-1", `-"päyload"`}, Chart: 300,
		Splits: map[string]int{"left": 420}, Orders: map[string]Order{"streams": {By: "name", Reversed: true}},
	}
}

func TestWhatWasSavedIsLoaded(t *testing.T) {
	path := Path(filepath.Join(t.TempDir(), "not", "there", "yet"), "prod-eu")
	if s, err := Load(path); err != nil || !reflect.DeepEqual(s, State{}) {
		t.Fatalf("before the first run: %+v, %v", s, err)
	}
	for _, want := range []State{arranged(), {}} {
		if err := Save(path, want); err != nil {
			t.Fatal(err)
		}
		if got, err := Load(path); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v came back as %+v, %v", want, got, err)
		}
	}
	names, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(names) != 1 {
		t.Errorf("saving left %v, %v", names, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != fileMode {
		t.Errorf("the file is %v, %v", info, err)
	}
}

func TestABrokenFileIsPutAsideAndSaid(t *testing.T) {
	for name, text := range map[string]string{"cut": `{"theme":"da`, "empty": "", "other": "[1,2]", "binary": "\x00\xff"} {
		path := Path(t.TempDir(), "default")
		if err := os.WriteFile(path, []byte(text), fileMode); err != nil {
			t.Fatal(err)
		}
		s, err := Load(path)
		if err == nil || !strings.Contains(err.Error(), path+".broken") || !reflect.DeepEqual(s, State{}) {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
		if kept, err := os.ReadFile(path + ".broken"); err != nil || string(kept) != text {
			t.Errorf("%s: what was there is now %q, %v", name, kept, err)
		}
		if err := Save(path, arranged()); err != nil {
			t.Error(err)
		}
	}
}

func TestWhatCannotBeSavedLeavesTheOldFileAndSaysHowToSwitchItOff(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "file")
	if err := os.WriteFile(blocked, nil, fileMode); err != nil {
		t.Fatal(err)
	}
	err := Save(Path(blocked, "default"), arranged())
	if err == nil || !strings.Contains(err.Error(), `desk.state_dir = ""`) {
		t.Errorf("%v", err)
	}
}

func TestEveryProfileHasAFileOfItsOwnInTheDirectory(t *testing.T) {
	seen := map[string]string{}
	for _, name := range []string{"default", "prod/eu", "prod eu", "..", "../x", "prod%2Feu", "é", "."} {
		path := Path("dir", name)
		if filepath.Dir(path) != "dir" {
			t.Errorf("%q leads to %s", name, path)
		}
		if other, found := seen[path]; found {
			t.Errorf("%q and %q share %s", name, other, path)
		}
		seen[path] = name
	}
}
