package cli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"streamdesk/ui/cli/program"
)

func TestThereIsAManualPageForEachCommand(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "man1")
	h := newHost(t, "127.0.0.1:1")
	h.want(t, "man", dir)
	for _, cmd := range append(rootCommand((&program.Program{})).Commands(), rootCommand((&program.Program{}))) {
		if cmd.Hidden {
			continue
		}
		text, err := os.ReadFile(filepath.Join(dir, manualName(cmd)+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{".TH ", ".SH NAME\n", ".SH SYNOPSIS\n", ".SH EXAMPLES\n", roffText(cmd.Short)} {
			if !strings.Contains(string(text), part) {
				t.Errorf("%s: no %q", manualName(cmd), part)
			}
		}
		for line := range strings.Lines(string(text)) {
			name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			request := strings.HasPrefix(line, ".") && !slices.Contains([]string{".TH", ".SH", ".TP", ".BR", ".nf", ".fi"}, name)
			if request || strings.HasPrefix(line, "'") {
				t.Errorf("%s: roff would take %q for a request", manualName(cmd), line)
			}
		}
	}
}
