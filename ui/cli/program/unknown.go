package program

import (
	"strings"

	"github.com/spf13/cobra"
)

// SuggestedDistance is how many letters may be wrong in the name of a command for it to be suggested.
const SuggestedDistance = 2

// NoCommand refuses what is no command, and names those that come close.
func NoCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if meant := cmd.SuggestionsFor(args[0]); len(meant) > 0 {
		return WrongUse("there is no command %q; did you mean %s?", args[0], strings.Join(meant, " or "))
	}
	return WrongUse("there is no command %q", args[0])
}
