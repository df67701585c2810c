package program

import (
	"context"
	"errors"

	"streamdesk/bus/fault"
	"streamdesk/model/config"
	"streamdesk/ui/desk"
)

// NeedTerminal refuses the desk where it can't be drawn, and says what can be used there.
func (p *Program) NeedTerminal() error {
	if IsTerminal(p.In) && IsTerminal(p.Out) {
		return nil
	}
	return WrongUse("the desk needs a terminal, and this is none: for scripts there are 'streamdesk tail' and 'streamdesk groups'")
}

// DeskOptions are the options of a desk on a session; address is where it says that it is, readOnlyWhy why nothing may be changed.
func DeskOptions(s *Session, address, readOnlyWhy string) desk.Options {
	profile := s.Settings.Active()
	return desk.Options{
		Bus: s.Bus, Config: s.Settings.Config, Profile: s.Settings.Profile, Address: address,
		Environment: profile.Environment, Color: string(profile.EnvironmentColor()), Production: profile.Production, ReadOnly: profile.ReadOnly, ReadOnlyWhy: readOnlyWhy,
		OpenPayload: openWhole, ThemeAsked: s.Settings.Source("desk.theme").Layer == config.FromFlag,
	}
}

// Show shows the desk until the person quits. When it breaks down, the program has an account of that in the end.
func (p *Program) Show(ctx context.Context, settings *config.Settings, o desk.Options) error {
	if t := newDeskTerminal(p.In, p.Out); t != nil {
		o.Output = t
		p.terminal.Store(t)
		defer p.terminal.Store(nil)
	}
	err := p.ShowDesk(ctx, o)
	if broken, ok := errors.AsType[*fault.PanicError](err); ok {
		err = brokeDown("the desk", broken)
		text := trace(broken)
		p.account = p.afterwards(settings, text) + "\n\n" + text
	}
	return err
}
