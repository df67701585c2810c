package publish

import (
	"fmt"
	"slices"
	"testing"

	"streamdesk/model"
)

// prepare makes a batch's commands.
func prepare(t *testing.T, b *batch, how *Config, idem *idempotence) {
	t.Helper()
	b.pick(idem, maxBatchEvents)
	b.commands(t.Context(), how, idem)
}

// written is a batch's commands as go-redis would write them.
func written(t *testing.T, b *batch) []string {
	t.Helper()
	var lines []string
	for _, cmd := range b.cmds {
		var c model.Command
		for _, arg := range cmd.Args() {
			if p, ok := arg.(*argument); ok {
				arg = string(p.bytes)
			}
			c = append(c, fmt.Sprint(arg))
		}
		lines = append(lines, c.String())
	}
	return lines
}

func TestTheCommandThatMayBeRepeatedIsTheOneOfTheManual(t *testing.T) {
	idem := idempotence{on: true, producers: [idempotentLanes]any{"p0", "p1", "p2", "p3", "p4"}}
	var b batch
	b.put(outgoing{stream: "events:a"}, []byte(`{}`))
	b.put(outgoing{stream: "events:b"}, []byte(`{"n":1}`))
	prepare(t, &b, &Config{}, &idem)
	want := []string{
		`xadd events:a idmp p0 1 * data {}`,
		`xadd events:b idmp p0 2 * data '{"n":1}'`,
	}
	if got := written(t, &b); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// The second attempt calls what is left as the first one did.
	b.items[0].done = true
	prepare(t, &b, &Config{MaxLen: 10, Approx: true}, &idem)
	if got, want := written(t, &b), []string{`xadd events:b idmp p0 2 maxlen ~ 10 * data '{"n":1}'`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// An event of the next batch has a number of its own.
	b.reset()
	b.put(outgoing{stream: "events:a"}, []byte(`{}`))
	prepare(t, &b, &Config{}, &idem)
	if got, want := written(t, &b), []string{`xadd events:a idmp p0 3 * data {}`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Without IDMP the command is what it always was.
	idem.on = false
	prepare(t, &b, &Config{MaxLen: 10}, &idem)
	if got, want := written(t, &b), []string{`xadd events:a maxlen 10 * data {}`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNoProducerAnswersForMoreThanAServerRemembers(t *testing.T) {
	idem := newIdempotence(true)
	idem.on = true
	var b batch
	for range maxBatchEvents {
		b.put(outgoing{stream: "events:a"}, nil)
	}
	if b.takes(0) {
		t.Fatal("the batch isn't full")
	}
	prepare(t, &b, &Config{}, &idem)
	share := make(map[any]int)
	for _, cmd := range b.cmds {
		share[cmd.Args()[3]]++
	}
	for producer, n := range share {
		if n > idempotentLane {
			t.Errorf("%v has %d of the batch, want %d at most", producer, n, idempotentLane)
		}
	}
}

func TestNumberingAllocatesNothing(t *testing.T) {
	idem := newIdempotence(true)
	var plain, numbered float64
	for _, on := range []bool{false, true} {
		idem.on = on
		var b batch
		n := testing.AllocsPerRun(20, func() {
			b.reset()
			for range 100 {
				b.put(outgoing{stream: "events:a"}, []byte(`{}`))
			}
			prepare(t, &b, &Config{}, &idem)
		})
		if on {
			numbered = n
		} else {
			plain = n
		}
	}
	if numbered > plain {
		t.Errorf("%v allocations with IDMP, %v without", numbered, plain)
	}
}
