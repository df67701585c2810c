package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/transfer"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

// importOptions returns the options of an import, with the messages that it prints while it runs.
func importOptions(p *program.Program, flags *importFlags, progress *program.Progress) transfer.ImportOptions {
	say := func(format string, args ...any) {
		progress.End()
		p.Say(format, args...)
	}
	o := transfer.ImportOptions{
		KeepIDs: flags.keepIDs, Groups: flags.groups, FromLine: flags.fromLine, Progress: progress.Tell, Sending: p.Sending(),
		KeptFigures: func(stream string, holds, exported int64) {
			say("%s keeps its own figures: it holds %s, and the file has %s", stream, words.Plural(holds, "entry"), words.Grouped(exported))
		},
		Group: func(g transfer.RestoredGroup) { tellGroup(&g, say) },
	}
	if flags.goOn {
		leftOut := 0
		o.LeftOut = func(why error) {
			leftOut++
			progress.End()
			tellLeftOut(p, leftOut, namingFlags(why))
		}
	}
	return o
}

// maxLeftOutTold is the max number of left-out lines that are named: a screenful.
const maxLeftOutTold = 20

// tellLeftOut reports the n-th line that was left out.
func tellLeftOut(p *program.Program, n int, why error) {
	if n <= maxLeftOutTold {
		p.Say("left out: %v", why)
	} else if n == maxLeftOutTold+1 {
		fmt.Fprintln(p.Err, "further lines that are left out are only counted")
	}
}

// namingFlags adds to an error the flag that avoids it.
func namingFlags(err error) error {
	if errors.Is(err, transfer.ErrNoID) {
		return fmt.Errorf("%w, and --keep-ids keeps them (add the file with --new-ids instead)", err)
	}
	return err
}

// tellGroup reports what differs in a restored group.
func tellGroup(g *transfer.RestoredGroup, say func(format string, args ...any)) {
	name := fmt.Sprintf("group %s on %s", g.Group, g.Stream)
	switch {
	case g.Absent > 0:
		say("%s is there already and stays as it is; %s of the %s that the file has pending in it are not pending there: acknowledged since, "+
			"to be delivered yet, or never restored (to have it as it was, destroy it with 'streamdesk group destroy', and import again)",
			name, words.Grouped(g.Absent), words.Plural(g.Rows, "entry"))
	case g.Kept:
		say("%s is there already and stays as it is", name)
	case g.Resumed:
		say("%s: an import had ended before it was whole; %s of its %s were pending already", name, words.Grouped(g.Before), words.Plural(g.Rows, "entry"))
	}
	if g.Gone > 0 {
		say("%s: %s that were pending are gone, and can't be made pending again", name, words.Plural(g.Gone, "entry"))
	}
	if short := g.Pending - g.Rows; short > 0 {
		say("%s: the file has %s of the %s that were pending: the others were acknowledged while it was exported, or lines are missing",
			name, words.Grouped(g.Rows), words.Plural(g.Pending, "entry"))
	}
}

// importAccount adds to an error what was done, and how to continue.
func importAccount(err error, name string, d *transfer.Imported) error {
	err = namingFlags(err)
	if program.InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain) {
		err = errors.New("interrupted")
	}
	text := fmt.Sprintf("%s of %s added", words.Plural(d.Added.Count, "entry"), name)
	if d.There > 0 {
		text += fmt.Sprintf(", %d were already there", d.There)
	}
	if d.LeftOut > 0 {
		text += fmt.Sprintf(", %d lines left out", d.LeftOut)
	}
	mend := fmt.Sprintf("go on with --from-line %d", d.Line+1)
	if errors.Is(err, model.ErrLine) {
		mend = fmt.Sprintf("mend the line and go on with --from-line %d, or leave such lines out with --continue", d.Line+1)
	}
	return fmt.Errorf("%w; %s: %s", err, text, mend)
}

// importDry reads everything and prints what would be sent.
func importDry(ctx context.Context, p *program.Program, file *importFile, flags *importFlags) error {
	began := time.Now()
	progress, shown := p.NewProgress("entries"), 0
	done, err := transfer.DryImport(ctx, file.lines, importOptions(p, flags, progress), func(e *model.Entry) error {
		shown++
		if shown > dryCommands {
			return nil
		}
		return showCommand(p, change.LoadCommand(e))
	})
	progress.End()
	if err != nil {
		return namingFlags(err)
	}
	if more := done.Added.Count - dryCommands; more > 0 {
		fmt.Fprintf(p.Err, "and %d more XADDs\n", more)
	}
	fmt.Fprintf(p.Err, "%s would be added to %s; nothing was sent. The file was read in %s.\n", words.Plural(done.Added.Count, "entry"),
		words.Plural(done.Streams, "stream"), time.Since(began).Round(time.Millisecond))
	return nil
}

// dryCommands is the max number of commands that a dry run prints.
const dryCommands = 20
