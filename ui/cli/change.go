package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/config"
)

// changeFlags say how a change is allowed.
type changeFlags struct {
	yes, dryRun bool
	production  string
}

func (f *changeFlags) add(cmd *cobra.Command, p *program) {
	flags := cmd.Flags()
	flags.BoolVar(&f.yes, "yes", false, "do it without being asked")
	flags.BoolVar(&f.dryRun, "dry-run", false, "print the Redis commands instead of sending them")
	flags.StringVar(&f.production, "production", "", "the `name` of the profile, to change what is marked production")
	completeFlag(cmd, "production", p.completeProfiles)
}

// mayAsk says whether there is a person to be asked.
func (p *program) mayAsk(stdinTaken bool) bool {
	if p.asks != nil {
		return p.asks() && !stdinTaken
	}
	return !stdinTaken && isTerminal(p.In) && isTerminal(p.Err)
}

// allow refuses a change that the settings or the flags don't allow, before anything is read or asked.
func (p *program) allow(settings *config.Settings, f changeFlags, stdinTaken bool) error {
	profile := settings.Active()
	switch {
	case f.production != "" && f.production != settings.Profile:
		return wrongUse("--production %q: the profile is called %q", f.production, settings.Profile)
	case f.dryRun:
		return nil
	case profile.ReadOnly:
		return fmt.Errorf("nothing is changed: changes are off (read_only %s)", readOnlyWhy(settings))
	case p.mayAsk(stdinTaken):
		return nil
	case !f.yes && stdinTaken:
		return wrongUse("stdin holds the entries, so nobody can be asked: add --yes, or --dry-run to see what would be sent")
	case !f.yes:
		return wrongUse("there is no terminal to ask on: add --yes, or --dry-run to see what would be sent")
	case profile.Production && f.production == "":
		return wrongUse("profile %q is marked production: add --production %s", settings.Profile, settings.Profile)
	}
	return nil
}

// printCommands prints what would be sent.
func (p *program) printCommands(commands []model.Command) error {
	for _, c := range commands {
		var err error
		if p.asJSON() {
			err = writeObject(p.Out, map[string]any{"command": c})
		} else {
			_, err = fmt.Fprintln(p.Out, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
