package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"streamdesk/ui/cli/program"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func manCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "man DIR",
		Short: "Write the manual pages",
		Long: `man writes a manual page for the program and one for each command into a directory, which is made when it isn't
there: streamdesk.1, streamdesk-tail.1 and so on. Nothing is sent to a server.`,
		Example: `  streamdesk man ~/.local/share/man/man1
  streamdesk man /tmp/man && man /tmp/man/streamdesk-tail.1`,
		Args: program.Arguments(1, 1),
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return nil, cobra.ShellCompDirectiveFilterDirs
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o750); err != nil {
				return err
			}
			n, err := writeManual(cmd.Root(), args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(p.Out, "%d pages written to %s\n", n, args[0])
			return err
		},
	}
}

// writeManual writes the pages of a command and its subcommands, and returns their number.
func writeManual(cmd *cobra.Command, dir string) (n int, err error) {
	if cmd.Hidden || cmd.IsAdditionalHelpTopicCommand() {
		return 0, nil
	}
	name := manualName(cmd)
	if err := os.WriteFile(filepath.Join(dir, name+".1"), []byte(manualPage(cmd)), 0o644); err != nil { //nolint:gosec // manuals are for everybody to read
		return 0, err
	}
	n = 1
	for _, sub := range cmd.Commands() {
		more, err := writeManual(sub, dir)
		if n += more; err != nil {
			return n, err
		}
	}
	return n, nil
}

func manualName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manualPage returns the page of a command in roff, as described in man(7).
func manualPage(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %s 1 \"\" %s \"streamdesk manual\"\n", roffWord(strings.ToUpper(manualName(cmd))), roffWord("streamdesk "+program.ReadVersion().Version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roffText(manualName(cmd)), roffText(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.nf\n%s\n.fi\n", roffLines(synopsis(cmd)))
	fmt.Fprintf(&b, ".SH DESCRIPTION\n.nf\n%s\n.fi\n", roffLines(wrapHelp(cmd.Long)))
	if subs := cmd.Commands(); len(subs) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range subs {
			if !sub.Hidden {
				fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roffText(manualName(sub)), roffText(sub.Short))
			}
		}
	}
	roffFlags(&b, "OPTIONS", cmd.NonInheritedFlags())
	roffFlags(&b, "GLOBAL OPTIONS", cmd.InheritedFlags())
	fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roffLines(cmd.Example))
	b.WriteString(".SH EXIT STATUS\n0 done, 1 failed, 2 wrong use, or a bug that ended it.\n")
	if cmd.HasParent() {
		fmt.Fprintf(&b, ".SH SEE ALSO\n.BR %s (1)\n", roffText(manualName(cmd.Parent())))
	}
	return b.String()
}

// synopsis returns the usage lines of a command, with one for its subcommands if it has any.
func synopsis(cmd *cobra.Command) string {
	path := strings.TrimSuffix(cmd.CommandPath(), cmd.Name())
	lines := strings.Split(cmd.Use, " | ")
	for i, line := range lines {
		lines[i] = path + line + " [flags]"
	}
	if cmd.HasSubCommands() {
		lines = append(lines, cmd.CommandPath()+" command [flags]")
	}
	return strings.Join(lines, "\n")
}

func roffFlags(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		name := "--" + f.Name
		if f.Shorthand != "" {
			name = "-" + f.Shorthand + ", " + name
		}
		if kind != "" {
			kind = " " + kind
		}
		fmt.Fprintf(b, ".TP\n\\fB%s\\fR%s\n%s", roffText(name), roffText(kind), roffText(usage))
		if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" && f.DefValue != "0" {
			fmt.Fprintf(b, " (%s unless told)", roffText(f.DefValue))
		}
		b.WriteByte('\n')
	})
}

// roffText escapes text for roff.
func roffText(text string) string {
	text = strings.NewReplacer(`\`, `\e`, `-`, `\-`, `'`, `\(aq`, "`", "\\(ga", "^", `\(ha`, "~", `\(ti`).Replace(text)
	if strings.HasPrefix(text, ".") {
		text = `\&` + text
	}
	return text
}

// roffWord returns text as one argument of a roff request.
func roffWord(text string) string { return `"` + strings.ReplaceAll(roffText(text), `"`, `\(dq`) + `"` }

// roffLines is roffText for text of several lines.
func roffLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = roffText(line)
	}
	return strings.Join(lines, "\n")
}
