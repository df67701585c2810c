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

// ExitBroken is the exit code after a panic, the same as Go's own.
const ExitBroken = 2

// Crashed returns a function for panics in goroutines outside the desk, such as those of the bus. The function restores
// the terminal and prints what happened. Then the panic continues, and Go writes the trace below. part names what broke
// down.
func (p *Program) Crashed(settings *config.Settings, part string) fault.Func {
	return func(broken *fault.PanicError) {
		p.ending.Lock() // never unlocked: nothing else may end the program now, and a second panic adds nothing
		if t := p.terminal.Load(); t != nil {
			t.giveBack()
		}
		fmt.Fprintf(p.Err, "streamdesk: %v\n%s\n\n", brokeDown(part, broken), p.afterwards(settings, trace(broken)))
	}
}

// trace formats a panic as Go writes it.
func trace(p *fault.PanicError) string { return fmt.Sprintf("%v\n\n%s", p, p.Stack) }

// brokeDown returns an error that says what broke down.
func brokeDown(part string, p *fault.PanicError) error {
	return fmt.Errorf("%s broke down; this is a bug: %w", part, p)
}

// afterwards saves the trace and returns what a person needs to know after a panic.
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

// Broke keeps the trace of a desk's panic when its error is one, says on stderr where, and returns the error.
func (p *Program) Broke(settings *config.Settings, err error) error {
	if broken, ok := errors.AsType[*fault.PanicError](err); ok {
		p.Say("%v", brokeDown("the desk", broken))
		fmt.Fprintf(p.Err, "%s\n", p.afterwards(settings, trace(broken)))
	}
	return err
}

var errKeepsNothing = errors.New("there is no directory for state")

// keepTrace writes a trace to a new file in dir. Only its owner can read the file.
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
		_ = os.Remove(file.Name()) // half a trace is useless
		return "", err
	}
	return filepath.Clean(file.Name()), nil
}
