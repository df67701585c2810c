package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
)

// republishFlags are how entries are republished.
type republishFlags struct {
	to       string
	payload  string // another payload, and before it is read, where it stands; empty for the entry's own
	ack      bool
	noOrigin bool
}

func (p *program) republishCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	var republish republishFlags
	cmd := &cobra.Command{
		Use:   "republish STREAM [ID…] | republish -",
		Short: "Add entries again, as new ones",
		Long: `republish adds entries again as new ones, byte for byte, with a field origin=STREAM/ID that says where each
came from. Every group of the stream receives them; --to-stream takes another stream. --payload gives a single entry another
payload, as JSON: what 'streamdesk export --decoded' shows of it, edited. It goes out in the form that the payload has
(gzip, msgpack, protobuf with its schema …); a form that can't be written again is refused, and says why. With --group the entries are
chosen among what that group has pending, and --ack acknowledges each original there once its new entry is safe.
` + selectionHelp + chosenHelp + `
` + changeHelp + `
It sends XRANGE, XADD (each at most once), XACK with --ack, and XPENDING with --group.`,
		Example: `  streamdesk republish workflow.failed 1762341000000-0
  streamdesk republish workflow.failed --group db_writers --idle 10m --ack
  streamdesk republish events:orders 1762341000000-0 --payload @order.json
  streamdesk republish audit.failed --from 1h --where agent:tester --to-stream audit.again --dry-run
  streamdesk tail 'audit.*' --from 1h --count 100 --output json |
    jq -c 'select(.data.retry)' | streamdesk republish - --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.streamIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{}, args)
			if err != nil {
				return err
			}
			if republish.ack && chosen.group == "" {
				return wrongUse("--ack: say with --group in which group the originals are to be acknowledged")
			}
			if cmd.Flags().Changed("payload") {
				if err := p.readPayload(&republish, &sel, flags); err != nil {
					return err
				}
			}
			kind, made := republishing(republish).kind()
			return p.changeEntries(cmd.Context(), &sel, flags, kind, made)
		},
	}
	f := cmd.Flags()
	f.StringVar(&republish.to, "to-stream", "", "add them to this `stream` instead of their own")
	f.StringVar(&chosen.group, "group", "", "choose among what this `group` has pending")
	f.StringVar(&republish.payload, "payload", "", "with this payload: `JSON`, @FILE, or - for stdin; of one entry")
	f.BoolVar(&republish.ack, "ack", false, "acknowledge the original in that group, once the new entry is safe")
	f.BoolVar(&republish.noOrigin, "no-origin", false, "add no field that says where it came from")
	completeFlag(cmd, "payload", cobra.NoFileCompletions)
	completeFlag(cmd, "to-stream", p.completeFirst(p.streamNames))
	completeFlag(cmd, "group", p.completeFirst(p.groupNames))
	chosen.add(cmd)
	chosen.addPending(cmd, p)
	flags.add(cmd, p)
	return cmd
}

func republishing(flags republishFlags) *entryChange {
	to := func(s *session, t *target) string {
		if flags.to == "" {
			return t.stream
		}
		return s.stream(flags.to)
	}
	return &entryChange{
		name: "republish", past: "republished", adds: true, batch: payloadPage,
		consequence: func(ctx context.Context, s *session, t *target) ([]string, error) {
			readers, what := readersOf(t.info), "this"
			if len(t.rows) > 1 {
				what = words.These(len(t.rows))
			}
			if key := to(s, t); key != t.stream {
				there, err := s.observe(ctx, key)
				if err != nil {
					return nil, err
				}
				readers = readersOf(&there.Streams[0])
			} else {
				what += " again"
			}
			lines := []string{change.Receive(readers, to(s, t), what)}
			if flags.payload != "" {
				line, err := packedAs(ctx, s, t, flags.payload)
				if err != nil {
					return nil, err
				}
				lines = append(lines, line)
			}
			if flags.ack {
				lines = append(lines, "The originals are acknowledged in "+t.group+", each once its new entry is safe.")
			}
			return lines, nil
		},
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			entries, left, err := readEntries(ctx, s, t, rows)
			if err != nil || len(entries) == 0 {
				return prepared{left: left}, err
			}
			requests := make([]change.RepublishRequest, len(entries))
			ready := prepared{left: left}
			for i := range entries {
				requests[i] = change.RepublishRequest{Entry: entries[i].Entry, To: to(s, t), Provenance: !flags.noOrigin}
				if flags.ack {
					requests[i].AckGroup = t.group
				}
				if flags.payload != "" {
					if requests[i].Fields, err = edited(s, entries[i].Entry, flags.payload); err != nil {
						return prepared{}, err
					}
				}
				ready.commands = append(ready.commands, requests[i].Commands()...)
			}
			ready.send = func(ctx context.Context) (sent, error) { return sendRepublish(ctx, s, requests) }
			return ready, nil
		},
	}
}

// readPayload reads the payload that a single entry is to get.
func (p *program) readPayload(flags *republishFlags, sel *selection, how changeFlags) error {
	if len(sel.ids) != 1 {
		return wrongUse("--payload: it is for one entry; name that one by its ID")
	}
	if flags.payload == "-" && !how.yes && !how.dryRun {
		return wrongUse("--payload -: stdin can't be asked as well; add --yes")
	}
	value, err := p.readData("payload", flags.payload)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := json.Compact(&text, value); err != nil {
		return wrongUse("--payload: not JSON: %w", err)
	}
	flags.payload = text.String()
	return nil
}

// edited are an entry's fields with another payload, in the form of its own.
func edited(s *session, e model.Entry, value string) ([]model.Field, error) {
	r := s.Reader().Decode(e)
	fields, err := s.Reader().Edited(&r, value)
	if err != nil {
		return nil, fmt.Errorf("--payload: %w", err)
	}
	return fields, nil
}

// packedAs says in a sentence how an edited payload goes out.
func packedAs(ctx context.Context, s *session, t *target, value string) (string, error) {
	found, err := s.Reader().Entries(ctx, t.stream, idsOf(t.rows))
	if err != nil || found[0].Fields == nil {
		return "The payload is another one.", err
	}
	_, err = edited(s, found[0], value)
	r := s.Reader().Decode(found[0])
	return "The payload is another one, written as " + firstOf(r.Way, "it stands") + ".", err
}

// readEntries reads the entries of rows. Those that are gone are left alone; in a group, those too that are no longer
// pending as they were when they were chosen.
func readEntries(ctx context.Context, s *session, t *target, rows []model.Pending) ([]model.PendingEntry, []change.Outcome, error) {
	var left []change.Outcome
	if t.group != "" && !t.letters {
		var err error
		if rows, left, err = asTheyWere(ctx, s, t, rows); err != nil {
			return nil, left, err
		}
	}
	found, err := s.Reader().Entries(ctx, t.stream, idsOf(rows))
	if err != nil {
		return nil, left, err
	}
	entries := make([]model.PendingEntry, 0, len(found))
	for i := range found {
		if found[i].Fields == nil {
			left = append(left, change.Outcome{ID: found[i].ID, Outcome: change.Gone})
			continue
		}
		entries = append(entries, model.PendingEntry{Pending: rows[i], Entry: found[i]})
	}
	return entries, left, nil
}

func sendRepublish(ctx context.Context, s *session, requests []change.RepublishRequest) (came sent, err error) {
	for i := range requests {
		r := &requests[i]
		result, err := s.Writer().Republish(ctx, *r)
		came.receipts = append(came.receipts, result.Receipts...)
		if !result.Added.ID.IsZero() {
			came.changed++
			o := change.Outcome{ID: r.Entry.ID, Outcome: "republished"}.Added(result.Added)
			if r.AckGroup != "" {
				o.Acked = new(result.Acked == 1)
			}
			came.outcomes = append(came.outcomes, o)
		}
		if err != nil {
			return came, err
		}
	}
	return came, nil
}
