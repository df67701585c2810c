// Package execute works as a group by running a command of somebody's own: it writes events as lines of JSON
// ([sink.AppendLine]) to its standard input, and acknowledges them once it has ended with 0. A command that ends otherwise, or
// not in time, gets its events again later, each by itself, and they go to the dead letters after as many deliveries as the
// setup allows. One that isn't there, or ends with 75 (EX_TEMPFAIL), is waited for. Start reading at [New].
package execute

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
)

const (
	// DefaultTimeout is longer than a command takes that does one thing, and soon enough noticed.
	DefaultTimeout = 30 * time.Second
	// exitLater is EX_TEMPFAIL of sysexits: the command says that it is to be tried again, whatever the event.
	exitLater = 75
	// leaveTime is how long after a command's end its output is waited for, which a child of it may hold open.
	leaveTime = time.Second
)

// Options say what is run.
type Options struct {
	// Command is the program and its arguments. It is run as it stands, without a shell, in the directory and with the
	// environment of this process, and {group} and {consumer} in it stand for those names.
	Command []string
	// Batch is how many events one run gets at most; 0 means 1.
	Batch int
	// Timeout is how long a run may take before it and its children are killed; 0 means 30 seconds.
	Timeout time.Duration
}

// Service is one consumer of the group. It implements [sink.Service].
type Service struct {
	setup    sink.Setup
	command  []string
	batch    int
	timeout  time.Duration
	receiver sink.Receiver
}

// New makes a service. The error says that there is no such command.
func New(setup sink.Setup, o Options) (*Service, error) {
	if len(o.Command) == 0 {
		return nil, errors.New("it names no command")
	}
	if _, err := exec.LookPath(o.Command[0]); err != nil {
		return nil, err
	}
	s := &Service{setup: setup, batch: max(o.Batch, 1), timeout: o.Timeout, receiver: sink.Receiver{
		Log:  setup.Logger(),
		Back: "the command can be run again", Refused: "the command failed", Away: "the command can't be run; events stay pending",
	}}
	if s.timeout <= 0 {
		s.timeout = DefaultTimeout
	}
	names := strings.NewReplacer("{group}", setup.Group, "{consumer}", setup.Consumer)
	for _, word := range o.Command {
		s.command = append(s.command, names.Replace(word))
	}
	return s, nil
}

// Name is the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Run consumes until ctx ends.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	return b.ConsumeBatch(ctx, s.setup.Group, s.handle, s.setup.Options()...)
}

// Health is nil, or why the command can't be run.
func (s *Service) Health() error { return s.receiver.Health() }

// Close has nothing to release.
func (s *Service) Close() error { return nil }

func (s *Service) handle(ctx context.Context, messages []bus.Message) error {
	return sink.Hand(messages, s.batch, func(messages []bus.Message) error {
		return s.receiver.Took(ctx, messages, 0, s.run(ctx, sink.AppendLines(nil, messages)))
	})
}

// run runs the command once. The error is a [sink.RefusalError] when it ran and failed.
func (s *Service) run(ctx context.Context, lines []byte) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var said lastWords
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(lines), &said, &said, leaveTime
	ownGroup(cmd)
	err := cmd.Run()
	exit, ran := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it has ended with 0, and left a child behind
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &sink.RefusalError{Err: fmt.Errorf("it was killed: not done after %s%s", s.timeout, said.reason())}
	case ran && exit.ExitCode() != exitLater:
		return &sink.RefusalError{Err: fmt.Errorf("%w%s", err, said.reason())}
	default:
		return fmt.Errorf("%w%s", err, said.reason())
	}
}
