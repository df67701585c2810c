package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// consumerRow is a consumer of a group.
type consumerRow struct {
	stream, group string
	*model.Consumer
}

// consumerColumns are the columns of the consumers command.
var consumerColumns = table.New(
	table.Column[consumerRow]{
		Key: "stream", Value: func(r *consumerRow) any { return r.stream },
		Head: "STREAM", Text: func(r *consumerRow) string { return r.stream },
	},
	table.Column[consumerRow]{
		Key: "group", Value: func(r *consumerRow) any { return r.group },
		Head: "GROUP", Text: func(r *consumerRow) string { return r.group },
	},
	table.Column[consumerRow]{
		Key: "consumer", Value: func(r *consumerRow) any { return r.Name },
		Head: "CONSUMER", Text: func(r *consumerRow) string { return r.Name },
	},
	table.Column[consumerRow]{
		Key: "pending", Value: func(r *consumerRow) any { return r.Pending },
		Head: "PENDING", Right: true, Text: func(r *consumerRow) string { return strconv.FormatInt(r.Pending, 10) },
	},
	table.Column[consumerRow]{
		Key: "idle_seconds", Value: func(r *consumerRow) any { return table.Seconds(r.Idle) },
		Head: "IDLE", Right: true, Text: func(r *consumerRow) string { return words.Age(r.Idle) },
	},
	table.Column[consumerRow]{
		Key: "inactive_seconds", Value: func(r *consumerRow) any {
			if !r.Inactive.Known {
				return nil
			}
			return table.Seconds(time.Duration(r.Inactive.N) * time.Millisecond)
		},
		Head: "INACTIVE", Right: true, Text: func(r *consumerRow) string {
			if !r.Inactive.Known {
				return "?"
			}
			return words.Age(time.Duration(r.Inactive.N) * time.Millisecond)
		},
	},
)

func consumersCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "consumers [STREAM [GROUP]]",
		Short: "List the consumers of groups",
		Long: `consumers lists the consumers of every group, of those of one stream, or of one group: how many entries each
holds pending, how long ago it last tried to read, claim or acknowledge (IDLE), and how long ago it last got an entry
(INACTIVE; "?" before Redis 7.2, and when it never did).
STREAM is the stream's key or the event type. It changes nothing: it sends SCAN, TIME, XINFO STREAM, GET, PTTL and HGET.`,
		Example: `  streamdesk consumers
  streamdesk consumers workflow.failed db_writers
  streamdesk consumers --output json | jq '.[] | select(.pending > 0 and .idle_seconds > 300)'`,
		Args:              program.Arguments(0, 2),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames, program.GroupNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd.Context(), func(s *program.Session) error {
				key, group := "", ""
				if len(args) > 0 {
					key = s.Stream(args[0])
				}
				if len(args) > 1 {
					group = args[1]
				}
				return listConsumers(cmd.Context(), p, s, key, group)
			})
		},
	}
}

func listConsumers(ctx context.Context, p *program.Program, s *program.Session, key, group string) error {
	snapshot, err := s.Observe(ctx, key)
	if err != nil {
		return err
	}
	if key != "" {
		if err := program.OneGroup(&snapshot.Streams[0], group); err != nil {
			return err
		}
	}
	tellProblems(p, &snapshot)
	rows := consumerRows(&snapshot, group)
	switch {
	case p.JSON():
		return program.WriteList(p.Out, consumerColumns.JSON(rows))
	case len(snapshot.Streams) == 0:
		noStreams(p, s)
	case len(rows) == 0:
		fmt.Fprintln(p.Err, "no consumers: they appear when one starts to read")
	}
	return consumerColumns.Text(rows).Write(p.Out)
}

// consumerRows returns the consumers of all groups, or of the groups named only.
func consumerRows(snapshot *model.Snapshot, only string) []consumerRow {
	rows := []consumerRow{}
	for i := range snapshot.Streams {
		stream := &snapshot.Streams[i]
		for j := range stream.Groups {
			g := &stream.Groups[j]
			if only != "" && g.Name != only {
				continue
			}
			for k := range g.Consumers {
				rows = append(rows, consumerRow{stream.Key, g.Name, &g.Consumers[k]})
			}
		}
	}
	return rows
}
