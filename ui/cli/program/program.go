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

// Streams are the input and outputs of a program, and its environment.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
	// Env looks up an environment variable, such as os.LookupEnv.
	Env func(name string) (string, bool)
	// Environ returns the whole environment as NAME=VALUE, such as os.Environ. When it is nil, variables that belong to
	// no setting are not searched for.
	Environ func() []string
}

// The exit codes of a program.
const (
	ExitDone     = 0
	ExitFailed   = 1
	ExitWrongUse = 2
)

// Program is one run of one command.
type Program struct {
	Streams
	Flags globalFlags
	// overrides are the settings from a command's own flags.
	overrides []config.Override
	// Commands returns the root of all commands.
	Commands func(*Program) *cobra.Command
	ShowDesk func(context.Context, desk.Options) error
	Asks     func() bool // whether a person can be asked; nil means that the streams decide
	// Options are added to the options of every bus that come from the settings.
	Options []bus.Option

	plain    atomic.Bool // only ASCII can be shown
	Inside   bool        // the server runs in this program, and ends with it
	terminal atomic.Pointer[deskTerminal]
	account  string     // how the desk broke down; empty when it didn't
	ending   sync.Mutex // held while the program is ended

	// Stays means that the command runs until a person ends it, whatever the server does.
	Stays bool
	// Failures have the commands, by name, that report their errors themselves, wrong use included, with exit codes of their own.
	Failures    map[string]func(error) (code int)
	interrupted <-chan struct{} // closed when the program is asked to end
	Heeding     heeding
	links       links
	tunnels     tunnels
}

// Run runs the command that args name until it is done or ctx ends, and returns the exit code.
func (p *Program) Run(ctx context.Context, args []string) int {
	p.interrupted = ctx.Done()
	p.In = newInput(p.In, p.interrupted)
	out, errs := &visible{to: newOutput(p.Out, p.interrupted)}, &visible{to: newOutput(p.Err, p.interrupted)}
	out.signs = p.signs(out, func() bool { return p.Flags.Output == outputText })
	errs.signs = p.signs(errs, func() bool { return true })
	if !IsTerminal(out) {
		out.exact = func() bool { return p.JSON() }
	}
	p.Out, p.Err = out, errs
	p.links.gone = make(chan struct{})
	ended := make(chan struct{})
	defer close(ended)
	go p.links.cutAfter(p.interrupted, ended, p.Heeding.Finishes.Load)
	code := p.execute(ctx, args)
	p.tunnels.close()
	_, _ = out.end(), errs.end() // nobody is left to read an error
	p.ending.Lock()              // a panic ends the program with its trace, and never unlocks this
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
	var exit *ExitError
	switch {
	case p.account != "":
		fmt.Fprintf(p.Err, "streamdesk: %v\n%s\n", err, p.account)
		return ExitBroken
	case errors.As(err, &exit):
		return exit.Code
	case err != nil && p.Failures[cmd.Name()] != nil:
		return p.Failures[cmd.Name()](err)
	case err == nil, errors.Is(err, syscall.EPIPE):
		return ExitDone // the reader of the output closed it
	case InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // an uncertain outcome is reported
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

// silence keeps go-redis from writing to stderr. Its errors are returned, and reported once.
type silence struct{}

// Printf writes nothing.
func (silence) Printf(context.Context, string, ...any) {}

// UsageError means that the command was called wrongly.
type UsageError struct{ err error }

func (e *UsageError) Error() string { return e.err.Error() }

func (e *UsageError) Unwrap() error { return e.err }

// WrongUse returns an error that means that the command was called wrongly.
func WrongUse(format string, args ...any) error { return &UsageError{fmt.Errorf(format, args...)} }
