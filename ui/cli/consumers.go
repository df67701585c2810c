package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/words"
)

// jsonConsumer is a row of the consumers command.
type jsonConsumer struct {
	Stream   string   `json:"stream"`
	Group    string   `json:"group"`
	Consumer string   `json:"consumer"`
	Pending  int64    `json:"pending"`
	Idle     *float64 `json:"idle_seconds"`
	Inactive *float64 `json:"inactive_seconds"`
}

func (p *program) consumersCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "consumers [STREAM [GROUP]]",
		Short: "List the consumers of groups",
		Long: `consumers lists the consumers of every group, of those of one stream, or of one group: how many entries each
holds pending, how long ago it last tried to read, claim or acknowledge (IDLE), and how long ago it last got an entry
(INACTIVE; "?" before Redis 7.2, and when it never did).
STREAM is the stream's key or the event type. It changes nothing: it sends SCAN, TIME and XINFO STREAM.`,
		Example: `  streamdesk consumers
  streamdesk consumers workflow.failed db_writers
  streamdesk consumers --output json | jq '.[] | select(.pending > 0 and .idle_seconds > 300)'`,
		Args:              arguments(0, 2),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.groupNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				key, group := "", ""
				if len(args) > 0 {
					key = s.stream(args[0])
				}
				if len(args) > 1 {
					group = args[1]
				}
				return p.listConsumers(cmd.Context(), s, key, group)
			})
		},
	}
}

func (p *program) listConsumers(ctx context.Context, s *session, key, group string) error {
	snapshot, err := s.observe(ctx, key)
	if err != nil {
		return err
	}
	if key != "" {
		t := target{stream: key, group: group, info: &snapshot.Streams[0]}
		if err := t.exists(); err != nil {
			return err
		}
	}
	p.tellProblems(&snapshot)
	list := jsonConsumers(&snapshot, group)
	switch {
	case p.flags.output == outputJSON:
		return writeList(p.Out, list)
	case len(snapshot.Streams) == 0:
		p.noStreams(s)
	case len(list) == 0:
		_, err = p.Err.Write([]byte("no consumers: they appear when one starts to read\n"))
	}
	t := newTable(column{"STREAM", false}, column{"GROUP", false}, column{"CONSUMER", false}, column{"PENDING", true},
		column{"IDLE", true}, column{"INACTIVE", true})
	for i := range list {
		c := &list[i]
		t.add(c.Stream, c.Group, c.Consumer, strconv.FormatInt(c.Pending, 10), ageCell(c.Idle), ageCell(c.Inactive))
	}
	if err != nil {
		return err
	}
	return t.write(p.Out)
}

// ageCell is a length of time, "?" when it isn't known.
func ageCell(seconds *float64) string {
	if seconds == nil {
		return "?"
	}
	return words.Age(time.Duration(*seconds * float64(time.Second)))
}

func jsonConsumers(snapshot *model.Snapshot, only string) []jsonConsumer {
	list := []jsonConsumer{}
	for i := range snapshot.Streams {
		stream := &snapshot.Streams[i]
		for j := range stream.Groups {
			g := &stream.Groups[j]
			if only != "" && g.Name != only {
				continue
			}
			for _, c := range g.Consumers {
				row := jsonConsumer{Stream: stream.Key, Group: g.Name, Consumer: c.Name, Pending: c.Pending, Idle: seconds(c.Idle)}
				if c.Inactive.Known {
					row.Inactive = seconds(time.Duration(c.Inactive.N) * time.Millisecond)
				}
				list = append(list, row)
			}
		}
	}
	return list
}
