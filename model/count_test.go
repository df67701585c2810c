package model_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestCountTellsUnknownFromZero(t *testing.T) {
	for _, c := range []struct {
		count      model.Count
		text, json string
	}{
		{model.Count{}, "?", "null"},
		{model.Count{N: 5}, "?", "null"},
		{model.Exactly(0), "0", "0"},
		{model.Exactly(-1), "-1", "-1"},
		{model.About(7), "~7", "7"},
	} {
		if got := c.count.String(); got != c.text {
			t.Errorf("%+v is shown as %q", c.count, got)
		}
		text, err := json.Marshal(c.count)
		if err != nil || string(text) != c.json {
			t.Errorf("%+v is written as %s, %v", c.count, text, err)
		}
		var back model.Count
		if err := json.Unmarshal(text, &back); err != nil || back.Known != c.count.Known || back.Known && back.N != c.count.N {
			t.Errorf("%s reads as %+v, %v", text, back, err)
		}
	}
	var c model.Count
	if json.Unmarshal([]byte(`"x"`), &c) == nil {
		t.Error("a text reads as a count")
	}
}

func TestCountMinusCarriesTheDoubt(t *testing.T) {
	for _, c := range []struct{ a, b, want model.Count }{
		{model.Exactly(5), model.Exactly(3), model.Exactly(2)},
		{model.About(5), model.Exactly(3), model.About(2)},
		{model.Exactly(5), model.About(3), model.About(2)},
		{model.Count{}, model.Exactly(3), model.Count{}},
		{model.Exactly(5), model.Count{}, model.Count{}},
	} {
		if got := c.a.Minus(c.b); got != c.want {
			t.Errorf("%v - %v = %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestACountThatCanNoLongerBeToldMayBeMore(t *testing.T) {
	for _, c := range []struct {
		newer, told model.Count
		want        bool
	}{
		{model.Exactly(3), model.Exactly(3), false},
		{model.Exactly(2), model.Exactly(3), false},
		{model.Exactly(4), model.Exactly(3), true},
		{model.About(4), model.Exactly(3), true},
		{model.Count{}, model.Exactly(3), true},
		{model.Count{}, model.Exactly(0), true},
		{model.Count{}, model.Count{}, false},
		{model.Exactly(9), model.Count{}, false},
	} {
		if got := c.newer.MayExceed(c.told); got != c.want {
			t.Errorf("%s after %s: %v", c.newer, c.told, got)
		}
	}
}
