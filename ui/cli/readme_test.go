package cli

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"streamdesk/ui/cli/program"
)

// A command that the list of commands leaves out is found by nobody.
func TestTheReadmeNamesEveryCommand(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(page), "\n## Commands\n")
	list, _, found := strings.Cut(list, "\nAll take ")
	if !found {
		t.Fatal("the list of commands isn't where it was")
	}
	var named func(commands []*cobra.Command)
	named = func(commands []*cobra.Command) {
		for _, cmd := range commands {
			if !cmd.Hidden && cmd.Name() != "help" && !regexp.MustCompile(`\b`+regexp.QuoteMeta(cmd.Name())+`\b`).MatchString(list) {
				t.Errorf("the list of commands doesn't name %q", cmd.CommandPath())
			}
			if cmd.Name() != "completion" { // its shells
				named(cmd.Commands())
			}
		}
	}
	named(rootCommand(&program.Program{}).Commands())
}
