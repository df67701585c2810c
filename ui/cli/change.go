package cli

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"streamdesk/bus"
	"streamdesk/model/config"
	"streamdesk/ui/trail"
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
func (p *program) printCommands(commands []bus.Command) error {
	for _, c := range commands {
		var err error
		if p.flags.output == outputJSON {
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

// audit writes down the changes of one command. A file that can't be written stops no change; it is told at the end.
type audit struct {
	file   *trail.File // nil when changes aren't written down
	failed error       // the first failure
}

func newAudit(settings *config.Settings) *audit {
	a := &audit{}
	if path := settings.Desk.AuditFile; path != "" {
		a.file = &trail.File{Path: path, Profile: settings.Profile, Address: shownAddress(settings.Active().Redis)}
	}
	return a
}

// write appends a change of which something was sent, or that failed.
func (a *audit) write(change *trail.Change) {
	if a.file == nil || len(change.Receipts) == 0 && change.Err == nil {
		return
	}
	if err := a.file.Write(change); err != nil && a.failed == nil {
		a.failed = err
	}
}

// close closes the file, and says what it misses.
func (a *audit) close(to io.Writer) {
	if a.file == nil {
		return
	}
	if err := errors.Join(a.failed, a.file.Close()); err != nil {
		fmt.Fprintln(to, err)
	}
}
