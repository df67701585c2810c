package program

import (
	"github.com/spf13/cobra"

	"streamdesk/model/config"
)

// AddTheme adds --theme to a command that opens the desk.
func (p *Program) AddTheme(cmd *cobra.Command) {
	const flag, key = "theme", "desk.theme"
	help := "the colours of the desk, a `name`: auto, light, dark, high-contrast, ansi, none or one of your own" + Variable(key)
	cmd.Flags().Func(flag, help, func(name string) error {
		p.Override(flag, key, name)
		return nil
	})
	CompleteFlag(cmd, flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return p.themeNames(), cobra.ShellCompDirectiveNoFileComp
	})
}

// themeNames returns the themes of the settings. When the settings can't be read, it returns the built-in ones.
func (p *Program) themeNames() []string {
	var own map[string]config.Colors
	if settings, err := p.Settings(); err == nil {
		own = settings.Themes
	}
	var names []string
	for _, name := range config.ThemeNames(own) {
		names = append(names, string(name))
	}
	return names
}
