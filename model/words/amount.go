package words

import (
	"strings"

	"streamdesk/model"
)

// Entries is "1 entry" or "3 entries".
func Entries(n int) string {
	if n == 1 {
		return "1 entry"
	}
	return Grouped(int64(n)) + " entries"
}

// These is "this entry" or "these 3 entries".
func These(n int) string {
	if n == 1 {
		return "this entry"
	}
	return "these " + Grouped(int64(n)) + " entries"
}

// Letters is "1 dead letter" or "3 dead letters".
func Letters(n int) string {
	if n == 1 {
		return "1 dead letter"
	}
	return Grouped(int64(n)) + " dead letters"
}

// Counted returns a count in full, with its mark when it isn't exact.
func Counted(c model.Count) string {
	switch {
	case !c.Known:
		return "?"
	case c.Estimated:
		return "~" + Grouped(c.N)
	default:
		return Grouped(c.N)
	}
}

// CountedEntries is "1 entry", "~1,204 entries" or "? entries".
func CountedEntries(c model.Count) string {
	if c == model.Exactly(1) {
		return "1 entry"
	}
	return Counted(c) + " entries"
}

// NeverDelivered says how many entries a group lost before it had read them.
func NeverDelivered(n int64, group string) string {
	if n == 1 {
		return "1 entry was never delivered to " + group
	}
	return Entries(int(n)) + " were never delivered to " + group
}

// Plural returns a number with its noun: 1 stream, 2 streams.
func Plural[N int | int64](n N, noun string) string {
	switch stem, isY := strings.CutSuffix(noun, "y"); {
	case n == 1:
	case isY:
		noun = stem + "ies"
	default:
		noun += "s"
	}
	return Grouped(int64(n)) + " " + noun
}
