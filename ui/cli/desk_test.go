package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
	"streamdesk/ui/desk"
)

// onTwoProfiles runs a look at the desk's options in place of the desk, with settings that hold two servers and one
// that isn't there.
func onTwoProfiles(t *testing.T, look func(context.Context, desk.Options), args ...string) {
	t.Helper()
	one, two := startEmbedded(t, time.Now), startEmbedded(t, time.Now)
	file := filepath.Join(t.TempDir(), "config.toml")
	text := fmt.Sprintf(`profile = "one"
[profiles.one]
redis = "redis://%s/0"
[profiles.two]
redis = "redis://%s/0"
environment = "prod"
production = true
[themes.night]
accent = "red"
[profiles.gone]
redis = "redis://127.0.0.1:1/0"
color = "violet"
`, one.Options().Addr, two.Options().Addr)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, "127.0.0.1:1")
	streams := h.streams(strings.NewReader(""), &programtest.Screen{}, &programtest.Screen{})
	streams.Env = func(string) (string, bool) { return "", false }
	p := &program.Program{Commands: rootCommand, Streams: streams, ShowDesk: func(ctx context.Context, o desk.Options) error {
		look(ctx, o)
		return nil
	}}
	root := rootCommand(p)
	if err := root.ParseFlags(append([]string{"--config", file}, args...)); err != nil {
		t.Fatal(err)
	}
	if err := runDesk(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}

func TestTheDeskCanGoToEveryProfileOfTheSettings(t *testing.T) {
	t.Parallel()
	onTwoProfiles(t, func(ctx context.Context, o desk.Options) {
		var names []string
		for _, profile := range o.Profiles {
			names = append(names, profile.Name+" "+profile.Environment+" "+profile.Color)
		}
		if got := strings.Join(names, ", "); got != "default dev none, gone dev violet, one dev none, two prod red" {
			t.Errorf("the profiles are %s", got)
		}
		c, err := o.Open(ctx, "two")
		if err != nil {
			t.Fatal(err)
		}
		if c.Name != "two" || !c.Production || c.Color != "red" || c.ReadOnly {
			t.Errorf("two is %+v", c)
		}
		if _, err := c.Bus.PublishSync(ctx, model.Event{Type: model.WorkflowStarted}); err != nil {
			t.Error(err)
		}
		if keys, err := o.Bus.Reader().Discover(ctx); err != nil || len(keys) != 0 {
			t.Errorf("what was published on two is on one: %v, %v", keys, err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if _, err := o.Open(ctx, "gone"); err == nil || !strings.Contains(err.Error(), "no Redis at 127.0.0.1:1/0 (connection refused)") {
			t.Errorf("gone: %v", err)
		}
		if _, err := o.Open(ctx, "three"); err == nil {
			t.Error("a profile that there isn't was opened")
		}
	})
}

func TestAReadOnlyDeskStaysSoOnEveryProfile(t *testing.T) {
	t.Parallel()
	onTwoProfiles(t, func(ctx context.Context, o desk.Options) {
		c, err := o.Open(ctx, "two")
		if err != nil {
			t.Fatal(err)
		}
		if !o.ReadOnly || !c.ReadOnly || c.ReadOnlyWhy != "by --read-only" {
			t.Errorf("on two: read-only %v, %q", c.ReadOnly, c.ReadOnlyWhy)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}, "--read-only")
}

func TestTheThemeOfTheFlagIsAskedFor(t *testing.T) {
	t.Parallel()
	onTwoProfiles(t, func(_ context.Context, o desk.Options) {
		if o.Config.Desk.Theme != "night" || !o.ThemeAsked || o.Config.Themes["night"].Accent != "red" {
			t.Errorf("the theme is %q, asked for: %v; there are %v", o.Config.Desk.Theme, o.ThemeAsked, o.Config.Themes)
		}
	}, "--theme", "night")
	onTwoProfiles(t, func(_ context.Context, o desk.Options) {
		if o.Config.Desk.Theme != config.ThemeAuto || o.ThemeAsked {
			t.Errorf("without the flag the theme is %q, asked for: %v", o.Config.Desk.Theme, o.ThemeAsked)
		}
	})
}
