package program

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model/config"
)

// ExitBroken is what a panic ends the program with: Go's own number for it.
const ExitBroken = 2

// Crashed is for goroutines that are not the desk's, such as those of the bus: it gives the terminal back and says what
// happened. Then the panic goes on, and Go writes the trace below. part is what broke down, in words.
func (p *Program) Crashed(settings *config.Settings, part string) fault.Func {
	return func(broken *fault.PanicError) {
		p.ending.Lock() // for good: nobody else ends the program now, and a second panic has nothing to add
		if t := p.terminal.Load(); t != nil {
			t.giveBack()
		}
		fmt.Fprintf(p.Err, "streamdesk: %v\n%s\n\n", brokeDown(part, broken), p.afterwards(settings, trace(broken)))
	}
}

// trace is a panic as Go writes it.
func trace(p *fault.PanicError) string { return fmt.Sprintf("%v\n\n%s", p, p.Stack) }

// brokeDown says what broke down, in words.
func brokeDown(part string, p *fault.PanicError) error {
	return fmt.Errorf("%s broke down; this is a bug: %w", part, p)
}

// afterwards is what a person wants to know after a panic, and keeps the trace.
func (p *Program) afterwards(settings *config.Settings, trace string) string {
	text := "What was pending is safe in Redis."
	if p.Inside {
		text = "What the demo held is gone, as it always is in the end."
	}
	if path, err := keepTrace(settings.Desk.StateDir, time.Now(), trace); err == nil {
		text += " The trace is in " + path + ", too."
	}
	return text
}

var errKeepsNothing = errors.New("there is no directory for state")

// keepTrace writes a trace to a new file in the directory, which only its owner can read.
func keepTrace(dir string, at time.Time, trace string) (path string, err error) {
	if dir == "" {
		return "", errKeepsNothing
	}
	const dirMode = 0o700
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return "", err
	}
	file, err := os.CreateTemp(dir, at.UTC().Format("crash-20060102-150405-*.txt"))
	if err != nil {
		return "", err
	}
	_, err = fmt.Fprintf(file, "streamdesk %s, %s\n%s\n", ReadVersion().Version, at.UTC().Format(time.RFC3339), trace)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(file.Name()) // half a trace is none
		return "", err
	}
	return filepath.Clean(file.Name()), nil
}
