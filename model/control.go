package model

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// Control is what people have set for a consumer group as a whole, on all streams of its bus. It is kept in Redis in two
// keys, [PauseKey] and [LimitKey]; consumers of package bus follow it.
type Control struct {
	// Pause is nil while the group isn't paused.
	Pause *Pause
	// PerSecond is the max number of events per second that all consumers of the group are given together; 0 is no limit.
	PerSecond float64
}

// Pause says that a group reads nothing new for a while.
type Pause struct {
	// By is who paused the group, and Why the reason; either may be empty.
	By, Why string
	// Since is when the group was paused, and Until when it goes on by itself, both by the server's clock. Since is zero when
	// the key doesn't tell it; Until is zero for a key without an expiry.
	Since, Until time.Time
}

// PauseKey returns the key that exists while a group is paused. Its value is JSON, and its expiry ends the pause.
func PauseKey(prefix, group string) string { return "paused:" + prefix + group }

// LimitKey returns the key of the hash that holds a group's limit in its field [FieldPerSecond].
func LimitKey(prefix, group string) string { return "limit:" + prefix + group }

// FieldPerSecond is the field of a group's limit: events per second, as a decimal number. FieldPaid, beside it, belongs to
// the consumers: up to when they have been given what the limit allows. "begun" holds a limit that came from a program's settings.
const (
	FieldPerSecond = "per_second"
	FieldPaid      = "paid"
)

// pauseText is the value of a [PauseKey].
type pauseText struct {
	By    string `json:"by,omitempty"`
	Why   string `json:"why,omitempty"`
	Since int64  `json:"since"` // milliseconds since 1970
}

// Text returns the value of the pause's key. Until isn't in it: that is the key's expiry.
func (p *Pause) Text() string {
	text, err := json.Marshal(pauseText{By: p.By, Why: p.Why, Since: p.Since.UnixMilli()})
	if err != nil {
		return "{}" // never: there is nothing in it that has no JSON
	}
	return string(text)
}

// ReadPause parses the value of a pause's key. left is the time to its expiry at the moment now; negative for a key without
// one. A value that can't be parsed is a pause of which nothing more is known.
func ReadPause(text string, left time.Duration, now time.Time) *Pause {
	var read pauseText
	p := &Pause{}
	if json.Unmarshal([]byte(text), &read) == nil {
		p.By, p.Why = read.By, read.Why
		if read.Since > 0 {
			p.Since = time.UnixMilli(read.Since)
		}
	}
	if left >= 0 {
		p.Until = now.Add(left)
	}
	return p
}

// PausedFor returns the group's pause; nil when it isn't paused, or when that isn't known.
func (g *Group) PausedFor() *Pause {
	if g.Control == nil {
		return nil
	}
	return g.Control.Pause
}

// NoRate is the word for no limit.
const NoRate = "off"

// ErrRate is the error of [ParseRate].
var ErrRate = errors.New("want a number of events per second such as 200/s, or 30/min, 500/h; off for no limit")

// maxRate is the highest limit: more than any server delivers, and few enough for exact microseconds.
const maxRate = 1e7

// ParseRate parses a rate as a person writes it: "200/s", "200", "30/min", "500/h" or "off", which is 0.
func ParseRate(text string) (perSecond float64, err error) {
	text = strings.TrimSpace(text)
	if text == NoRate {
		return 0, nil
	}
	number, unit, _ := strings.Cut(text, "/")
	per := map[string]float64{"": 1, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600}[strings.TrimSpace(unit)]
	n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || per == 0 || math.IsNaN(n) || n <= 0 || n/per > maxRate {
		return 0, ErrRate
	}
	return n / per, nil
}

// RateText writes a rate as it is kept in Redis, with as many digits as it needs.
func RateText(perSecond float64) string { return strconv.FormatFloat(perSecond, 'g', -1, 64) }

// ReadRate parses a rate as it is kept in Redis. It returns false for anything but a positive number.
func ReadRate(text string) (perSecond float64, ok bool) {
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && n > 0 && n <= maxRate
}
