package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is what the program was built from.
type version struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Modified bool   `json:"modified"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func readVersion() version {
	v := version{Version: "(devel)", Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	if info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			v.Revision = setting.Value
		case "vcs.modified":
			v.Modified = setting.Value == "true"
		}
	}
	return v
}

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   "Print the version and what it was built from",
		Example: "  streamdesk version\n  streamdesk version --output json",
		Args:    arguments(0, 0),
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if p.flags.output == outputJSON {
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
