package cli

import (
	"context"
	"fmt"

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
		return p.showDesk(ctx, deskOptions(s, shownAddress(s.settings.Active().Redis)))
	})
}

func deskOptions(s *session, address string) ui.Options {
	profile := s.settings.Active()
	o := ui.Options{
		Bus: s.Bus, Config: s.settings.Config, Profile: s.settings.Profile, Address: address,
		Environment: profile.Environment, Production: profile.Production, ReadOnly: profile.ReadOnly,
	}
	if source := s.settings.Source("profiles." + s.settings.Profile + ".read_only"); profile.ReadOnly && source.Layer != config.FromDefault {
		o.ReadOnlyWhy = fmt.Sprintf("by %s", source)
	}
	return o
}
