package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"streamdesk/bus/embedded"
	"streamdesk/bus/recording"
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

func openCommand(p *program.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "open FILE",
		Short: "Open the desk on an incident file, without a Redis",
		Long: `open shows an incident file, as 'streamdesk incident' packs it, on the desk: every pane as it was at the end of that
stretch of time, and at any other moment of it: [ and ] go from moment to moment, ^t or :at 03:12 to a time, space plays what
happened, F5 draws it. Filters, search, workflows, the matrix, charts and copying work as ever; nothing can be changed.
It needs no Redis: the entries are loaded into one inside this program, which is gone at the end. How payloads are read is
up to the settings of this machine.`,
		Example: `  streamdesk open incident.db
  streamdesk --config team.toml open incident.db`,
		Args: program.Arguments(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := p.NeedTerminal(); err != nil {
				return err
			}
			return openIncident(cmd.Context(), p, args[0])
		},
	}
	p.AddTheme(cmd)
	return cmd
}

// openIncident shows the desk on a file.
func openIncident(ctx context.Context, p *program.Program, path string) error {
	p.Stays, p.Inside = true, true
	settings, err := p.Settings()
	if err != nil {
		return err
	}
	file := recording.File{Path: path}
	store, err := file.Open(ctx)
	if errors.Is(err, recording.ErrNone) || errors.Is(err, fs.ErrNotExist) {
		return program.WrongUse("there is no file %s", path)
	}
	if err != nil {
		return err
	}
	about, err := store.Manifest(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("%s: %w", path, err), store.Close())
	}
	profile := settings.Active()
	settings.Profile, profile.Prefix, profile.ReadOnly, profile.Production, profile.Environment = "incident", about.Prefix, true, false, "incident"
	settings.Profiles["incident"] = profile
	settings.Desk.AuditFile = ""
	server, err := embedded.Start(embedded.WithCrash(p.Crashed(settings, "the Redis of the incident")))
	if err != nil {
		return errors.Join(err, store.Close())
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), OnConnect: program.NameClient})
	if err := errors.Join(loadEntries(ctx, p, client, store, about.Entries), store.Close()); err != nil {
		return errors.Join(err, client.Close())
	}
	return showIncident(ctx, p, settings, client, file, &about)
}

func showIncident(ctx context.Context, p *program.Program, settings *config.Settings, client redis.UniversalClient, file recording.File, about *recording.Manifest) error {
	s, err := program.OpenSession(ctx, p, settings, client)
	if err != nil {
		return errors.Join(err, client.Close())
	}
	zone := s.Location()
	address := fmt.Sprintf("incident of %s, %s to %s", about.Profile, about.From.In(zone).Format(time.DateTime), about.To.In(zone).Format(time.TimeOnly))
	options := program.DeskOptions(s, address, "an incident file", nil)
	options.Examine = nil
	options.Recording, options.Record, options.Closed = file, false, about.To
	return p.Explain(errors.Join(p.Show(ctx, settings, options), s.End()))
}

// loadBatch is the number of entries that are sent at a time.
const loadBatch = 2000

// loadEntries adds the entries of an incident file to a server, with their IDs (XADD).
func loadEntries(ctx context.Context, p *program.Program, client redis.UniversalClient, store *recording.Store, all int64) error {
	progress := p.NewProgress("entries")
	defer progress.End()
	pipe := client.Pipeline()
	send := func() error {
		if _, err := pipe.Exec(ctx); err != nil {
			return fmt.Errorf("load the entries: %w", err)
		}
		return nil
	}
	n := int64(0)
	for entry, err := range store.Entries(ctx) {
		if err != nil {
			return err
		}
		values := make([]any, 0, 2*len(entry.Fields))
		for _, f := range entry.Fields {
			values = append(values, f.Name, f.Value)
		}
		pipe.XAdd(ctx, &redis.XAddArgs{Stream: entry.Stream, ID: entry.ID.String(), Values: values})
		n++
		if pipe.Len() == loadBatch {
			if err := send(); err != nil {
				return err
			}
			progress.Tell(n, all)
		}
	}
	if pipe.Len() == 0 {
		return nil
	}
	return send()
}
