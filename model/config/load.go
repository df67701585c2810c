package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"strings"
)

// Options are the inputs of Load. It reads nothing else: without Env there is no environment, without ReadFile there
// are no files.
type Options struct {
	// Path is the file that --config names; it must exist. Empty means $STREAMDESK_CONFIG, which must exist too, or
	// else the default path, where a missing file counts as empty.
	Path string
	// Profile is the profile that --profile names; empty means $STREAMDESK_PROFILE, or else the file's choice.
	Profile string
	// Overrides are the values of the other flags that were given.
	Overrides []Override
	// Env looks up an environment variable, as os.LookupEnv does.
	Env func(name string) (string, bool)
	// Environ returns the whole environment, each variable as NAME=VALUE, as os.Environ does. Variables of streamdesk that
	// match no setting are errors; nil turns that check off.
	Environ func() []string
	// ReadFile reads a file, as os.ReadFile does.
	ReadFile func(path string) ([]byte, error)
}

// Settings are a Config with the source of each value.
type Settings struct {
	Config
	// Path is the file that was read; empty when there was none.
	Path    string
	sources map[string]Source
}

// Source returns where a setting was written, by its full name: "desk.theme", "profiles.prod.redis".
func (s *Settings) Source(key string) Source { return s.sources[key] }

// ActiveKey returns the full name of a setting of the active profile ("redis" is "profiles.prod.redis"), or of its
// table when key is empty.
func (s *Settings) ActiveKey(key string) string {
	return strings.TrimSuffix(keyName("profiles", s.Profile)+"."+key, ".")
}

// Named returns a setting as its writer knows it, for an error message: "--redis", "STREAMDESK_REDIS",
// "config.toml:12:3: profiles.prod.redis"; only the key if it has its default.
func (s *Settings) Named(key string) string { return Problem{Source: s.Source(key), Key: key}.place() }

// Explain adds to a [KeyError] about a setting of that table the setting's name as its writer knows it. Other errors
// are returned unchanged.
func (s *Settings) Explain(table string, err error) error {
	if problem, ok := errors.AsType[*KeyError](err); ok {
		return fmt.Errorf("%s: %w", s.Named(table+"."+problem.Key), problem.Err)
	}
	return err
}

// Place sets the source of a setting.
func (s *Settings) Place(key string, source Source) {
	s.sources = maps.Clone(s.sources)
	s.sources[key] = source
}

// Load resolves the settings: the defaults, overridden by the file, the environment and the flags, in that order. It
// reads one file only. All problems are in one *Error; a file that can't be read is a separate error.
func Load(options Options) (*Settings, error) {
	env := options.Env
	if env == nil {
		env = func(string) (string, bool) { return "", false }
	}
	path, document, err := readSettings(options, env)
	if err != nil {
		return nil, err
	}
	settings := &Settings{Config: Default(), Path: path}
	decoder := decode(path, document, &settings.Config)
	settings.sources = decoder.sources
	if !decoder.unreadable {
		settings.choose(options.Profile, env)
		decoder.problems = append(decoder.problems, settings.override(options.Overrides, env)...)
		if options.Environ != nil {
			decoder.problems = append(decoder.problems, settings.unknownVariables(options.Environ())...)
		}
	}
	if problems := decoder.finish(settings.Config); len(problems) > 0 {
		return nil, &Error{Problems: problems}
	}
	settings.expandPaths(env)
	settings.throughBastions()
	return settings, nil
}

// readSettings finds and reads the settings file; if the default file is missing, path and text are empty.
func readSettings(options Options, env func(string) (string, bool)) (path string, document []byte, err error) {
	path, asked := options.Path, "--config"
	if path == "" {
		path, _ = env(ConfigVariable)
		asked = ConfigVariable
	}
	if path == "" {
		path, asked = defaultPath(env), ""
	}
	if path == "" || options.ReadFile == nil && asked == "" {
		return "", nil, nil
	}
	if options.ReadFile == nil {
		return "", nil, fmt.Errorf("%s %s: no way to read files was given", asked, path)
	}
	document, err = options.ReadFile(path)
	switch {
	case err == nil:
		return path, document, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", nil, fmt.Errorf("reading the settings: %w", err)
	case asked != "":
		return "", nil, fmt.Errorf("%s: there is no file %s; create it from config.example.toml, or leave %s out: %w",
			asked, path, asked, fs.ErrNotExist)
	}
	return "", nil, nil
}

// defaultPath returns streamdesk/config.toml in $XDG_CONFIG_HOME, or in ~/.config; empty when neither is known. A
// relative $XDG_CONFIG_HOME is ignored, as the XDG specification says.
func defaultPath(env func(string) (string, bool)) string {
	return underHome(env, "XDG_CONFIG_HOME", ".config", "streamdesk", "config.toml")
}

func underHome(env func(string) (string, bool), variable, otherwise string, rest ...string) string {
	base, _ := env(variable)
	if !filepath.IsAbs(base) {
		home, _ := env("HOME")
		if home == "" {
			return ""
		}
		base = filepath.Join(home, otherwise)
	}
	return filepath.Join(append([]string{base}, rest...)...)
}
