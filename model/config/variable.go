package config

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"streamdesk/model/words"
)

// variablePrefix is the prefix of streamdesk's variables.
const variablePrefix = "STREAMDESK_"

// ConfigVariable is the variable that names the settings file.
const ConfigVariable = variablePrefix + "CONFIG"

// EnvName returns the environment variable of a setting: "desk.frame_rate" is STREAMDESK_DESK_FRAME_RATE, and "redis"
// of the active profile is STREAMDESK_REDIS. An empty variable counts as not set.
func EnvName(key string) string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// foreignVariables match what Kubernetes and Docker set in every container next to a service or a container called
// streamdesk or streamdesk-work, and what controls this program's own tests.
var foreignVariables = regexp.MustCompile(`^STREAMDESK_(.*_)?(SERVICE_HOST|SERVICE_PORT(_.*)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?|TEST_.*)$`)

// unknownVariables returns a problem for each variable that looks like streamdesk's and matches no setting. A variable that a
// setting such as password_env names is known.
func (s *Settings) unknownVariables(environ []string) []Problem {
	var known []string
	add := func(settings map[string]reflect.Value) {
		for _, key := range slices.Sorted(maps.Keys(settings)) {
			known = append(known, EnvName(key))
			if value := settings[key]; strings.HasSuffix(key, "_env") {
				known = append(known, value.String())
			}
		}
	}
	add(single(reflect.ValueOf(&s.Config).Elem(), ""))
	for _, name := range slices.Sorted(maps.Keys(s.Profiles)) {
		profile := s.Profiles[name]
		add(single(reflect.ValueOf(&profile).Elem(), ""))
	}
	known = append(known, ConfigVariable)
	var problems []Problem
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if value == "" || !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) || foreignVariables.MatchString(name) {
			continue
		}
		problems = append(problems, Problem{Source: Source{Layer: FromEnv, Name: name}, Text: unknownVariable(name, known)})
	}
	return problems
}

// unknownVariable returns the text that no setting has this variable, with the one that may have been meant.
func unknownVariable(name string, known []string) string {
	short := make([]string, len(known))
	for i, variable := range known {
		short[i] = strings.TrimPrefix(variable, variablePrefix)
	}
	if meant := words.Nearest(strings.ToUpper(strings.TrimPrefix(name, variablePrefix)), short); meant != "" {
		return "unknown variable; did you mean " + variablePrefix + meant + "?"
	}
	return "unknown variable: a setting's is its key in capitals, such as " + EnvName("desk.theme") + "; config.example.toml has all keys"
}
