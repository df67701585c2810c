// Package execute works as a group by running a command of the user's. It writes events as lines of JSON ([sink.AppendLine])
// to the command's standard input, and acknowledges them once the command has exited with 0. After any other exit, or a
// timeout, the events are delivered again later, one at a time, and go to the dead letters after as many deliveries as the
// setup allows. A command that doesn't exist, or exits with 75 (EX_TEMPFAIL), is waited for. Start reading at [New].
package execute

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

const (
	// DefaultTimeout is longer than a command with one task takes, and short enough to notice one that hangs.
	DefaultTimeout = 30 * time.Second
	// exitLater is EX_TEMPFAIL of sysexits: the command asks for another try later, whatever the event.
	exitLater = 75
	// leaveTime is how long to wait for output after the command has ended: a child of the command may hold it open.
	leaveTime = time.Second
)

// Options are the settings of a [Service].
type Options struct {
	// Command is the program and its arguments. It runs without a shell, in the directory and with the environment of this
	// process. {group} and {consumer} in it stand for those names.
	Command []string
	// Batch is the max number of events of one run; 0 means 1.
	Batch int
	// Timeout is the max time of a run; then the command and its children are killed. 0 means 30 seconds.
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

// New returns a new service, or an error when there is no such command.
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

// Name returns the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Run consumes until ctx ends.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	return b.ConsumeBatch(ctx, s.setup.Group, s.handle, s.setup.Options()...)
}

// Health returns nil, or the reason why the command can't be run.
func (s *Service) Health() error { return s.receiver.Health() }

// Close has nothing to release.
func (s *Service) Close() error { return nil }

func (s *Service) handle(ctx context.Context, messages []bus.Message) error {
	return sink.Hand(messages, s.batch, func(messages []bus.Message) error {
		return s.receiver.Took(ctx, messages, 0, s.run(ctx, sink.AppendLines(nil, messages), sink.TraceOf(messages)))
	})
}

// run runs the command once. The error is a [sink.RefusalError] when it ran and failed.
func (s *Service) run(ctx context.Context, lines []byte, trace model.TraceContext) error {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	var said lastWords
	cmd := exec.CommandContext(ctx, s.command[0], s.command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(lines), &said, &said, leaveTime
	cmd.Env = inTrace(cmd.Environ(), trace)
	ownGroup(cmd)
	err := cmd.Run()
	exit, ran := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // it has exited with 0 and left a child behind
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &sink.RefusalError{Err: fmt.Errorf("it was killed: not done after %s%s", s.timeout, said.reason())}
	case ran && exit.ExitCode() != exitLater:
		return &sink.RefusalError{Err: fmt.Errorf("%w%s", err, said.reason())}
	default:
		return fmt.Errorf("%w%s", err, said.reason())
	}
}

// inTrace returns an environment with the events' trace context, and without that of this process: a worker that was started in a
// trace handles events of others.
func inTrace(environment []string, trace model.TraceContext) []string {
	environment = slices.DeleteFunc(environment, func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		return name == "TRACEPARENT" || name == "TRACESTATE"
	})
	if trace.Parent == "" {
		return environment
	}
	return append(environment, "TRACEPARENT="+trace.Parent, "TRACESTATE="+trace.State)
}
