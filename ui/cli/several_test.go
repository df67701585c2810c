package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// severalEnv makes the test binary a process that runs several commands, one after another, and nothing else. It has their
// arguments, as JSON.
const severalEnv = "STREAMDESK_CLI_TEST_SEVERAL"

// ran is what one of several commands left behind, as JSON.
type ran struct {
	Code int    `json:"code"`
	Out  string `json:"out"`
	Err  string `json:"err"`
}

// runSeveral is such a process. It writes a line of JSON for each command.
func runSeveral(commands string) int {
	var several [][]string
	if err := json.Unmarshal([]byte(commands), &several); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return program.ExitWrongUse
	}
	if err := os.Unsetenv(severalEnv); err != nil { // it is no setting
		fmt.Fprintln(os.Stderr, err)
		return program.ExitFailed
	}
	for _, args := range several {
		var out, told programtest.Screen
		streams := program.Streams{In: strings.NewReader(""), Out: &out, Err: &told, Env: os.LookupEnv, Environ: os.Environ}
		code := Main(context.Background(), args, streams)
		if err := json.NewEncoder(os.Stdout).Encode(ran{code, out.String(), told.String()}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return program.ExitFailed
		}
	}
	return program.ExitDone
}

// severalCommand returns a process that runs several commands: what one costs there, at least, is what all cost.
func severalCommand(t *testing.T, redis string, several [][]string) *exec.Cmd {
	t.Helper()
	commands, err := json.Marshal(several)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = []string{severalEnv + "=" + string(commands), "HOME=" + t.TempDir(), "STREAMDESK_REDIS=redis://" + redis + "/0", "LC_ALL=C.UTF-8"}
	return cmd
}
