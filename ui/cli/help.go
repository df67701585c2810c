package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/widget"
)

// helpWidth is the max width of help in columns: that of a terminal beside an editor.
const helpWidth = 100

// finishHelp has help wrapped to helpWidth when it is shown, and adds suggestions to errors about mistyped words.
func finishHelp(root *cobra.Command) {
	root.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := io.WriteString(cmd.OutOrStderr(), usage(cmd))
		return err
	})
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return program.WrongUse("%w", flagError(cmd, err)) })
	root.InitDefaultHelpCmd()
	help, _, err := root.Find([]string{"help"})
	if err != nil {
		panic(err) // it was added in the line above
	}
	help.Example = "  streamdesk help tail"
	help.Args = func(_ *cobra.Command, args []string) error {
		found, rest, err := root.Find(args)
		if err != nil || !found.HasSubCommands() {
			return err
		}
		return program.NoCommand(found, rest)
	}
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		cmd.Long = wrapHelp(cmd.Long)
		show(cmd, args)
	})
}

// usage returns what follows the long text in a command's help. It is written here and not as one of cobra's templates, because those
// keep every method of every type of the program in its binary.
func usage(cmd *cobra.Command) string {
	var b strings.Builder
	b.WriteString("Usage:\n")
	if cmd.Runnable() {
		b.WriteString("  " + cmd.UseLine() + "\n")
	}
	if cmd.HasAvailableSubCommands() {
		b.WriteString("  " + cmd.CommandPath() + " [command]\n")
	}
	part := func(title, text string) {
		if text = strings.TrimRightFunc(text, unicode.IsSpace); text != "" {
			b.WriteString("\n" + title + ":\n" + text + "\n")
		}
	}
	if len(cmd.Aliases) > 0 {
		part("Aliases", "  "+cmd.NameAndAliases())
	}
	part("Examples", cmd.Example)
	var commands strings.Builder
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() || sub.Name() == "help" {
			fmt.Fprintf(&commands, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
		}
	}
	part("Available Commands", commands.String())
	part("Flags", cmd.LocalFlags().FlagUsagesWrapped(helpWidth))
	part("Global Flags", cmd.InheritedFlags().FlagUsagesWrapped(helpWidth))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nUse \"" + cmd.CommandPath() + " [command] --help\" for more information about a command.\n")
	}
	return b.String()
}

// wrapHelp rewraps paragraphs to helpWidth. Lines that begin with a space, such as those of a table, stay as they are.
func wrapHelp(text string) string {
	var lines []string
	open := false // the last line belongs to a paragraph
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

// flagError adds the most similar flag to the error about an unknown flag.
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
