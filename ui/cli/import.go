package cli

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/bus/transfer"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// importFlags are the flags of the import command.
type importFlags struct {
	keepIDs, newIDs, groups, goOn bool
	fromLine                      int
	program.ChangeFlags
}

func importCommand(p *program.Program) *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Add the entries of an export, with their IDs or with new ones",
		Long: `import adds the entries that 'streamdesk export' wrote, from a file or from stdin, compressed or not; each to
the stream it names, in the order of the lines.
  --keep-ids   under their own IDs. An entry that is there already, byte for byte, is passed over,
               so that the same import may be run again after it was interrupted. A stream that then
               holds exactly what the file has also gets the figures of the original: its last ID,
               entries ever added, greatest ID deleted.
  --new-ids    under IDs of now. They are other entries then, and running it twice adds them twice.
It asks which of the two when lines have IDs and neither is given; where there is no terminal, one has to be.
--groups also creates the consumer groups of the export where they are missing, at their positions and with what was
pending in them; the file must have been made with export --groups. A group comes to its position when everything that
was pending is in it, so that an import may end anywhere and no entry is lost: done again, it goes on. Until then the
group would be given entries that it has acknowledged: start its consumers afterwards. A group that is there already
stays as it is, and what isn't pending in it is counted.
It stops at the first line that is no entry or that the server refuses, and names it; nothing after it is sent unless
--continue leaves such lines out. ctrl+c stops between two batches. It says how to go on: --from-line N.
It sends XADD, and XRANGE, XINFO STREAM and XSETID with --keep-ids, XGROUP CREATE, XCLAIM FORCE,
XPENDING and XGROUP SETID with --groups.`,
		Example: `  streamdesk import backup.jsonl.gz --keep-ids --groups
  streamdesk --profile staging import hour.jsonl --new-ids
  jq -c 'select(.stream == "events:audit.failed")' day.jsonl | streamdesk import - --new-ids --yes
  streamdesk import backup.jsonl --keep-ids --dry-run`,
		Args: program.Arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case flags.keepIDs && flags.newIDs:
				return program.WrongUse("--keep-ids and --new-ids: leave one of the two out")
			case flags.groups && flags.newIDs:
				return program.WrongUse("--groups and --new-ids: the positions of groups are IDs, so they need --keep-ids")
			case flags.fromLine < 1:
				return program.WrongUse("--from-line %d: want 1 or more", flags.fromLine)
			}
			return importFrom(cmd.Context(), p, args[0], &flags)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&flags.keepIDs, "keep-ids", false, "add the entries under their own IDs")
	f.BoolVar(&flags.newIDs, "new-ids", false, "add the entries under IDs of now")
	f.BoolVar(&flags.groups, "groups", false, "create the consumer groups, too, with what was pending")
	f.BoolVar(&flags.goOn, "continue", false, "leave out lines that are broken or refused, and go on")
	f.IntVar(&flags.fromLine, "from-line", 1, "begin at this `line`")
	flags.Add(cmd, p)
	program.CompleteFlag(cmd, "from-line", cobra.NoFileCompletions)
	return cmd
}

// imported is the result of an import.
type imported struct {
	Lines   int      `json:"lines"`
	Added   int64    `json:"added"`
	There   int64    `json:"already_there"`
	LeftOut int64    `json:"left_out"`
	Streams int      `json:"streams"`
	Groups  int      `json:"groups"`
	Pending int64    `json:"pending"`
	Seconds *float64 `json:"seconds"`
}

func importFrom(ctx context.Context, p *program.Program, name string, flags *importFlags) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	if err := p.Allow(settings, flags.ChangeFlags, name == "-"); err != nil {
		return err
	}
	file, err := openImport(p, name)
	if err != nil {
		return err
	}
	defer file.close()
	ids, err := file.lines.HasIDs()
	if err != nil {
		return err
	}
	if flags.groups || !ids && !flags.keepIDs {
		flags.keepIDs = flags.keepIDs || flags.groups
	} else if !flags.keepIDs && !flags.newIDs {
		if err := askIDs(p, name, flags); err != nil {
			return err
		}
	}
	if flags.DryRun {
		return importDry(ctx, p, file, flags)
	}
	how := "under new IDs"
	if flags.keepIDs {
		how = "under their own IDs"
	}
	q := &program.Question{
		Title: fmt.Sprintf("Import %s (%s) into %s", file.name, file.sizeText(), program.ShownAddress(settings.Active().Redis)),
		Lines: []string{"Each entry is added to the stream it names, " + how + "; every group of these streams receives it."},
	}
	if err := p.Confirm(ctx, settings, flags.ChangeFlags, q); err != nil {
		return err
	}
	return p.With(ctx, func(s *program.Session) error { return importAll(ctx, p, s, file, flags) })
}

