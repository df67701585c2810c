package program

import (
	"context"
	"errors"

	"streamdesk/bus/fault"
	"streamdesk/model/config"
	"streamdesk/ui/desk"
)

// NeedTerminal returns an error when there is no terminal for the desk; the error names the alternatives.
func (p *Program) NeedTerminal() error {
	if IsTerminal(p.In) && IsTerminal(p.Out) {
		return nil
	}
	return WrongUse("the desk needs a terminal, and this is none: for scripts there are 'streamdesk tail' and 'streamdesk groups'")
}

// DeskOptions returns the options of a desk on a session. address is the server's address to show, readOnlyWhy the
// reason why changes are forbidden, itself the command line of this program that reaches the same server.
func DeskOptions(s *Session, address, readOnlyWhy string, itself []string) desk.Options {
	profile := s.Settings.Active()
	return desk.Options{
		Bus: s.Bus, Config: s.Settings.Config, Profile: s.Settings.Profile, Address: address,
		Environment: profile.Environment, Color: string(profile.EnvironmentColor()), Production: profile.Production, ReadOnly: profile.ReadOnly, ReadOnlyWhy: readOnlyWhy,
		Recording: Recording(s.Settings), Record: s.Settings.Desk.Record,
		Examine:     Examine(s, itself),
		Retention:   Retention(s.Settings),
		Schema:      s.Schemas.Look,
		OpenPayload: openWhole, ThemeAsked: s.Settings.Source("desk.theme").Layer == config.FromFlag,
	}
}

// Show shows the desk until the person quits. When the desk breaks down, the program prints an account of it at the
// end.
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
