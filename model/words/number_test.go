package words

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"streamdesk/model"
)

func TestShort(t *testing.T) {
	for _, c := range []struct {
		n    int64
		want string
	}{
		{0, "0"},
		{7, "7"},
		{-7, "-7"},
		{9_999, "9999"},
		{10_000, "10.0k"},
		{12_340, "12.3k"},
		{99_949, "99.9k"},
		{99_950, "100k"},
		{999_499, "999k"},
		{999_500, "1.0M"},
		{999_999, "1.0M"},
		{1_000_000, "1.0M"},
		{99_949_999, "99.9M"},
		{99_950_000, "100M"},
		{999_499_999, "999M"},
		{999_500_000, "1.0G"},
		{999_500_000_000, "1.0T"},
		{99_950_000_000_000, "100T"},
		{1_500_000_000_000_000, "1.5P"},
		{math.MaxInt64, "9.2E"},
		{-9_999, "-9999"},
		{-10_000, "-10.0k"},
		{math.MinInt64, "-9.2E"},
	} {
		if got := Short(c.n); got != c.want {
			t.Errorf("Short(%d) = %q, want %q", c.n, got, c.want)
		}
	}
}

func TestShortCount(t *testing.T) {
	for _, c := range []struct {
		count model.Count
		want  string
	}{
		{model.Count{}, "?"}, {model.Exactly(0), "0"}, {model.About(12_340), "~12.3k"}, {model.Exactly(12_340), "12.3k"},
	} {
		if got := ShortCount(c.count); got != c.want {
			t.Errorf("ShortCount(%+v) = %q, want %q", c.count, got, c.want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for _, c := range []struct {
		n    int64
		want string
	}{
		{0, "0"},
		{999, "999"},
		{1000, "1,000"},
		{-1000, "-1,000"},
		{-999, "-999"},
		{123_456, "123,456"},
		{1_234_567, "1,234,567"},
		{math.MaxInt64, "9,223,372,036,854,775,807"},
		{math.MinInt64, "-9,223,372,036,854,775,808"},
	} {
		if got := Grouped(c.n); got != c.want {
			t.Errorf("Grouped(%d) = %q, want %q", c.n, got, c.want)
		}
	}
}

func TestRate(t *testing.T) {
	for _, c := range []struct {
		rate float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{0.01, "<0.1"},
		{0.049, "<0.1"},
		{0.05, "0.1"},
		{0.1, "0.1"},
		{9.94, "9.9"},
		{9.95, "10"},
		{9.96, "10"},
		{10.4, "10"},
		{10.5, "11"},
		{411.6, "412"},
		{9_999.4, "9999"},
		{9_999.5, "10.0k"},
		{999_500, "1.0M"},
		{-0.01, ">-0.1"},
		{-0.1, "-0.1"},
		{-9.96, "-10"},
		{-20.4, "-20"},
		{-20.6, "-21"},
		{math.NaN(), "?"},
		{math.Inf(1), "?"},
		{math.Inf(-1), "?"},
		{1e300, "?"},
	} {
		if got := Rate(c.rate); got != c.want {
			t.Errorf("Rate(%v) = %q, want %q", c.rate, got, c.want)
		}
	}
}

func TestBytes(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{
		{0, "0B"},
		{640, "640B"},
		{999, "999B"},
		{1000, "1.0k"},
		{1_100, "1.1k"},
		{9_949, "9.9k"},
		{9_950, "10k"},
		{20_000, "20k"},
		{999_499, "999k"},
		{999_500, "1.0M"},
		{9_949_999, "9.9M"},
		{9_950_000, "10M"},
		{512 << 20, "537M"},
		{999_500_000, "1.0G"},
		{64 << 30, "69G"},
	} {
		if got := Bytes(c.n); got != c.want {
			t.Errorf("Bytes(%d) = %q, want %q", c.n, got, c.want)
		}
	}
}

func TestAge(t *testing.T) {
	for _, c := range []struct {
		age  time.Duration
		want string
	}{
		{-time.Second, "<0.1s"},
		{0, "<0.1s"},
		{99 * time.Millisecond, "<0.1s"},
		{100 * time.Millisecond, "0.1s"},
		{250 * time.Millisecond, "0.2s"},
		{9_949 * time.Millisecond, "9.9s"},
		{9_950 * time.Millisecond, "9.9s"},
		{9_999 * time.Millisecond, "9.9s"},
		{10 * time.Second, "10s"},
		{59_999 * time.Millisecond, "59s"},
		{time.Minute, "1m00s"},
		{134 * time.Second, "2m14s"},
		{time.Hour - 1, "59m59s"},
		{time.Hour, "1h00m"},
		{185 * time.Minute, "3h05m"},
		{24 * time.Hour, "1d00h"},
		{52 * time.Hour, "2d04h"},
		{100*24*time.Hour - 1, "99d23h"},
		{123 * 24 * time.Hour, "123d"},
		{math.MaxInt64, "106751d"},
	} {
		if got := Age(c.age); got != c.want {
			t.Errorf("Age(%v) = %q, want %q", c.age, got, c.want)
		}
	}
}

func TestNumbersKeepToTheirColumns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		most := 5
		if n < 0 {
			most = 6
		}
		if got := Short(n); len(got) > most {
			t.Fatalf("Short(%d) = %q", n, got)
		}
		if size := int(max(n, -n-1)); len(Bytes(size)) > 5 {
			t.Fatalf("Bytes(%d) = %q", size, Bytes(size))
		}
		if d := time.Duration(n); d < 10_000*24*time.Hour && len(Age(d)) > 6 {
			t.Fatalf("Age(%v) = %q", d, Age(d))
		}
		if rate := rapid.Float64().Draw(t, "rate"); len(Rate(rate)) > 6 || rate >= 0 && len(Rate(rate)) > 5 {
			t.Fatalf("Rate(%v) = %q", rate, Rate(rate))
		}
	})
}
