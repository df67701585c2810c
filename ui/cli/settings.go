package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"streamdesk/model/config"
)

// readOnlyWhy is where it was written that nothing may be changed; empty when it may.
func readOnlyWhy(settings *config.Settings) string {
	if !settings.Active().ReadOnly {
		return ""
	}
	return "by " + settings.Source(settings.ActiveKey("read_only")).String()
}

// variable ends the help of a flag that stands for a setting: it names the variable that does so, too.
func variable(key string) string { return " [" + config.EnvName(key) + "]" }

// globalFlags are those that every command takes.
type globalFlags struct {
	redis, config, profile, output string
	wait                           string
	readOnly                       bool
}

// The forms of output.
const (
	outputText = "text"
	outputJSON = "json"
)

// arguments makes wrong numbers of arguments wrong use, with the command's own line as the mend.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return wrongUse("%d arguments given, want: %s", len(args), cmd.UseLine())
		}
		return nil
	}
}

// settings reads the settings with the flags on top.
func (p *program) settings() (*config.Settings, error) {
	o := config.Options{Path: p.flags.config, Profile: p.flags.profile, Env: p.Env, Environ: p.Environ, ReadFile: p.readFile, Overrides: slices.Clone(p.overrides)}
	if p.flags.redis != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--redis", Key: "redis", Value: p.flags.redis})
	}
	if p.flags.wait != "" {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--wait", Key: "wait", Value: p.flags.wait})
	}
	if p.flags.readOnly {
		o.Overrides = append(o.Overrides, config.Override{Flag: "--read-only", Key: "read_only", Value: "true"})
	}
	settings, err := config.Load(o)
	if err != nil {
		return nil, p.wrongSetting(err)
	}
	return settings, nil
}

// overrideChanged has a flag go over a setting, when it was given.
func (p *program) overrideChanged(cmd *cobra.Command, flag, key, value string) {
	if cmd.Flags().Changed(flag) {
		p.overrides = append(p.overrides, config.Override{Flag: "--" + flag, Key: key, Value: value})
	}
}

// visiblePassword is said once a run, when a password stands on the command line.
const visiblePassword = "streamdesk: the password in --redis shows to everybody on this machine who lists processes (ps); " +
	"STREAMDESK_REDIS, or password_env or password_file in the settings, keep it out of sight"

// addFlags adds the flags that every command takes.
func (p *program) addFlags(root *cobra.Command) {
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if p.flags.output != outputText && p.flags.output != outputJSON {
			return wrongUse("--output %q: write text or json", p.flags.output)
		}
		if u := config.URL(p.flags.redis); u.String() != string(u) {
			fmt.Fprintln(p.Err, visiblePassword)
		}
		return nil
	}

	flags := root.PersistentFlags()
	flags.StringVar(&p.flags.redis, "redis", "", "`URL` of the server: redis://, rediss://, unix://, redis+cluster://h:p,h:p, redis+sentinel://h:p,h:p/MASTER/DB"+variable("redis"))
	flags.StringVar(&p.flags.config, "config", "", "the settings `file` ["+config.ConfigVariable+"]")
	flags.StringVar(&p.flags.profile, "profile", "", "`name` of the profile in the settings file"+variable("profile"))
	flags.StringVar(&p.flags.wait, "wait", "", "how long to wait for a server that is away or doesn't answer, such as 2m (`duration`, default 30s)"+variable("wait"))
	flags.BoolVar(&p.flags.readOnly, "read-only", false, "refuse every change"+variable("read_only"))
	flags.StringVar(&p.flags.output, "output", outputText, "`form` of the output: text or json")
	completeFlag(root, "output", cobra.FixedCompletions([]string{outputText, outputJSON}, cobra.ShellCompDirectiveNoFileComp))
	completeFlag(root, "profile", p.completeProfiles)
	completeFlag(root, "redis", cobra.NoFileCompletions)
	completeFlag(root, "wait", cobra.NoFileCompletions)
}

// asJSON says whether the output is to be JSON.
func (p *program) asJSON() bool { return p.flags.output == outputJSON }

// itself are the words of this program with the flags that led it to the server, without a password.
func (p *program) itself() []string {
	words := []string{"streamdesk"}
	for _, flag := range []struct{ name, value string }{
		{"--config", p.flags.config},
		{"--profile", p.flags.profile},
		{"--redis", withoutUser(p.flags.redis)},
	} {
		if flag.value != "" {
			words = append(words, flag.name, flag.value)
		}
	}
	return words
}

// withoutUser takes the user and the password out of a URL.
func withoutUser(address string) string {
	scheme, rest, ok := strings.Cut(address, "://")
	if at := strings.LastIndexByte(rest, '@'); ok && at >= 0 {
		return scheme + "://" + rest[at+1:]
	}
	return address
}
