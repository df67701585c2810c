package cli

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
	exitDone     = 0
	exitFailed   = 1
	exitWrongUse = 2
)

// program is one run of one command.
type program struct {
	Streams
	flags globalFlags
	// overrides are settings that a command's own flags have set.
	overrides []config.Override
	// commands makes the root of all commands.
	commands func(*program) *cobra.Command
	showDesk func(context.Context, desk.Options) error
	asks     func() bool // whether there is a person to be asked; nil means that the streams tell
	// options are more of every bus, beside those that the settings make.
	options []bus.Option

	inside   bool // the server is in this program, and ends with it
	terminal atomic.Pointer[deskTerminal]
	account  string     // of how the desk broke down; empty when it didn't
	ending   sync.Mutex // held by whoever ends the program

	// stays says that the command goes on for as long as a person wants, whatever the server does.
	stays       bool
	interrupted <-chan struct{} // closed when the program is asked to end
	heeding     heeding
	links       links
}

func (p *program) run(ctx context.Context, args []string) int {
	p.interrupted = ctx.Done()
	p.In = newInput(p.In, p.interrupted)
	out, errs := &visible{to: newOutput(p.Out, p.interrupted)}, &visible{to: newOutput(p.Err, p.interrupted)}
	if !isTerminal(out) {
		out.exact = func() bool { return p.asJSON() }
	}
	p.Out, p.Err = out, errs
	p.links.gone = make(chan struct{})
	ended := make(chan struct{})
	defer close(ended)
	go p.links.cutAfter(p.interrupted, ended, p.heeding.finishes.Load)
	code := p.execute(ctx, args)
	_, _ = out.end(), errs.end() // nobody is left to be told
	p.ending.Lock()              // a panic that has begun ends the program with its trace, and never lets go
	defer p.ending.Unlock()
	return code
}

func (p *program) execute(ctx context.Context, args []string) int {
	redis.SetLogger(silence{})
	root := p.commands(p)
	root.SetArgs(args)
	root.SetIn(p.In)
	root.SetOut(p.Out)
	root.SetErr(p.Err)
	cmd, err := root.ExecuteContextC(ctx)
	var wrong *usageError
	switch {
	case p.account != "":
		fmt.Fprintf(p.Err, "streamdesk: %v\n%s\n", err, p.account)
		return exitBroken
	case err == nil, errors.Is(err, syscall.EPIPE):
		return exitDone // whoever read our output has enough
	case interruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // what isn't certain is told
		fmt.Fprintf(p.Err, "%s: %v\n", cmd.CommandPath(), errAskedToEnd)
		return exitFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(p.Err, "%s: %s\nSee '%s --help'.\n", cmd.CommandPath(), errorText(err), cmd.CommandPath())
		return exitWrongUse
	default:
		fmt.Fprintf(p.Err, "%s: %s\n", cmd.CommandPath(), errorText(err))
		return exitFailed
	}
}

// silence keeps go-redis from writing to stderr: what goes wrong comes back as an error, and is told once.
type silence struct{}

// Printf writes nothing.
func (silence) Printf(context.Context, string, ...any) {}

// usageError says that the command was called wrongly.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }

func (e *usageError) Unwrap() error { return e.err }

func wrongUse(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }
