package work

import (
	"os"
	"strings"
	"testing"
)

func TestTheReadmeNamesEverySink(t *testing.T) {
	page, err := os.ReadFile("../../../bus/sink/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range ownSinks {
		if !strings.Contains(string(page), "--sink "+g.sink) {
			t.Errorf("bus/sink/README.md doesn't name --sink %s", g.sink)
		}
	}
	for _, g := range described {
		if !strings.Contains(string(page), "`"+g.name+"`") || !strings.Contains(string(page), "`"+g.sink+"`") && !strings.Contains(string(page), "--sink "+g.sink) {
			t.Errorf("bus/sink/README.md doesn't name %s and --sink %s", g.name, g.sink)
		}
	}
}
