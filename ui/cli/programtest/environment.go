package programtest

import (
	"io"
	"testing"

	"streamdesk/ui/cli/program"
)

// Environment returns an environment without settings except a server's address, host:port, UTC times, and a locale with all signs.
func Environment(t *testing.T, address string) map[string]string {
	t.Helper()
	return map[string]string{"HOME": t.TempDir(), "STREAMDESK_REDIS": "redis://" + address + "/0", "STREAMDESK_DESK_TIME": "utc", "LC_ALL": "C.UTF-8"}
}

// Streams returns the streams of a program in an environment.
func Streams(env map[string]string, in io.Reader, out, err io.Writer) program.Streams {
	return program.Streams{In: in, Out: out, Err: err, Env: func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	}, Environ: func() []string {
		var variables []string
		for name, value := range env {
			variables = append(variables, name+"="+value)
		}
		return variables
	}}
}
