package cli

import (
	"context"
	"io"
	"os"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/desk"
)

// breakEnv makes the test binary a streamdesk that breaks down, and says how.
const breakEnv = "STREAMDESK_CLI_TEST_BREAK"

// goFile is the file descriptor that such a program is told on to break down: when it ends.
const goFile = 3

// breakDown is such a program; what it returns is the exit code of one that didn't.
func breakDown(how string) int {
	told := make(chan struct{})
	go func() {
		_, _ = io.ReadAll(os.NewFile(goFile, "go"))
		close(told)
	}()
	onPurpose := func() {
		select {
		case <-told:
			panic("on purpose")
		default:
		}
	}
	var args []string
	streams := program.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Env: os.LookupEnv}
	if how == "signal" {
		return Process(nil, streams)
	}
	p := &program.Program{Commands: rootCommand, Streams: streams, ShowDesk: desk.Run}
	switch how {
	case "bus":
		p.Options = []bus.Option{bus.WithHooks(bus.Hooks{Published: func(model.Key, int) { onPurpose() }})}
		p.ShowDesk = func(ctx context.Context, o desk.Options) error {
			go func() {
				<-told
				_ = o.Bus.Publish(ctx, model.Event{Type: model.WorkflowStarted}) // what comes of it is the writer's
			}()
			return desk.Run(ctx, o)
		}
	case "demo":
		args = []string{"demo"}
		p.Options = []bus.Option{bus.WithHooks(bus.Hooks{Delivered: func(string, model.Key, int64) { onPurpose() }})}
	case "desk":
		p.ShowDesk = func(ctx context.Context, o desk.Options) error {
			o.Now = func() time.Time {
				onPurpose()
				return time.Now()
			}
			return desk.Run(ctx, o)
		}
	}
	return p.Run(context.Background(), args)
}
