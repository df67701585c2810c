package live

import (
	"slices"
	"testing"

	"streamdesk/model"
)

// held is a log of ten entries from 100 on, of which the person reads.
func held(t *testing.T, limit int) *Log {
	t.Helper()
	l := NewLog(limit)
	l.Add(records(100, 10), start)
	l.Hold()
	return l
}

func wantView(t *testing.T, l *Log, from, to int) {
	t.Helper()
	var want []int
	for n := from; n < to; n++ {
		want = append(want, n)
	}
	if got := inView(l); !slices.Equal(got, want) {
		t.Fatalf("in view: %v, want %d to %d", got, from, to-1)
	}
}

func TestOlderEntriesJoinOnToTheNewest(t *testing.T) {
	l := held(t, 50)
	if from, ok := l.PastFrom(); !ok || from != record(100).ID {
		t.Fatalf("older ones would be read before %v", from)
	}
	page := records(90, 11) // the last one is in the ring, too
	slices.Reverse(page)
	if grown := l.Older(page, record(90).ID, false); grown != 10 {
		t.Errorf("grown by %d", grown)
	}
	wantView(t, l, 90, 110)
	if l.Older(records(85, 5), record(85).ID, true) != 5 {
		t.Error("the second page didn't come in")
	}
	wantView(t, l, 85, 110)
	if loaded, whole, detached := l.Past(); !loaded || !whole || detached {
		t.Errorf("loaded %v, whole %v, detached %v", loaded, whole, detached)
	}
	if l.Find(model.Key{Stream: "events:test.x", ID: record(87).ID}, 0) != 2 || l.FindFrom(record(109).ID) != 24 || !l.Covers(record(86).ID) || l.Covers(record(84).ID) {
		t.Error("what is in view isn't found")
	}
	l.Add(records(110, 5), start)
	wantView(t, l, 85, 110)
	l.Admit(start)
	wantView(t, l, 85, 115)
	l.Release(start)
	wantView(t, l, 100, 115)
}

func TestThePastGoesWhenTheNewestDoNotJoinOnToIt(t *testing.T) {
	l := held(t, 10)
	l.Older(records(95, 5), record(95).ID, false)
	l.Add(records(110, 1), start)
	wantView(t, l, 95, 110)
	l.Admit(start) // 100 makes room: there would be a gap
	wantView(t, l, 101, 111)
}

func TestAPastThatGrowsTooLargeLetsGoOfItsNewestAndFindsThemAgain(t *testing.T) {
	l := held(t, 10)
	l.Older(records(92, 8), record(92).ID, false)
	l.Older(records(84, 8), record(84).ID, false)
	wantView(t, l, 84, 94)
	if _, _, detached := l.Past(); !detached {
		t.Fatal("it isn't detached")
	}
	if gone := l.Newer(records(94, 4), record(98).ID); gone != 4 {
		t.Errorf("%d gone", gone)
	}
	wantView(t, l, 88, 98)
	if from, _ := l.PastFrom(); from != record(87).ID.Next() {
		t.Errorf("older ones would be read before %v", from)
	}
	l.Newer(records(98, 2), record(100).ID)
	if _, _, detached := l.Past(); detached {
		t.Fatal("it doesn't join on")
	}
	wantView(t, l, 90, 110)
}

func TestAJumpShowsNothingElse(t *testing.T) {
	l := held(t, 50)
	l.Detach(record(40).ID)
	wantView(t, l, 0, 0)
	l.Newer(records(40, 5), record(45).ID)
	l.Older(records(35, 5), record(35).ID, false)
	wantView(t, l, 35, 45)
	if !l.Covers(record(44).ID) || l.Covers(record(45).ID) || l.Covers(record(105).ID) {
		t.Error("it covers what it doesn't have")
	}
	l.SetFilter(parsed(t, "wf:wf-0"), start)
	if l.Len() != 3 || l.PastLen() != 0 {
		t.Errorf("after another filter %v are in view", inView(l))
	}
}

func TestLargeEntriesOfThePastCountByTheirSize(t *testing.T) {
	l := held(t, 1000)
	big := records(90, 10)
	for i := range big {
		big[i].Fields = []model.Field{{Name: "data", Value: string(make([]byte, pastBytes/4))}}
	}
	l.Older(big, record(90).ID, false)
	wantView(t, l, 90, 93)
}

func TestAFilterThatCostsMuchIsRunALittleAtATime(t *testing.T) {
	l := NewLog(1000)
	l.Add(records(0, 500), start)
	looks := 0
	l.Enough = func() bool { looks++; return looks%2 == 0 }
	l.SetFilter(parsed(t, "jq:.x|not"), start)
	if l.Unjudged() == 0 || l.Len() != 0 && l.At(l.Len()-1).ID != record(499).ID {
		t.Fatalf("%d aren't judged, %v are in view", l.Unjudged(), inView(l))
	}
	for range 100 {
		l.Add(nil, start)
	}
	if l.Unjudged() != 0 {
		t.Fatalf("%d are never judged", l.Unjudged())
	}
	if l.Len() != 0 { // records of these tests have no data
		t.Errorf("%v are in view", inView(l))
	}
	l.SetFilter(parsed(t, "wf:wf-1"), start)
	if l.Unjudged() != 0 || l.Len() != 167 {
		t.Errorf("a cheap filter leaves %d, shows %d", l.Unjudged(), l.Len())
	}
}
