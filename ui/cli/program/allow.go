package program

import (
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/config"
)

// ChangeFlags are the flags that allow a change.
type ChangeFlags struct {
	Yes, DryRun bool
	production  string
}

// Add defines the flags on a command.
func (f *ChangeFlags) Add(cmd *cobra.Command, p *Program) {
	flags := cmd.Flags()
	flags.BoolVar(&f.Yes, "yes", false, "do it without being asked")
	flags.BoolVar(&f.DryRun, "dry-run", false, "print the Redis commands instead of sending them")
	flags.StringVar(&f.production, "production", "", "the `name` of the profile, to change what is marked production")
	CompleteFlag(cmd, "production", p.CompleteProfiles)
}

// MayAsk reports whether a person can be asked.
func (p *Program) MayAsk(stdinTaken bool) bool {
	if p.Asks != nil {
		return p.Asks() && !stdinTaken
	}
	return !stdinTaken && IsTerminal(p.In) && IsTerminal(p.Err)
}

// Allow returns an error when the settings or the flags forbid a change, before anything is read or asked.
func (p *Program) Allow(settings *config.Settings, f ChangeFlags, stdinTaken bool) error {
	profile := settings.Active()
	switch {
	case f.production != "" && f.production != settings.Profile:
		return WrongUse("--production %q: the profile is called %q", f.production, settings.Profile)
	case f.DryRun:
		return nil
	case profile.ReadOnly:
		return fmt.Errorf("nothing is changed: changes are off (read_only %s)", ReadOnlyWhy(settings))
	case p.MayAsk(stdinTaken):
		return nil
	case !f.Yes && stdinTaken:
		return WrongUse("stdin holds the entries, so nobody can be asked: add --yes, or --dry-run to see what would be sent")
	case !f.Yes:
		return WrongUse("there is no terminal to ask on: add --yes, or --dry-run to see what would be sent")
	case profile.Production && f.production == "":
		return WrongUse("profile %q is marked production: add --production %s", settings.Profile, settings.Profile)
	}
	return nil
}

// PrintCommands prints the commands that would be sent.
func (p *Program) PrintCommands(commands []model.Command) error {
	for _, c := range commands {
		var err error
		if p.JSON() {
			err = WriteObject(p.Out, map[string]any{"command": c})
		} else {
			_, err = fmt.Fprintln(p.Out, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
