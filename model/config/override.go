package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Override is the value of a flag, which overrides the file and the environment.
type Override struct {
	// Flag is the flag as it is typed, such as "--redis"; errors name it.
	Flag string
	// Key is the setting's name with dots, such as "desk.theme"; the settings of the active profile are written without
	// the profile's name: "redis", "read_only", "tls.ca_file".
	Key string
	// Value is the text that was given.
	Value string
}

// choose sets the active profile. Whether it exists is checked with everything else.
func (s *Settings) choose(flag string, env func(string) (string, bool)) {
	if name, ok := env(EnvName("profile")); ok && name != "" {
		s.Profile, s.sources["profile"] = name, Source{Layer: FromEnv, Name: EnvName("profile")}
	}
	if flag != "" {
		s.Profile, s.sources["profile"] = flag, Source{Layer: FromFlag, Name: "--profile"}
	}
}

// override applies the environment and then the flags to every setting that one word of text can hold, including those
// of the active profile, and returns what it couldn't decode.
func (s *Settings) override(flags []Override, env func(string) (string, bool)) []Problem {
	var problems []Problem
	profile := s.Active()
	inProfile := single(reflect.ValueOf(&profile).Elem(), "")
	targets := single(reflect.ValueOf(&s.Config).Elem(), "")
	delete(targets, "profile") // choose has set it
	maps.Copy(targets, inProfile)
	keys := slices.Sorted(maps.Keys(targets))

	set := func(key, text string, source Source) {
		whole := key
		if _, ok := inProfile[key]; ok {
			whole = keyName("profiles", s.Profile) + "." + key
		}
		if err := assignText(targets[key], text); err != nil {
			problems = append(problems, Problem{Source: source, Key: whole, Text: err.Error()})
			return
		}
		s.sources[whole] = source
	}
	for _, key := range keys {
		if text, ok := env(EnvName(key)); ok && text != "" {
			set(key, text, Source{Layer: FromEnv, Name: EnvName(key)})
		}
	}
	for _, flag := range flags {
		source := Source{Layer: FromFlag, Name: flag.Flag}
		if _, ok := targets[flag.Key]; !ok {
			text := "no setting has this key; known: " + strings.Join(keys, ", ")
			problems = append(problems, Problem{Source: source, Key: flag.Key, Text: text})
			continue
		}
		set(flag.Key, flag.Value, source)
	}
	if _, ok := s.Profiles[s.Profile]; ok {
		s.Profiles[s.Profile] = profile
	}
	return problems
}
