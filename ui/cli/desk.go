package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
)

// openDesk shows the desk on the configured server until the person quits.
func openDesk(ctx context.Context, p *program.Program) error {
	if err := p.NeedTerminal(); err != nil {
		return err
	}
	end := paceCollections(ctx)
	defer end()
	return runDesk(ctx, p)
}

// runDesk runs the desk, which can switch to the other profiles of the settings.
func runDesk(ctx context.Context, p *program.Program) error {
	p.Stays = true
	return p.With(ctx, func(s *program.Session) error {
		o := program.DeskOptions(s, program.ShownAddress(s.Settings.Active().Redis), program.ReadOnlyWhy(s.Settings), p.Itself())
		o.Profiles = profilesOf(s.Settings)
		o.Open = func(ctx context.Context, name string) (desk.Connection, error) {
			return openProfile(ctx, p, s.Settings, name)
		}
		return p.Show(ctx, s.Settings, o)
	})
}

// profilesOf returns the profiles that the desk can switch to.
func profilesOf(settings *config.Settings) []desk.Profile {
	profiles := make([]desk.Profile, 0, len(settings.Profiles))
	for _, name := range slices.Sorted(maps.Keys(settings.Profiles)) {
		profiles = append(profiles, deskProfile(name, settings.Profiles[name]))
	}
	return profiles
}

func deskProfile(name string, profile config.Profile) desk.Profile {
	return desk.Profile{
		Name: name, Environment: profile.Environment, Color: string(profile.EnvironmentColor()),
		Address: program.ShownAddress(profile.Redis), Production: profile.Production,
	}
}

// openProfile connects to another profile of the same settings. Flags and variables for the active profile, such as its
// address, don't apply to the other one; read-only does.
func openProfile(ctx context.Context, p *program.Program, started *config.Settings, name string) (desk.Connection, error) {
	settings := *started
	settings.Profile = name
	profile, ok := settings.Profiles[name]
	if !ok {
		return desk.Connection{}, fmt.Errorf("there is no profile %q", name)
	}
	c := desk.Connection{ReadOnlyWhy: program.ReadOnlyWhy(&settings)}
	if source := started.Source(started.ActiveKey("read_only")); started.Active().ReadOnly && source.Layer > config.FromFile {
		profile.ReadOnly, c.ReadOnlyWhy = true, "by "+source.String()
		settings.Profiles = maps.Clone(settings.Profiles)
		settings.Profiles[name] = profile
	}
	s, err := p.Connect(ctx, &settings)
	if err != nil {
		return desk.Connection{}, err
	}
	c.Recording = program.Recording(&settings)
	c.Examine = program.Examine(s, []string{"streamdesk", "--profile", name})
	c.Bus, c.Profile, c.ReadOnly, c.Close = s.Bus, deskProfile(name, profile), profile.ReadOnly, s.End
	return c, nil
}
