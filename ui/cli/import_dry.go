package cli

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus"
	"streamdesk/model"
)

// importDry reads everything and says what would be sent.
func (p *program) importDry(ctx context.Context, file *importFile, flags *importFlags) error {
	i := &importing{program: p, file: file, flags: flags, progress: p.newProgress("entries"), streams: map[string]*importedStream{}}
	began := time.Now()
	reading, stop := context.WithCancel(ctx)
	batches := make(chan *importBatch, 2)
	go file.read(reading, flags.fromLine, flags.goOn, batches)
	defer file.let(stop, batches)
	for {
		b, err := nextBatch(ctx, batches)
		if err != nil {
			i.progress.end()
			return err
		}
		for _, broken := range b.broken {
			i.leaveOut(broken)
		}
		for k := range b.entries {
			e := &b.entries[k]
			if !flags.keepIDs {
				e.ID = model.Position{}
			}
			if i.done.Added < dryCommands {
				if err := p.showCommand(bus.LoadCommand(e)); err != nil {
					return err
				}
			}
			i.done.Added++
			i.streams[e.Stream] = &importedStream{}
		}
		i.line = b.line
		i.progress.tell(i.done.Added, file.estimate(i.done.Added, b.offset))
		if err := ended(b.err); err != nil {
			i.progress.end()
			return err
		}
		if b.err != nil {
			break
		}
	}
	i.progress.end()
	if more := i.done.Added - dryCommands; more > 0 {
		fmt.Fprintf(p.Err, "and %d more XADDs\n", more)
	}
	fmt.Fprintf(p.Err, "%s would be added to %s; nothing was sent. The file was read in %s.\n", plural(i.done.Added, "entry"),
		plural(len(i.streams), "stream"), time.Since(began).Round(time.Millisecond))
	return nil
}

// dryCommands is how many commands a dry run shows of a long file.
const dryCommands = 20
