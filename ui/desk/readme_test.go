package desk

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"streamdesk/ui/dialog/reader"
)

// The table of keys stands in ui/README.md between these lines.
const (
	readmeFile = "../README.md"
	keysBegin  = "<!-- keys: begin -->\n"
	keysEnd    = "<!-- keys: end -->\n"
)

// TestReadmeKeys compares the table of keys of ui/README.md with the registry of actions. -update writes it anew:
//
//	go test ./ui/desk -run TestReadmeKeys -update
func TestReadmeKeys(t *testing.T) {
	text, err := os.ReadFile(readmeFile)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, begins := strings.Cut(string(text), keysBegin)
	shown, after, ends := strings.Cut(rest, keysEnd)
	if !begins || !ends {
		t.Fatalf("%s has no table of keys between %q and %q", readmeFile, keysBegin, keysEnd)
	}
	want := keyTable(t)
	if shown == want {
		return
	}
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(readmeFile, []byte(before+keysBegin+want+keysEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the table of keys in ui/README.md isn't that of the registry; go test ./ui/desk -run TestReadmeKeys -update writes it anew\n%s", want)
}

// keyTable is the table of all actions with their keys, in the order of the help.
func keyTable(t *testing.T) string {
	t.Helper()
	list := actions()
	keys, err := newKeymap(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, group := range actionGroups() {
		fmt.Fprintf(&b, "\n**%s**\n\n| key | what it does | name in the settings |\n|---|---|---|\n", group.title)
		for _, a := range list {
			if a.group != group.title {
				continue
			}
			key := "(palette)"
			if shown := keys.show(a); shown != "" {
				key = "`" + strings.ReplaceAll(strings.ReplaceAll(shown, "|", `\|`), " ", "` `") + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", key, strings.ReplaceAll(a.title, "|", `\|`), a.name)
		}
	}
	fmt.Fprintf(&b, "\n**%s** (keys of the window that `enter` opens; they can't be rebound)\n\n| key | what it does |\n|---|---|\n", readingTitle)
	for _, k := range reader.Keys() {
		fmt.Fprintf(&b, "| `%s` | %s |\n", strings.ReplaceAll(k.Key, " ", "` `"), k.Title)
	}
	return b.String() + "\n"
}
