package cli

import (
	"context"

	"streamdesk/model/config"
	"streamdesk/ui"
)

// needTerminal refuses the desk where it can't be drawn, and says what can be used there.
func (p *program) needTerminal() error {
	if isTerminal(p.In) && isTerminal(p.Out) {
		return nil
	}
	return wrongUse("the desk needs a terminal, and this is none: for scripts there are 'streamdesk tail' and 'streamdesk groups'")
}

// openDesk shows the desk on the configured server until the person quits.
func (p *program) openDesk(ctx context.Context) error {
	if err := p.needTerminal(); err != nil {
		return err
	}
	return p.with(ctx, func(s *session) error {
		return p.showDesk(ctx, deskOptions(s, shownAddress(s.settings.Active().Redis), readOnlyWhy(s.settings)))
	})
}

func deskOptions(s *session, address, readOnlyWhy string) ui.Options {
	profile := s.settings.Active()
	return ui.Options{
		Bus: s.Bus, Config: s.settings.Config, Profile: s.settings.Profile, Address: address,
		Environment: profile.Environment, Production: profile.Production, ReadOnly: profile.ReadOnly, ReadOnlyWhy: readOnlyWhy,
	}
}

// readOnlyWhy is where it was written that nothing may be changed; empty when it may.
func readOnlyWhy(settings *config.Settings) string {
	if !settings.Active().ReadOnly {
		return ""
	}
	return "by " + settings.Source("profiles."+settings.Profile+".read_only").String()
}
