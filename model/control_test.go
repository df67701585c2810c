package model_test

import (
	"testing"
	"time"

	"streamdesk/model"
)

func TestARateIsReadAsPeopleWriteIt(t *testing.T) {
	for text, want := range map[string]float64{
		"200/s": 200, "200": 200, "0.5/s": 0.5, "30/min": 0.5, "30/m": 0.5, "7200/h": 2, "off": 0, "1000000/sec": 1e6,
	} {
		if got, err := model.ParseRate(text); err != nil || got != want {
			t.Errorf("%q is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "fast", "-1", "0", "0/s", "NaN", "inf", "5/day", "1e300/s", "/s", "5 6"} {
		if got, err := model.ParseRate(text); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
	for _, rate := range []float64{0.1, 1.0 / 3, 200, 1e7} {
		if got, ok := model.ReadRate(model.RateText(rate)); !ok || got != rate {
			t.Errorf("%v is kept as %v", rate, got)
		}
	}
}

// TestAPauseIsReadWhateverItsKeyHolds: that it is there is enough.
func TestAPauseIsReadWhateverItsKeyHolds(t *testing.T) {
	now := time.UnixMilli(1_764_446_499_000)
	p := model.Pause{By: "ann", Why: "a \"move\"", Since: now}
	if got := model.ReadPause(p.Text(), time.Minute, now); got.By != p.By || got.Why != p.Why || !got.Since.Equal(now) || !got.Until.Equal(now.Add(time.Minute)) {
		t.Errorf("it is read as %+v", got)
	}
	for _, text := range []string{"", "1", "yes", `{"since":"soon"}`, `[]`, "\xff"} {
		if got := model.ReadPause(text, -time.Millisecond, now); *got != (model.Pause{}) {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
