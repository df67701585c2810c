package program

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// SuggestedDistance is the max number of wrong letters in a command's name for which a suggestion is made.
const SuggestedDistance = 2

// NoCommand returns an error for an unknown command, with similar names.
func NoCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	meant := cmd.SuggestionsFor(args[0])
	slices.Sort(meant)
	if len(meant) > 0 {
		return WrongUse("there is no command %q; did you mean %s?", args[0], strings.Join(meant, " or "))
	}
	return WrongUse("there is no command %q", args[0])
}
