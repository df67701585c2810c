package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"
	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/model/config"
	"streamdesk/ui/desk"
)

// Streams are where a program reads and writes, and its environment.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Env looks an environment variable up; os.LookupEnv fits.
	Env func(name string) (string, bool)
	// Environ is the whole environment, each as NAME=VALUE; os.Environ fits. Nil means that nobody looks for variables that
	// stand for no setting.
	Environ func() []string
}

// What a program ends with.
const (
	ExitDone     = 0
	ExitFailed   = 1
	ExitWrongUse = 2
)

// Program is one run of one command.
type Program struct {
	Streams
	Flags globalFlags
	// overrides are settings that a command's own flags have set.
	overrides []config.Override
	// Commands makes the root of all commands.
	Commands func(*Program) *cobra.Command
	ShowDesk func(context.Context, desk.Options) error
	Asks     func() bool // whether there is a person to be asked; nil means that the streams tell
	// Options are more of every bus, beside those that the settings make.
	Options []bus.Option

	Inside   bool // the server is in this program, and ends with it
	terminal atomic.Pointer[deskTerminal]
	account  string     // of how the desk broke down; empty when it didn't
	ending   sync.Mutex // held by whoever ends the program

	// Stays says that the command goes on for as long as a person wants, whatever the server does.
	Stays       bool
	interrupted <-chan struct{} // closed when the program is asked to end
	Heeding     heeding
	links       links
}

// Run runs the command that args name until it is done or ctx ends, and returns the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	p.interrupted = ctx.Done()
	p.In = newInput(p.In, p.interrupted)
	out, errs := &visible{to: newOutput(p.Out, p.interrupted)}, &visible{to: newOutput(p.Err, p.interrupted)}
	if !IsTerminal(out) {
		out.exact = func() bool { return p.JSON() }
	}
	p.Out, p.Err = out, errs
	p.links.gone = make(chan struct{})
	ended := make(chan struct{})
	defer close(ended)
	go p.links.cutAfter(p.interrupted, ended, p.Heeding.Finishes.Load)
	code := p.execute(ctx, args)
	_, _ = out.end(), errs.end() // nobody is left to be told
	p.ending.Lock()              // a panic that has begun ends the program with its trace, and never lets go
	defer p.ending.Unlock()
	return code
}

func (p *Program) execute(ctx context.Context, args []string) int {
	redis.SetLogger(silence{})
	root := p.Commands(p)
	root.SetArgs(args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	cmd, err := root.ExecuteContextC(ctx)
	var wrong *UsageError
	switch {
	case p.account != "":
		fmt.Fprintf(p.Err, "streamdesk: %v\n%s\n", err, p.account)
		return ExitBroken
	case err == nil, errors.Is(err, syscall.EPIPE):
		return ExitDone // whoever read our output has enough
	case InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // what isn't certain is told
		fmt.Fprintf(p.Err, "%s: %v\n", cmd.CommandPath(), ErrAskedToEnd)
		return ExitFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(p.Err, "%s: %s\nSee '%s --help'.\n", cmd.CommandPath(), errorText(err), cmd.CommandPath())
		return ExitWrongUse
	default:
		fmt.Fprintf(p.Err, "%s: %s\n", cmd.CommandPath(), errorText(err))
		return ExitFailed
	}
}

// silence keeps go-redis from writing to stderr: what goes wrong comes back as an error, and is told once.
type silence struct{}

// Printf writes nothing.
func (silence) Printf(context.Context, string, ...any) {}

// UsageError says that the command was called wrongly.
type UsageError struct{ err error }

func (e *UsageError) Error() string { return e.err.Error() }

func (e *UsageError) Unwrap() error { return e.err }

// WrongUse is an error that says that the command was called wrongly.
func WrongUse(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }
