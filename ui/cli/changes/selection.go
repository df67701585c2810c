package changes

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/ui/cli/program"
)

// selectionFlags select entries that aren't given by ID.
type selectionFlags struct {
	from, to, where       string
	consumer, idle, group string
	deliveries            int64
	all                   bool
}

// selectionHelp is the part of a command's help about its selection.
const selectionHelp = `Which entries: IDs; or - for those on stdin, as a JSON array, JSON objects or plain IDs, one a line, so that the
output of 'streamdesk pending … --output json' can be filtered and piped in; or filters, all of which have to hold:
--from and --to (an ID, a time, or some time ago), --where (the desk's filter: wf: type: agent: trace: stream: id: age<5m
age>5m "text" -term jq:EXPR)`

// pendingHelp continues with the filters for pending entries.
const pendingHelp = `, --idle, --deliveries and --consumer; or --all. An entry that has gone to another consumer, was delivered
again or was acknowledged since it was listed is left alone, and counted.`

// chosenHelp continues with the filters for entries, which may be chosen among a group's pending entries.
const chosenHelp = `, and with --group also --idle, --deliveries
and --consumer; or --all. Of pending entries, one that has moved on since it was listed is left alone, and counted.`

// lettersHelp continues with the filters for dead letters.
const lettersHelp = `, --group (that gave them up); or --all.
--where finds the text of the reason, too.`

// changeHelp says when a change is allowed.
const changeHelp = `On a terminal it shows what will happen and asks; without one, or with - for stdin, it needs --yes. On a profile
that is marked production the profile's name has to be typed, or given with --production NAME. --dry-run prints the
commands and sends nothing. Each change goes to the audit file. What has nothing
left to do (acknowledged, gone or trimmed already) isn't asked about and ends with exit code 0; when nothing could be changed, it is 1.`

// add defines the flags that choose among the entries of a stream.
func (f *selectionFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "from this entry `ID`, time, or some time ago on")
	flags.StringVar(&f.to, "to", "", "up to this entry `ID`, time, or some time ago, included")
	flags.StringVar(&f.where, "where", "", "only what this `filter` lets through")
	flags.BoolVar(&f.all, "all", false, "all there are")
	for _, name := range []string{"from", "to", "where"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
}

// addPending defines the flags that choose among a group's pending entries.
func (f *selectionFlags) addPending(cmd *cobra.Command, p *program.Program) {
	flags := cmd.Flags()
	flags.StringVar(&f.consumer, "consumer", "", "only what this `consumer` holds")
	flags.StringVar(&f.idle, "idle", "", "only what has not been touched for this `long`, such as 30s, 5m or 1d")
	flags.Int64Var(&f.deliveries, "deliveries", 0, "only what was delivered so `many` times or more")
	program.CompleteFlag(cmd, "consumer", p.CompleteConsumers)
	program.CompleteFlag(cmd, "idle", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "deliveries", cobra.NoFileCompletions)
}

// scope is what a command's arguments must name before the entries.
type scope struct {
	// group means that the arguments name a group after the stream.
	group bool
	// letters means that the stream is a dead-letter stream.
	letters bool
}

// selection is the requested selection of entries for a command.
type selection struct {
	scope
	// stream and groupName are as given; empty when the rows on stdin name them.
	stream, groupName string

	ids   []model.Position // when they were given by ID
	stdin bool

	program.Window
	where      program.Sifting
	consumer   string
	idle       time.Duration
	deliveries int64
	all        bool
}

// named reports whether the entries were given one by one, not by filters.
func (s *selection) named() bool { return s.stdin || len(s.ids) > 0 }

// parse parses a command's arguments and flags. Invalid ones are wrong use.
func (f *selectionFlags) parse(cmd *cobra.Command, in scope, args []string) (selection, error) {
	sel := selection{scope: in, groupName: f.group, consumer: f.consumer, deliveries: f.deliveries, all: f.all}
	names := 1
	if in.group {
		names = 2
	}
	if len(args) == 1 && args[0] == fromStdin {
		sel.stdin = true
	} else {
		if len(args) < names {
			return sel, program.WrongUse("%d arguments given, want: %s", len(args), cmd.UseLine())
		}
		sel.stream = args[0]
		if in.group {
			sel.groupName = args[1]
		}
		if err := sel.readIDs(args[names:]); err != nil {
			return sel, err
		}
	}
	if err := f.parseFilters(&sel); err != nil {
		return sel, err
	}
	err := f.check(cmd, &sel)
	return sel, err
}

// fromStdin is the argument for entries on stdin.
const fromStdin = "-"

func (s *selection) readIDs(args []string) error {
	for _, arg := range args {
		if arg == fromStdin {
			if len(args) > 1 {
				return program.WrongUse("- takes the entries from stdin: leave the other IDs out, or leave - out")
			}
			s.stdin = true
			return nil
		}
		id, err := parseEntryID(arg)
		if err != nil {
			return program.WrongUse("%w", err)
		}
		s.ids = append(s.ids, id)
	}
	return nil
}

// parseEntryID parses the ID of a possible entry: neither a bound of a range nor 0-0.
func parseEntryID(text string) (model.Position, error) {
	id, err := model.ParsePosition(text)
	if err == nil && (text == "+" || id.IsZero()) {
		_, err = model.ParsePosition("")
	}
	if err != nil {
		return id, strangeID(text)
	}
	return id, nil
}

func (f *selectionFlags) parseFilters(sel *selection) (err error) {
	if sel.where.Filter, err = filter.Parse(f.where); err != nil {
		return program.WrongUse("--where: %w", err)
	}
	if sel.where.Filter.AsksState() {
		return program.WrongUse("--where: state: and group: need the desk, which knows how entries stand; what is pending is chosen with GROUP, --idle and --deliveries")
	}
	if sel.idle, err = model.ParseAge(program.FirstOf(f.idle, "0s")); err != nil {
		return program.WrongUse("--idle %q: %w", f.idle, err)
	}
	if f.deliveries < 0 {
		return program.WrongUse("--deliveries %d: want 1 or more", f.deliveries)
	}
	sel.Window = program.Window{From: f.from, To: f.to}
	return sel.Window.Parse()
}

// check returns an error for contradictory flags, and for a command that names nothing, because that must never mean
// everything.
func (f *selectionFlags) check(cmd *cobra.Command, sel *selection) error {
	var given []string
	names := []string{"from", "to", "where", "consumer", "idle", "deliveries", "all"}
	if sel.letters {
		names = append(names, "group") // the group that gave them up; elsewhere it says where to search
	}
	for _, name := range names {
		if flag := cmd.Flags().Lookup(name); flag != nil && flag.Changed {
			given = append(given, "--"+name)
		}
	}
	switch {
	case sel.named() && len(given) > 0:
		return program.WrongUse("%s: the entries are named already; give either IDs or filters", given[0])
	case !sel.named() && len(given) == 0:
		return program.WrongUse("no entries are chosen: give their IDs, - for stdin, a filter such as --from or --where, or --all")
	case f.all && len(given) > 1:
		return program.WrongUse("--all and %s: leave one of the two out", strings.Join(given[:len(given)-1], " "))
	case !sel.group && sel.groupName == "" && (f.consumer != "" || f.idle != "" || f.deliveries != 0):
		return program.WrongUse("--consumer, --idle and --deliveries are of pending entries: say of which group with --group")
	}
	return nil
}
