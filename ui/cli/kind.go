package cli

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/model"
)

// kindCommands are the commands of all kinds of change.
func (p *program) kindCommands() []*cobra.Command {
	var commands []*cobra.Command
	for _, kind := range change.Kinds() {
		if kind.On != change.Group { // those stand below group
			commands = append(commands, p.kindCommand(kind))
		}
	}
	return commands
}

// kindCommand is the command of one kind of change: its flags are the kind's params.
func (p *program) kindCommand(kind *change.Kind) *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	name := strings.ReplaceAll(kind.Name, "-", "")
	inGroup := kind.On == change.Pending
	use, help, ids := name+" STREAM [ID…] | "+name+" -", chosenHelp, p.completeArgs(p.streamNames, p.streamIDs)
	if inGroup {
		use, help, ids = name+" STREAM GROUP [ID…] | "+name+" -", pendingHelp, p.completeArgs(p.streamNames, p.groupNames, p.pendingIDs)
	}
	if kind.On == change.Letters {
		help, ids = lettersHelp, p.completeArgs(p.streamNames, p.letterIDs)
	}
	cmd := &cobra.Command{
		Use: use, Short: kind.Short, Example: kind.Example,
		Long:              kind.Help + "\n" + selectionHelp + help + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Args:              arguments(1, -1),
		ValidArgsFunction: ids,
	}
	values := p.addParams(cmd, kind)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		sel, err := chosen.parse(cmd, scope{group: inGroup, letters: kind.On == change.Letters}, args)
		if err != nil {
			return err
		}
		given, err := values()
		if err != nil {
			return err
		}
		return p.changeEntries(cmd.Context(), &sel, flags, kind, func(_ *session, t *target, _ bool) change.Change {
			return kind.Make(t.frozen(), given)
		})
	}
	if !inGroup {
		which := "choose among what this `group` has pending"
		if kind.On == change.Letters {
			which = "only what this `group` gave up"
		}
		cmd.Flags().StringVar(&chosen.group, "group", "", which)
		completeFlag(cmd, "group", p.completeFirst(p.groupNames))
	}
	chosen.add(cmd)
	if kind.On != change.Letters {
		chosen.addPending(cmd, p)
	}
	flags.add(cmd, p)
	return cmd
}

// groupKindCommand is the command of a kind of change of a group, below the one that its name begins with.
func (p *program) groupKindCommand(kind *change.Kind) *cobra.Command {
	var flags changeFlags
	var values func() (change.Values, error)
	_, name, _ := strings.Cut(kind.Name, " ")
	cmd := &cobra.Command{
		Use: name + " STREAM GROUP", Short: kind.Short, Example: kind.Example,
		Long:              kind.Help + "\n" + changeHelp + "\nIt sends " + kind.Sends + ".",
		Args:              arguments(2, 2),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			given, err := values()
			if err != nil {
				return err
			}
			return p.changeOne(cmd.Context(), flags, func(ctx context.Context, s *session) (*singleChange, error) {
				t := change.Target{Stream: s.stream(args[0]), Group: args[1]}
				if _, _, err := s.lookAtGroup(ctx, t.Stream, t.Group); err != nil {
					return nil, err
				}
				return planKind(ctx, s, kind, t, given)
			})
		},
	}
	values = p.addParams(cmd, kind)
	flags.add(cmd, p)
	return cmd
}

// addParams defines a flag for each param, and returns how their values are read; what is wrong with one is wrong use.
func (p *program) addParams(cmd *cobra.Command, kind *change.Kind) (values func() (change.Values, error)) {
	texts, switches := map[string]*string{}, map[string]*bool{}
	for i := range kind.Params {
		param := &kind.Params[i]
		if param.Type == change.Switch {
			switches[param.Name] = cmd.Flags().Bool(param.Name, param.Default == "true", param.Help)
			continue
		}
		texts[param.Name] = cmd.Flags().String(param.Name, param.Default, param.Help)
		complete := cobra.NoFileCompletions
		if param.Suggest == change.Consumers {
			complete = p.completeConsumers
		}
		completeFlag(cmd, param.Name, complete)
	}
	return func() (change.Values, error) {
		v := change.Values{}
		for name, on := range switches {
			if *on {
				v[name] = "true"
			}
		}
		for i := range kind.Params {
			param := &kind.Params[i]
			text := texts[param.Name]
			if text == nil {
				continue
			}
			if v[param.Name] = *text; *text == "" {
				if param.Needed != "" {
					return nil, wrongUse("--%s: %s", param.Name, param.Needed)
				}
				continue
			}
			switch param.Type {
			case change.Age:
				if _, err := model.ParseAge(*text); err != nil {
					return nil, wrongUse("--%s %q: %w", param.Name, *text, err)
				}
			case change.Number:
				if n, err := strconv.ParseInt(*text, 10, 64); err != nil || n < 0 {
					return nil, wrongUse("--%s %q: want a number, 0 or more", param.Name, *text)
				}
			case change.Text, change.Switch:
			}
		}
		return v, nil
	}
}
