package widget

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

// measured draws values as a series holds them: rates, gaps, and what a division can make of them.
func measured() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Float64Range(0, 1000), rapid.Just(0.0), rapid.Just(math.NaN()), rapid.Float64(),
		rapid.SampledFrom([]float64{math.Inf(1), math.Inf(-1), -1, math.MaxFloat64, math.SmallestNonzeroFloat64}),
	)
}

func TestChartIsAsLargeAsItWasTold(t *testing.T) {
	dark := testTheme(t, "dark")
	rapid.Check(t, func(t *rapid.T) {
		c := Chart{
			Theme: dark, Window: time.Duration(rapid.IntRange(1, 86400).Draw(t, "window")) * time.Second,
			Front: rapid.SliceOfN(measured(), 0, 220).Draw(t, "front"), Back: rapid.SliceOfN(measured(), 0, 220).Draw(t, "back"),
		}
		width, height := rapid.IntRange(0, 200).Draw(t, "width"), rapid.IntRange(0, 20).Draw(t, "height")
		lines := c.Draw(width, height)
		if len(lines) != 0 && len(lines) != height || len(lines) == 0 && width > axisWidth && height > 2 {
			t.Fatalf("%d lines, want %d", len(lines), height)
		}
		for _, line := range lines {
			requireWidth(t, "chart", line, width)
		}
	})
}

func TestChart(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name        string
		front, back []float64
		want        string
	}{
		{"a line with its corners", []float64{0, 0, 8, 8, 4, 4}, nil, `
    8┤  ╭─╮ 
    6┤  │ │ 
    4┤  │ ╰─
    2┤  │   
    0┤──╯   `},
		{"a gap is no zero", []float64{8, 8, nan, nan, 8, 8}, nil, `
    8┤──  ──
     ┤      
    4┤      
     ┤      
    0┤      `},
		{"few values stand at the right", []float64{8, 8}, nil, `
    8┤    ──
     ┤      
    4┤      
     ┤      
    0┤      `},
		{"dots give way to the line", []float64{8, 8, 0, 0, 0, 0}, []float64{4, 8, 4, 0, 4, 4}, `
    8┤──╮   
     ┤  │   
    4┤· │ ··
     ┤  │   
    0┤  ╰───`},
		{"what is below zero stays inside", []float64{-5, -5, 8, 8, 8, math.Inf(1)}, nil, `
    8┤  ╭───
     ┤  │   
    4┤  │   
     ┤  │   
    0┤──╯   `},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := Chart{Theme: testTheme(t, "none"), Front: c.front, Back: c.back, Window: time.Minute}.Draw(12, 6)
			got := ansi.Strip("\n" + strings.Join(lines[:5], "\n"))
			if strip(got) != strip(c.want) {
				t.Errorf("got%s\nwant%s", got, c.want)
			}
		})
	}
}

// strip takes the labels away: which rows get one is not what these cases are about.
func strip(chart string) string {
	lines := strings.Split(chart, "\n")
	for i, line := range lines {
		if _, after, found := strings.Cut(line, "┤"); found {
			lines[i] = after
		}
	}
	return strings.Join(lines, "\n")
}

func TestChartOfEstimatesIsABrokenLine(t *testing.T) {
	c := Chart{
		Theme: testTheme(t, "none"), Front: []float64{9, 8, 8, 0, 0, 0, 0}, Sampled: []bool{true, false, true, true, true, false, false}, Window: time.Minute,
	}
	lines := c.Draw(12, 4)
	if got := ansi.Strip(strings.Join(lines[:3], "\n")); !strings.Contains(got, "─╌╮") || !strings.Contains(got, "╰╌──") {
		t.Errorf("got\n%s", got)
	}
}

func TestChartLabels(t *testing.T) {
	c := Chart{Theme: testTheme(t, "none"), Front: []float64{540}, Window: 15 * time.Minute}
	var labels []string
	lines := c.Draw(30, 6)
	for _, line := range lines[:5] {
		label, _, _ := strings.Cut(ansi.Strip(line), "┤")
		labels = append(labels, strings.TrimSpace(label))
	}
	if got := strings.Join(labels, ","); got != "600,400,,200,0" {
		t.Errorf("labels %s", got)
	}
	if axis := ansi.Strip(lines[5]); axis != "     └-15m─────────────────now" {
		t.Errorf("axis %q", axis)
	}
}

func TestAScaleHasFewRoundLabels(t *testing.T) {
	for _, c := range []struct {
		largest float64
		rows    int
		want    string
	}{
		{0, 5, "0 0.5 1"},
		{1, 11, "0 0.2 0.4 0.6 0.8 1"},
		{1.1, 5, "0 0.5 1 1.5"},
		{9, 9, "0 2 4 6 8 10"},
		{11, 3, "0 10 20"},
		{17, 17, "0 5 10 15 20"},
		{540, 5, "0 200 400 600"},
		{999, 11, "0 200 400 600 800 1000"},
		{8001, 2, "0 10.0k"},
		{120_000, 40, "0 50.0k 100k 150k"},
	} {
		s := newScale(c.largest, c.rows)
		var labels []string
		for i := range s.steps + 1 {
			labels = append(labels, s.label(i))
		}
		if got := strings.Join(labels, " "); got != c.want {
			t.Errorf("up to %v in %d rows: %s, want %s", c.largest, c.rows, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.Float64Range(1, 1e15), rapid.Float64Range(1e15, highest)).Draw(t, "v")
		s := newScale(v, rapid.IntRange(2, 60).Draw(t, "rows"))
		if s.steps < 1 || s.steps >= maxLabels || s.top() < v || v > 1 && s.top() > 10*v {
			t.Fatalf("up to %v: %+v", v, s)
		}
	})
}

func TestSparkHasACellAValue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(measured(), 0, 100).Draw(t, "values")
		requireWidth(t, "spark", Spark(values), len(values))
	})
}

func TestSpark(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		values []float64
		want   string
	}{
		{nil, ""},
		{[]float64{0, 0}, "▁▁"},
		{[]float64{nan, nan}, "  "},
		{[]float64{0, 1, 1000}, "▁▂█"},
		{[]float64{nan, 0, 4, 8}, " ▁▅█"},
		{[]float64{-3, 8}, "▁█"},
		{[]float64{math.Inf(1), 4, 8}, "█▅█"},
	} {
		if got := Spark(c.values); got != c.want {
			t.Errorf("Spark(%v) = %q, want %q", c.values, got, c.want)
		}
	}
}

func BenchmarkChart(b *testing.B) {
	c := Chart{Theme: testTheme(b, "dark"), Window: time.Hour, Front: make([]float64, 60), Back: make([]float64, 60)}
	for i := range c.Front {
		c.Front[i], c.Back[i] = 300+200*math.Sin(float64(i)/5), 280+200*math.Sin(float64(i)/5)
	}
	b.ReportAllocs()
	for b.Loop() {
		c.Draw(66, 8)
	}
}
