package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/widget"
)

// helpWidth is how many columns help takes at most: what a terminal beside an editor has.
const helpWidth = 100

// finishHelp fits the help of all commands into helpWidth, and has what is mistyped answered with what was meant.
func finishHelp(root *cobra.Command) {
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages |", fmt.Sprintf(".FlagUsagesWrapped %d |", helpWidth)))
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return program.WrongUse("%w", flagError(cmd, err)) })
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		panic(err) // it was added a line before
	}
	help.Example = "  streamdesk help tail"
	help.Args = func(_ *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil || !found.HasSubCommands() {
			return err
		}
		return program.NoCommand(found, rest)
	}
	var wrap func(cmd *cobra.Command)
	wrap = func(cmd *cobra.Command) {
		cmd.Long = wrapHelp(cmd.Long)
		for _, sub := range cmd.Commands() {
			wrap(sub)
		}
	}
	wrap(root)
}

// wrapHelp breaks paragraphs anew, so that no line of them is longer than helpWidth. Lines that begin with a blank, such as
// those of a table, stay as they are.
func wrapHelp(text string) string {
	var lines []string
	open := false // the last line is one of a paragraph
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || line[0] == ' ' {
			lines, open = append(lines, line), false
			continue
		}
		for word := range strings.FieldsSeq(line) {
			if last := len(lines) - 1; open && widget.Width(lines[last])+1+widget.Width(word) <= helpWidth {
				lines[last] += " " + word
				continue
			}
			lines, open = append(lines, word), true
		}
	}
	return strings.Join(lines, "\n")
}

// flagError adds to the error about an unknown flag which one was meant.
func flagError(cmd *cobra.Command, err error) error {
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok {
		return err
	}
	name := unknown.GetSpecifiedName()
	if letters := unknown.GetSpecifiedShortnames(); letters != "" {
		name, _, _ = strings.Cut(letters, "=")
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	slices.Sort(known)
	if meant := words.Nearest(strings.ToLower(name), known); meant != "" {
		return fmt.Errorf("%w; did you mean --%s?", err, meant)
	}
	return err
}
