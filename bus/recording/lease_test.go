package recording

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"streamdesk/model"
)

// TestOneRecordsAndTheOtherTakesOver has two recorders on one file, of which the first stops without a word.
func TestOneRecordsAndTheOtherTakesOver(t *testing.T) {
	first, path := create(t, 0)
	second, err := Create(t.Context(), path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = second.Close() }() // it was written
	looks, yields := [2]int{}, [2]bool{}
	clock := began
	recorders := [2]*Recorder{}
	for i, s := range []*Store{first, second} {
		recorders[i] = &Recorder{
			Store: s, Now: func() time.Time { return clock }, Yields: func(y bool) { yields[i] = y },
			Look: func(context.Context) (model.Snapshot, error) {
				looks[i]++
				return model.Snapshot{At: clock}, nil
			},
		}
	}
	tick := func(who ...int) {
		t.Helper()
		clock = clock.Add(Step)
		for _, i := range who {
			if err := recorders[i].tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 10 {
		tick(0, 1)
	}
	if looks != [2]int{10, 0} || yields != [2]bool{false, true} {
		t.Fatalf("both live: looks %v, yields %v", looks, yields)
	}
	for range 3 {
		tick(1)
	}
	taken := looks[1]
	if taken == 0 || yields[1] {
		t.Errorf("the first is dead for three ticks: looks %v, yields %v", looks, yields)
	}
	tick(1, 0)
	if looks != [2]int{10, taken + 1} || !yields[0] {
		t.Errorf("the first is back: looks %v, yields %v", looks, yields)
	}
	if err := second.release(t.Context()); err != nil {
		t.Fatal(err)
	}
	tick(0)
	if looks[0] != 11 {
		t.Errorf("the second has ended: looks %v", looks)
	}
	clock = clock.Add(-time.Hour)
	tick(1)
	if looks[1] != taken+2 {
		t.Errorf("the clock was set back: looks %v", looks)
	}
}

func TestALargeBusIsRecordedLessOften(t *testing.T) {
	s, _ := create(t, 0)
	clock, looks := began, 0
	r := Recorder{Store: s, Now: func() time.Time { return clock }, Look: func(context.Context) (model.Snapshot, error) {
		looks++
		return model.Snapshot{At: clock, Streams: make([]model.Stream, 3*perStep)}, nil
	}}
	for range 9 {
		if err := r.tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		clock = clock.Add(Step)
	}
	if looks != 3 {
		t.Errorf("%d looks in nine steps", looks)
	}
	if small := (model.Snapshot{Streams: make([]model.Stream, perStep)}); StepOf(&small) != Step || StepOf(&model.Snapshot{}) != Step {
		t.Error("a small bus isn't recorded at each step")
	}
}

func TestADamagedFileSaysWhatToDo(t *testing.T) {
	s, path := create(t, 0)
	for i := range 50 {
		moment := sample(began.Add(time.Duration(i) * time.Second))
		if err := s.Write(t.Context(), &moment); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.ExecContext(t.Context(), `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for name, damage := range map[string]func([]byte) []byte{
		"no database": func([]byte) []byte {
			return []byte("not a database, whatever its name says, and long enough for a header of one hundred bytes, which it is by now")
		},
		"pages overwritten": func(b []byte) []byte { return append(b[:page:page], make([]byte, len(b)-page)...) },
	} {
		other := path + "-" + name
		if err := os.WriteFile(other, damage(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		reader, err := Open(t.Context(), other)
		if err == nil {
			_, err = collect(reader.Moments(t.Context(), began, began.Add(time.Hour)))
			_ = reader.Close() // it was only read
		}
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.db.ExecContext(t.Context(), `UPDATE moments SET state = x'0102'`); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.At(t.Context(), began); !errors.Is(err, ErrDamaged) {
		t.Errorf("a moment overwritten: %v", err)
	}
}
