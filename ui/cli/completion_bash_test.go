package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamdesk/ui/cli/programtest"
)

// completeInBash sources the completion script and presses tab behind the words, the last of which is begun. The two
// functions stand in for those of the same name in the package bash-completion, which need not be installed.
const completeInBash = `
_get_comp_words_by_ref() { cur=${COMP_WORDS[COMP_CWORD]}; prev=${COMP_WORDS[COMP_CWORD-1]}; words=("${COMP_WORDS[@]}"); cword=$COMP_CWORD; }
__ltrim_colon_completions() { :; }
compopt() { :; }
source <(streamdesk completion bash) || exit 1
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMP_LINE="$*"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
complete -p streamdesk >&2 || exit 1
__start_streamdesk
printf '%s\n' "${COMPREPLY[@]}"
`

func TestBashCompletesFromTheLiveServer(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	program, err := programtest.Build()
	if err != nil {
		t.Fatal(err)
	}
	for line, want := range map[string][]string{
		"streamdesk gro":                                          {"groups"},
		"streamdesk export events:au":                             {"audit.failed"}, // the shell breaks words at colons
		"streamdesk pending audit.failed w":                       {"websocket_workers"},
		"streamdesk pending audit.failed db_writers --consumer w": {"worker-2"},
		"streamdesk publish deployment.c":                         {"deployment.completed"},
		"streamdesk streams --output j":                           {"json"},
	} {
		// What a busy machine doesn't bring in the time that a completion waits for it is left out.
		waitFor(t, line+"<tab> to be completed", func() bool {
			cmd := exec.Command(bash, append([]string{"--norc", "-c", completeInBash, "bash"}, strings.Fields(line)...)...)
			cmd.Env = []string{
				"HOME=" + t.TempDir(), "STREAMDESK_REDIS=redis://" + client.Options().Addr + "/0",
				"PATH=" + filepath.Dir(program) + string(os.PathListSeparator) + os.Getenv("PATH"),
			}
			out, err := cmd.Output()
			got := strings.Fields(string(out))
			if err != nil || len(got) > 3 {
				t.Fatalf("%s<tab>: %v, %q, want %q", line, err, got, want)
			}
			return slices.Contains(got, want[0])
		})
	}
	for shell, check := range map[string]string{"zsh": "zsh -n", "fish": "fish --no-execute"} {
		words := strings.Fields(check)
		if _, err := exec.LookPath(words[0]); err != nil {
			continue // its syntax is cobra's, and TestCompletionScripts sees to it that it is there
		}
		file := path(t, "completion."+shell)
		if err := os.WriteFile(file, []byte(newHost(t, "127.0.0.1:1").want(t, "completion", shell)), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(words[0], append(words[1:], file)...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s", shell, err, out)
		}
	}
}
