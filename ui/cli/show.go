package cli

import (
	"context"
	"errors"

	"streamdesk/bus/fault"
	"streamdesk/model/config"
	"streamdesk/ui/desk"
)

// needTerminal refuses the desk where it can't be drawn, and says what can be used there.
func (p *program) needTerminal() error {
	if isTerminal(p.In) && isTerminal(p.Out) {
		return nil
	}
	return wrongUse("the desk needs a terminal, and this is none: for scripts there are 'streamdesk tail' and 'streamdesk groups'")
}

func deskOptions(s *session, address, readOnlyWhy string) desk.Options {
	profile := s.settings.Active()
	return desk.Options{
		Bus: s.Bus, Config: s.settings.Config, Profile: s.settings.Profile, Address: address,
		Environment: profile.Environment, Color: string(profile.EnvironmentColor()), Production: profile.Production, ReadOnly: profile.ReadOnly, ReadOnlyWhy: readOnlyWhy,
		OpenPayload: openWhole,
	}
}

// show shows the desk until the person quits. When it breaks down, the program has an account of that in the end.
func (p *program) show(ctx context.Context, settings *config.Settings, o desk.Options) error {
	if t := newDeskTerminal(p.In, p.Out); t != nil {
		o.Output = t
		p.terminal.Store(t)
		defer p.terminal.Store(nil)
	}
	err := p.showDesk(ctx, o)
	if broken, ok := errors.AsType[*fault.PanicError](err); ok {
		err = brokeDown("the desk", broken)
		text := trace(broken)
		p.account = p.afterwards(settings, text) + "\n\n" + text
	}
	return err
}
