package config

import "strings"

// secret says where a secret is: in a variable, or in the first line of a file. The settings are called what_env and
// what_file.
type secret struct{ what, env, file string }

// readSecret returns the secret, or "" when neither is set. The error is a *KeyError and never holds the secret.
func readSecret(s secret, env func(string) (string, bool), read func(string) ([]byte, error)) (string, error) {
	switch {
	case s.env != "":
		if value, ok := env(s.env); ok && value != "" {
			return value, nil
		}
		return "", keyError(s.what+"_env", "the environment variable %s is not set; set it, or use %s_file", s.env, s.what)
	case s.file != "":
		text, err := read(s.file)
		if err != nil {
			return "", keyError(s.what+"_file", "%w", err)
		}
		value, _, _ := strings.Cut(string(text), "\n")
		if value = strings.TrimSuffix(value, "\r"); value == "" {
			return "", keyError(s.what+"_file", "the first line of %s is empty; write the %s there", s.file, s.what)
		}
		return value, nil
	}
	return "", nil
}
