package cli

import (
	"fmt"

	"streamdesk/ui/cli/program"

	"github.com/spf13/cobra"
)

func versionCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and what it was built from",
		Example: "  streamdesk version\n  streamdesk version --output json",
		Args:    program.Arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := program.ReadVersion()
			if p.JSON() {
				return program.WriteObject(p.Out, v)
			}
			line := fmt.Sprintf("streamdesk %s (%s, %s)", v.Version, v.Go, v.Platform)
			if v.Revision != "" {
				line += " from " + v.Revision
				if v.Modified {
					line += " with changes"
				}
			}
			_, err := fmt.Fprintln(p.Out, line)
			return err
		},
	}
}
