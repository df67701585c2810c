package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/filter"
	"streamdesk/ui/cli/program"
)

// replayFlags are the flags of the replay command.
type replayFlags struct {
	program.Window
	where, into, intoPrefix, intoProfile string
	speed, resume, after                 string
	maxGap                               time.Duration
	plain                                bool
	program.ChangeFlags

	filter filter.Filter
	factor float64 // a multiple of the recorded pace; 0 for no waits
	place  model.Key
}

func replayCommand(p *program.Program) *cobra.Command {
	var flags replayFlags
	cmd := &cobra.Command{
		Use:   "replay STREAM…",
		Short: "Add the entries of streams again elsewhere, at the pace they came in or flat out",
		Long: `replay reads entries of streams in the order of their IDs, over all streams, and adds them again as new entries:
to one stream, to streams under another prefix, or to another server. Fields stay as they are, byte for byte; a field
origin=stream/ID is added that says where each came from, unless --plain is given.
--speed 1 keeps the gaps between the entries as they were, 10 makes them a tenth, 0 or max sends flat out; --max-gap
cuts longer waits short. STREAM is a stream's key, an event type, or a glob of either. Entries that are added meanwhile
are left out. Every group of the streams it goes to receives them.
ctrl+c stops it between two entries, and it says where to go on: --after STREAM/ID. With --resume FILE it keeps its place
in a file, and goes on there when it is run again. What was on its way when a connection broke may be sent twice.
It reads with SCAN, XINFO STREAM and XRANGE, and sends XADD.`,
		Example: `  streamdesk replay 'workflow.*' --from 1h --into-prefix replay: --speed 10
  streamdesk replay audit.failed --from 2025-11-05T13:00:00Z --to 2025-11-05T14:00:00Z \
    --into events:audit.again --dry-run
  streamdesk replay '*' --into redis://localhost:6380/0 --speed max --yes --resume replay.json
  streamdesk --profile prod replay 'a2a.*' --into-profile staging --where 'wf:wf-8f31'`,
		Args:              program.Arguments(1, -1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.read(); err != nil {
				return err
			}
			return replay(cmd.Context(), p, args, &flags)
		},
	}
	f := cmd.Flags()
	f.StringVar(&flags.From, "from", "", "begin at an entry `ID`, a time, or some time ago")
	f.StringVar(&flags.To, "to", "", "end with an entry `ID`, a time, or some time ago, included")
	f.StringVar(&flags.where, "where", "", "only what this `filter` lets through (see 'streamdesk tail --help')")
	f.StringVar(&flags.into, "into", "", "add to this `STREAM`, or to the same streams on the server of this URL")
	f.StringVar(&flags.intoPrefix, "into-prefix", "", "add to the streams under this `prefix` in place of the bus's")
	f.StringVar(&flags.intoProfile, "into-profile", "", "add to the server of the profile of this `name`, under its prefix")
	f.StringVar(&flags.speed, "speed", "1", "`times` the pace they came in at; 0 or max for flat out")
	f.DurationVar(&flags.maxGap, "max-gap", 0, "wait no longer than this `time` between two entries; 0 for as long as it was")
	f.StringVar(&flags.resume, "resume", "", "keep the place in this `file`, and begin there")
	f.StringVar(&flags.after, "after", "", "begin behind this `STREAM/ID`, up to which an earlier run has come")
	f.BoolVar(&flags.plain, "plain", false, "add no field that says where an entry came from")
	flags.Add(cmd, p)
	for _, name := range []string{"from", "to", "where", "after", "into-prefix", "speed", "max-gap"} {
		program.CompleteFlag(cmd, name, cobra.NoFileCompletions)
	}
	program.CompleteFlag(cmd, "into", func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return p.Ask(program.StreamNames, nil), cobra.ShellCompDirectiveNoFileComp
	})
	program.CompleteFlag(cmd, "into-profile", p.CompleteProfiles)
	return cmd
}

// read parses the flags. Invalid values are wrong use.
func (f *replayFlags) read() (err error) {
	if f.after != "" {
		if f.place, err = parseKey(f.after); err != nil {
			return program.WrongUse("--after: %w", err)
		}
	}
	if err := f.Parse(); err != nil {
		return err
	}
	if f.filter, err = program.ParseWhere(f.where); err != nil {
		return err
	}
	if f.speed != "max" {
		f.factor, err = strconv.ParseFloat(f.speed, 64)
		if err != nil || f.factor < 0 || f.factor > maxSpeed || f.factor != 0 && f.factor < 1/maxSpeed {
			return program.WrongUse("--speed %q: want a number such as 1 or 0.5, or max", f.speed)
		}
	}
	switch targets := f.targets(); {
	case targets == 0:
		return program.WrongUse("where to? give --into STREAM, --into URL, --into-prefix PREFIX or --into-profile NAME")
	case f.into != "" && (targets > 1 && !isURL(f.into) || f.intoProfile != ""):
		return program.WrongUse("--into %s: leave out --into-prefix and --into-profile beside it", f.into)
	case f.maxGap < 0:
		return program.WrongUse("--max-gap %s: want a time such as 5s", f.maxGap)
	}
	return nil
}

