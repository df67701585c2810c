package simulate_test

import (
	"testing"

	"streamdesk/bus/simulate"
)

// BenchmarkNext is what the simulator itself costs, beside what carries its events.
func BenchmarkNext(b *testing.B) {
	s := simulate.New(simulate.Options{Seed: 1})
	b.ReportAllocs()
	for b.Loop() {
		s.Next()
	}
}
