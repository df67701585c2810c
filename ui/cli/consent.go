package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"streamdesk/model/config"
)

// errNotConfirmed ends a command that a person was asked about and didn't want.
var errNotConfirmed = errors.New("nothing was changed")

// addConsent adds the flags of a command that changes something.
func addConsent(f *pflag.FlagSet, yes, dryRun *bool, production *string) {
	f.BoolVar(yes, "yes", false, "don't ask; needed where there is no terminal")
	f.BoolVar(dryRun, "dry-run", false, "say what would be sent, and send nothing")
	f.StringVar(production, "production", "", "the `name` of the profile, where it is marked production and there is no terminal to ask")
}

// consent asks a person whether the change that the sentence describes is to be made. Where there is no terminal, --yes
// has to have said so. A profile that is marked production wants its own name, typed or by --production.
func (p *program) consent(settings *config.Settings, yes bool, production, sentence string) error {
	profile, name := settings.Active(), settings.Profile
	if profile.ReadOnly {
		return fmt.Errorf("%w: changes are off (read_only %s)", errNotConfirmed, readOnlyWhy(settings))
	}
	terminal := isTerminal(p.In)
	switch {
	case profile.Production && production != "" && production != name:
		return wrongUse("--production %s: the profile in use is %q", production, name)
	case profile.Production && production == "" && !terminal:
		return wrongUse("profile %q is marked production: confirm the change with --production %s", name, name)
	case profile.Production && production == "":
		answer, err := p.ask1(fmt.Sprintf("%s\nProfile %q is marked production. Type its name to go on: ", sentence, name))
		if err == nil && answer != name {
			err = errNotConfirmed
		}
		return err
	case yes:
		return nil
	case !terminal:
		return wrongUse("it would change something, and there is no terminal to ask: add --yes. %s", sentence)
	}
	answer, err := p.ask1(sentence + "\nGo on? (yes, anything else stops) ")
	if err == nil && answer != "yes" && answer != "y" {
		err = errNotConfirmed
	}
	return err
}

// ask1 asks a question on the terminal and reads the line that comes back.
func (p *program) ask1(question string) (string, error) {
	fmt.Fprint(p.Err, question)
	line, err := bufio.NewReader(p.In).ReadString('\n')
	if errors.Is(err, io.EOF) {
		return "", errNotConfirmed
	}
	return strings.TrimSpace(line), err
}