// parseKey parses STREAM/ID.
func parseKey(text string) (model.Key, error) {
	i := strings.LastIndexByte(text, '/')
	if i < 1 {
		return model.Key{}, fmt.Errorf("%q is no STREAM/ID", text)
	}
	id, err := parseID(text[i+1:])
	return model.Key{Stream: text[:i], ID: id}, err
}

// maxSpeed is the max of --speed: more than anybody needs, and small enough that times stay in range.
const maxSpeed = 1e6

func (f *replayFlags) targets() int {
	n := 0
	for _, target := range []string{f.into, f.intoPrefix, f.intoProfile} {
		if target != "" {
			n++
		}
	}
	return n
}

func isURL(text string) bool { return strings.Contains(text, "://") }

// replayTarget is the destination of a replay.
type replayTarget struct {
	settings  *config.Settings
	elsewhere bool // on a server other than the source
	stream    string
	from, to  string // a prefix, and its replacement
}

// chooseReplayTarget returns the destination that the flags name.
func chooseReplayTarget(settings *config.Settings, f *replayFlags) (replayTarget, error) {
	t := replayTarget{settings: settings, from: settings.Active().Prefix, to: settings.Active().Prefix}
	other := *settings
	switch {
	case f.intoProfile != "":
		if _, known := settings.Profiles[f.intoProfile]; !known {
			return t, program.WrongUse("--into-profile %s: there is no such profile; there are %s", f.intoProfile,
				strings.Join(slices.Sorted(maps.Keys(settings.Profiles)), ", "))
		}
		other.Profile = f.intoProfile
		t.settings, t.elsewhere = &other, true
		t.to = other.Active().Prefix
	case isURL(f.into):
		other.Profiles = maps.Clone(settings.Profiles)
		other.Profile = profileOf(settings, config.URL(f.into))
		profile := other.Profiles[other.Profile]
		if other.Profile == "" {
			other.Profile = "the server of --into"
			profile = config.DefaultProfile()
		}
		profile.Redis, profile.Prefix = config.URL(f.into), settings.Active().Prefix
		other.Profiles[other.Profile] = profile
		other.Place(other.ActiveKey("redis"), config.Source{Layer: config.FromFlag, Name: "--into"})
		t.settings, t.elsewhere = &other, true
	case f.into != "":
		t.stream = program.StreamKey(settings.Active().Prefix, f.into)
	}
	if f.intoPrefix != "" {
		t.to = f.intoPrefix
	}
	return t, nil
}

// profileOf returns the profile with a server's address; "" when there is none. Among several it prefers a production
// or read-only one, so that a server that is marked production stays so when it is named by its address.
func profileOf(settings *config.Settings, address config.URL) string {
	found := ""
	for _, name := range slices.Sorted(maps.Keys(settings.Profiles)) {
		profile := settings.Profiles[name]
		if program.ShownAddress(profile.Redis) == program.ShownAddress(address) && (found == "" || profile.Production || profile.ReadOnly) {
			found = name
		}
	}
	return found
}

// ontoItself reports whether the entries of a stream would be added to the same stream.
func (t *replayTarget) ontoItself(stream string, from *config.Settings) bool {
	return t.key(stream) == stream && program.ShownAddress(t.settings.Active().Redis) == program.ShownAddress(from.Active().Redis)
}

// key returns the destination of the entries of a stream.
func (t *replayTarget) key(stream string) string {
	switch rest, ours := strings.CutPrefix(stream, t.from); {
	case t.stream != "":
		return t.stream
	case ours:
		return t.to + rest
	default:
		return stream
	}
}

// text returns the destination in words.
func (t *replayTarget) text() string {
	text := "the same streams"
	switch {
	case t.stream != "":
		text = t.stream
	case t.from != t.to:
		text = "the streams under " + t.to
	}
	return text + " at " + program.ShownAddress(t.settings.Active().Redis)
}

func replay(ctx context.Context, p *program.Program, names []string, flags *replayFlags) error {
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	target, err := chooseReplayTarget(settings, flags)
	if err != nil {
		return err
	}
	if p.Flags.ReadOnly && !flags.DryRun {
		return errors.New("nothing is changed: changes are off (by --read-only)")
	}
	if err := p.Allow(target.settings, flags.ChangeFlags, false); err != nil {
		return err
	}
	return p.With(ctx, func(s *program.Session) error {
		r := &replaying{Program: p, from: s, flags: flags, sifting: program.Sifting{Filter: flags.filter}, target: &target}
		if err := r.prepare(ctx, names); err != nil {
			return err
		}
		if flags.DryRun {
			return r.dryRun(ctx)
		}
		if r.finished {
			p.Say("%s says that it was replayed to its end: delete it to begin anew", flags.resume)
			return nil
		}
		q := &program.Question{Title: "Replay into " + target.text(), Lines: []string{r.sentence()}}
		if err := p.Confirm(ctx, target.settings, flags.ChangeFlags, q); err != nil {
			return err
		}
		return r.send(ctx)
	})
}

var errReplayOntoItself = errors.New("the entries would go back into the streams they come from: every group would receive them again")
