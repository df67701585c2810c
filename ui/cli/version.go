package cli

import (
	"fmt"

	"github.com/spf13/cobra"
)

func versionCommand(p *program) *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and what it was built from",
		Example: "  streamdesk version\n  streamdesk version --output json",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if p.asJSON() {
				return writeObject(p.Out, v)
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