// importFile is a file of lines to import.
type importFile struct {
	name  string
	file  *os.File // nil for stdin
	live  bool     // reading may wait for a writer
	size  int64    // 0 when it isn't known
	lines *transfer.Lines
}

// openImport opens a file, or stdin when the name is "-".
func openImport(p *program.Program, name string) (*importFile, error) {
	f := &importFile{name: name}
	from := p.Stdin("entries")
	if name == "-" {
		f.name = "stdin"
	} else {
		file, opened, err := p.OpenInput(name)
		if err != nil {
			return nil, err
		}
		f.file, from = file, opened
		if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
			f.size = info.Size()
		}
	}
	_, f.live = from.(*program.Input)
	var err error
	if f.lines, err = transfer.NewLines(f.name, from, f.size); err != nil {
		f.close()
	}
	return f, err
}

func (f *importFile) close() {
	if f.file != nil {
		_ = f.file.Close() // it was only read from
	}
}

func (f *importFile) sizeText() string {
	if f.size == 0 {
		return "of unknown size"
	}
	return words.Bytes(int(f.size))
}

// askIDs asks a person whether to keep the IDs.
func askIDs(p *program.Program, name string, flags *importFlags) error {
	if !p.MayAsk(name == "-") {
		return program.WrongUse("the entries have IDs: say --keep-ids to add them under these, or --new-ids for IDs of now")
	}
	switch p.Answer("keep the IDs of the entries, or give them new ones? [keep/new] ") {
	case "k", "keep", "y", "yes":
		flags.keepIDs = true
	case "n", "new", "no":
		flags.newIDs = true
	default:
		return program.ErrDeclined
	}
	return nil
}

// importAll imports, and prints the result.
func importAll(ctx context.Context, p *program.Program, s *program.Session, file *importFile, flags *importFlags) error {
	if file.live { // lines that were read before an interruption are still sent, because they can't be read again
		var done context.CancelFunc
		ctx, done = program.Lasting(ctx)
		defer done()
	}
	began := time.Now()
	audit := program.NewAudit(s.Settings)
	defer audit.Close(p.Err)
	progress := p.NewProgress("entries")
	done, err := transfer.Import(ctx, s.Bus, file.lines, importOptions(p, flags, progress))
	progress.End()
	if err != nil {
		err = importAccount(err, file.name, &done)
	}
	audit.WriteBulk("import", &done.Added, importText(&done), err)
	if err != nil {
		return err
	}
	if p.JSON() {
		err = program.WriteObject(p.Out, imported{
			Lines: done.Lines, Added: done.Added.Count, There: done.There, LeftOut: done.LeftOut, Streams: done.Streams,
			Groups: done.Groups, Pending: done.Pending, Seconds: table.Seconds(time.Since(began)),
		})
	} else {
		_, err = fmt.Fprintln(p.Out, importText(&done)+" in "+words.Age(time.Since(began)))
	}
	if err == nil && done.LeftOut > 0 {
		return fmt.Errorf("%s left out", words.Plural(done.LeftOut, "line"))
	}
	return err
}

// importText returns the result for a person.
func importText(d *transfer.Imported) string {
	text := fmt.Sprintf("%s added to %s", words.Plural(d.Added.Count, "entry"), words.Plural(d.Streams, "stream"))
	if d.There > 0 {
		text += fmt.Sprintf(", %s already there", words.Grouped(d.There))
	}
	if d.Groups > 0 {
		text += fmt.Sprintf(", %s restored with %s pending", words.Plural(d.Groups, "group"), words.Grouped(d.Pending))
	}
	return text
}
