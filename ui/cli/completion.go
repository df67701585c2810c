package cli

import (
	"github.com/spf13/cobra"
	"streamdesk/ui/cli/program"
)

func completionCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print the completion script of a shell",
		Long: `completion prints a script that teaches bash, zsh or fish to complete streamdesk's commands and flags, and
the streams, groups, consumers and types that are on the configured server.`,
		Example: `  streamdesk completion bash > ~/.local/share/bash-completion/completions/streamdesk
  streamdesk completion zsh > "${fpath[1]}/_streamdesk"
  streamdesk completion fish > ~/.config/fish/completions/streamdesk.fish
  source <(streamdesk completion bash)              for this shell only`,
		ValidArgs: []string{"bash", "zsh", "fish"},
		Args:      program.Arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			switch args[0] {
			case "bash":
				return root.GenBashCompletionV2(p.Out, true)
			case "zsh":
				return root.GenZshCompletion(p.Out)
			case "fish":
				return root.GenFishCompletion(p.Out, true)
			default:
				return program.WrongUse("no completion for %q: want bash, zsh or fish", args[0])
			}
		},
	}
}
