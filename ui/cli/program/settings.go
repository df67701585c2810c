package program

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"streamdesk/model/config"
)

// ReadOnlyWhy returns where the settings forbid changes; "" when changes are allowed.
func ReadOnlyWhy(settings *config.Settings) string {
	if !settings.Active().ReadOnly {
		return ""
	}
	return "by " + settings.Source(settings.ActiveKey("read_only")).String()
}

// Variable returns the end of a flag's help: the name of the environment variable for the same setting.
func Variable(key string) string { return " [" + config.EnvName(key) + "]" }

// globalFlags are the flags that every command accepts.
type globalFlags struct {
	redis, config, profile, Output string
	wait                           string
	ReadOnly                       bool
}

// The forms of output.
const (
	outputText = "text"
	OutputJSON = "json"
	// OutputCSV is a form that only the commands with an annotation of that name have.
	OutputCSV = "csv"
)

// Arguments reports a wrong number of arguments as wrong use, with the command's usage line as the fix.
func Arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return WrongUse("%d arguments given, want: %s", len(args), cmd.UseLine())
		}
		return nil
	}
}

// Settings reads the settings and applies the flags.
func (p *Program) Settings() (*config.Settings, error) {
	o := config.Options{Path: p.Flags.config, Profile: p.Flags.profile, Env: p.Env, Environ: p.Environ, ReadFile: p.ReadFile, Overrides: slices.Clone(p.overrides)}
	if p.Flags.redis != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--redis", Key: "redis", Value: p.Flags.redis})
	}
	if p.Flags.wait != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--wait", Key: "wait", Value: p.Flags.wait})
	}
	if p.Flags.ReadOnly {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--read-only", Key: "read_only", Value: "true"})
	}
	settings, err := config.Load(o)
	if err != nil {
		return nil, p.WrongSetting(err)
	}
	if settings.Desk.Glyphs != config.GlyphsAuto {
		p.plain.Store(settings.Desk.Glyphs == config.GlyphsASCII)
	}
	return settings, nil
}

// Override makes a flag override a setting.
func (p *Program) Override(flag, key, value string) {
	p.overrides = append(p.overrides, config.Override{Flag: "--" + flag, Key: key, Value: value})
}

// OverrideGiven calls Override when the flag was given.
func (p *Program) OverrideGiven(cmd *cobra.Command, flag, key, value string) {
	if cmd.Flags().Changed(flag) {
		p.Override(flag, key, value)
	}
}

// visiblePassword is printed when the command line contains a password.
const visiblePassword = "streamdesk: the password in --redis shows to everybody on this machine who lists processes (ps); " +
	"STREAMDESK_REDIS, or password_env or password_file in the settings, keep it out of sight"

// AddFlags adds the flags that every command accepts.
func (p *Program) AddFlags(root *cobra.Command) {
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		switch _, csv := cmd.Annotations[OutputCSV]; {
		case p.Flags.Output == outputText, p.Flags.Output == OutputJSON, csv && p.Flags.Output == OutputCSV:
		case csv:
			return WrongUse("--output %q: write text, json or csv", p.Flags.Output)
		default:
			return WrongUse("--output %q: write text or json", p.Flags.Output)
		}
		if u := config.URL(p.Flags.redis); u.String() != string(u) {
			fmt.Fprintln(p.Err, visiblePassword)
		}
		return nil
	}

	flags := root.PersistentFlags()
	flags.StringVar(&p.Flags.redis, "redis", "", "`URL` of the server: redis://, rediss://, unix://, redis+cluster://h:p,h:p, redis+sentinel://h:p,h:p/MASTER/DB, each with +ssh through a bastion: redis+ssh://user@bastion/h:p/DB"+Variable("redis"))
	flags.StringVar(&p.Flags.config, "config", "", "the settings `file` ["+config.ConfigVariable+"]")
	flags.StringVar(&p.Flags.profile, "profile", "", "`name` of the profile in the settings file"+Variable("profile"))
	flags.StringVar(&p.Flags.wait, "wait", "", "how long to wait for a server that is away or doesn't answer, such as 2m (`duration`, default 30s)"+Variable("wait"))
	flags.BoolVar(&p.Flags.ReadOnly, "read-only", false, "refuse every change"+Variable("read_only"))
	flags.StringVar(&p.Flags.Output, "output", outputText, "`form` of the output: text or json")
	CompleteFlag(root, "output", cobra.FixedCompletions([]string{outputText, OutputJSON}, cobra.ShellCompDirectiveNoFileComp))
	CompleteFlag(root, "profile", p.CompleteProfiles)
	CompleteFlag(root, "redis", cobra.NoFileCompletions)
	CompleteFlag(root, "wait", cobra.NoFileCompletions)
}

// JSON reports whether the output is JSON.
func (p *Program) JSON() bool { return p.Flags.Output == OutputJSON }

// Itself returns the command words that start this program on the same server, without a password.
func (p *Program) Itself() []string {
	words := []string{"streamdesk"}
	for _, flag := range []struct{ name, value string }{
		{"--config", p.Flags.config},
		{"--profile", p.Flags.profile},
		{"--redis", withoutUser(p.Flags.redis)},
	} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	return words
}

// withoutUser removes the user and the password from a URL.
func withoutUser(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if _, _, through, err := config.URL(address).Through(); through && err == nil {
		bastion, inner, _ := strings.Cut(rest, "/")
		scheme, rest = scheme+"://"+bastion, inner
		return scheme + "/" + rest[strings.LastIndexByte(rest, '@')+1:]
	}
	if at := strings.LastIndexByte(rest, '@'); ok && at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return address
}
