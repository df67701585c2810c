package doctor_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/doctor"
	"streamdesk/bus/redistest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(redistest.Shared(m)) }

// patience is how long a condition may take on a busy machine.
const patience = time.Minute

// send sends commands as one would type them, none of whose words hold spaces.
func send(t *testing.T, client *redis.Client, lines ...string) {
	t.Helper()
	for _, line := range lines {
		var args []any
		for word := range strings.FieldsSeq(line) {
			args = append(args, word)
		}
		if err := client.Do(t.Context(), args...).Err(); err != nil && !errors.Is(err, redis.Nil) {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

// examine examines a server; between is sent between the two looks.
func examine(t *testing.T, client *redis.Client, between ...string) *doctor.Examination {
	t.Helper()
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	}()
	e, err := doctor.Examine(t.Context(), b, doctor.Options{Between: func(context.Context) error {
		send(t, client, between...)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// diagnose is what is found with the default limits.
func diagnose(t *testing.T, client *redis.Client, between ...string) []doctor.Finding {
	t.Helper()
	return doctor.Diagnose(examine(t, client, between...), doctor.DefaultLimits, doctor.Programs{})
}

// of are the findings of a check.
func of(check string, findings []doctor.Finding) []doctor.Finding {
	var found []doctor.Finding
	for _, f := range findings {
		if f.Check == check {
			found = append(found, f)
		}
	}
	return found
}

// want is what one finding has to be; parts are in its message, why and mend.
type want struct {
	check                   string
	severity                doctor.Severity
	stream, group, consumer string
	parts                   []string
}

// hold wants exactly one finding of the check, as described, with a mend that the server takes.
func (w want) hold(t *testing.T, client *redis.Client, findings []doctor.Finding) {
	t.Helper()
	found := of(w.check, findings)
	if len(found) != 1 {
		t.Errorf("%s: %d findings, want 1: %+v", w.check, len(found), found)
		return
	}
	f := found[0]
	if f.Severity != w.severity || f.Stream != w.stream || f.Group != w.group || f.Consumer != w.consumer {
		t.Errorf("%s: %+v, want %+v", w.check, f, w)
	}
	if f.Severity > doctor.OK && f.Why == "" {
		t.Errorf("%s doesn't say why it matters: %+v", w.check, f)
	}
	text := f.Message + "\n" + f.Why + "\n" + f.Mend
	for _, part := range w.parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s: no %q in\n%s", w.check, part, text)
		}
	}
	if client != nil && f.Severity > doctor.OK {
		takes(t, client, f.Mend)
	}
}

// takes runs the redis-cli commands of a mend, which the server has to take.
func takes(t *testing.T, client *redis.Client, mend string) {
	t.Helper()
	for _, line := range strings.Split(mend, "redis-cli ")[1:] {
		line, _, _ = strings.Cut(line, ";")
		for _, end := range []string{" && ", ", ", " (", " tells"} {
			line, _, _ = strings.Cut(line, end)
		}
		if strings.Contains(line, "REWRITE") || strings.Contains(line, " NAME") {
			continue // the one needs a file, the other a name
		}
		send(t, client, strings.ReplaceAll(line, "'", ""))
	}
}

func start(t *testing.T, opts ...redistest.Option) *redis.Client {
	t.Helper()
	return redistest.Start(t, opts...).Client()
}
