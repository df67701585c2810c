package transfer_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/embedded"
	"streamdesk/bus/transfer"
)

// A line is imported under its own ID, and the stream exported again.
func Example() {
	if err := example(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 1 entry added
	// {"stream":"events:audit.failed","id":"1762341120000-0","fields":[{"name":"data","value":"{}"}]}
	// {"stream":"events:audit.failed","exported":1,"whole":true,"length":1,"entries_added":1,"last_generated_id":"1762341120000-0","max_deleted_entry_id":"0-0"}
}

func example(ctx context.Context) error {
	server, err := embedded.Start()
	if err != nil {
		return err
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	defer client.Close()
	b, err := bus.Open(ctx, client)
	if err != nil {
		return err
	}
	defer b.Close(ctx)

	text := `{"stream":"events:audit.failed","id":"1762341120000-0","fields":[{"name":"data","value":"{}"}]}`
	lines, err := transfer.NewLines("backup", strings.NewReader(text), int64(len(text)))
	if err != nil {
		return err
	}
	imported, err := transfer.Import(ctx, b, lines, transfer.ImportOptions{KeepIDs: true})
	if err != nil {
		return err
	}
	fmt.Printf("%d entry added\n", imported.Added.Count)

	streams, err := b.Reader().Snapshot(ctx, []string{"events:audit.failed"})
	if err != nil {
		return err
	}
	_, err = transfer.Export(ctx, b, &streams, transfer.Output{Name: "stdout", To: os.Stdout}, transfer.ExportOptions{})
	return err
}
