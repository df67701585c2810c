package model_test

import (
	"errors"
	"testing"
	"time"

	"streamdesk/model"
)

func TestParseMoment(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	now := time.Date(2026, 11, 25, 14, 30, 0, 0, zone)
	day := func(d, h, m, s int) model.Moment {
		return model.Moment{Key: model.Key{ID: model.PositionAt(time.Date(2026, 11, d, h, m, s, 0, zone))}}
	}
	for text, want := range map[string]model.Moment{
		"14:02":                   day(25, 14, 2, 0),
		" 14:02:11 ":              day(25, 14, 2, 11),
		"14:02:11.5":              {Key: model.Key{ID: model.PositionAt(time.Date(2026, 11, 25, 14, 2, 11, 5e8, zone))}},
		"23:00":                   day(24, 23, 0, 0), // not yet today
		"2026-11-24 14:02:11":     day(24, 14, 2, 11),
		"2026-11-24T14:02":        day(24, 14, 2, 0),
		"2026-11-24":              day(24, 0, 0, 0),
		"2026-11-24T13:02:11Z":    day(24, 14, 2, 11),
		"5m ago":                  day(25, 14, 25, 0),
		"5m":                      day(25, 14, 25, 0),
		"-1d":                     day(24, 14, 30, 0),
		"1764077400":              day(25, 14, 30, 0),
		"1764077400000":           day(25, 14, 30, 0),
		"1764077400000-3":         {Key: model.Key{ID: model.Position{Ms: 1764077400000, Seq: 3}}, Exact: true},
		"events:a/b/1700000000-0": {Key: model.Key{Stream: "events:a/b", ID: model.Position{Ms: 1700000000}}, Exact: true},
		"-":                       {},
		"+":                       {Key: model.Key{ID: model.MaxPosition}},
	} {
		if text == "1764077400" || text == "1764077400000" {
			want = model.Moment{Key: model.Key{ID: model.PositionAt(time.Unix(1764077400, 0))}}
		}
		got, err := model.ParseMoment(text, now)
		if err != nil || got != want {
			t.Errorf("%q: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "soon", "25:00", "14:2x", "2026-13-01", "a/b", "1-2-3", "ago", "events:x/14"} {
		if got, err := model.ParseMoment(text, now); !errors.Is(err, model.ErrMoment) {
			t.Errorf("%q reads as %v", text, got)
		}
	}
}
