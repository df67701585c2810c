package jq

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"time"

	"github.com/itchyny/gojq"
)

const (
	// stepsMost is the max cost of one entry, in interpreter steps and values walked through. Each takes about a
	// twentieth of a microsecond, together a millisecond. An ordinary expression takes some tens of steps.
	stepsMost = 20_000
	// bytesPerStep is how many bytes of text cost as much as a step.
	bytesPerStep = 64
)

// Names that an expression can't use itself: the vetting refuses them.
const (
	budgetName   = "$__budget"
	chargeName   = "_streamdesk_charge"
	productName  = "_streamdesk_product"
	differName   = "_streamdesk_difference"
	containsName = "_streamdesk_contains"
)

// budget is what an expression may still cost on one entry. It is a context whose Done is asked for before every step
// of the interpreter, which is how steps are counted without a clock and without a goroutine.
type budget struct{ left int }

var errSpent = errors.New(WhyLong)

// closed is a channel that says done.
var closed = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

// Deadline implements [context.Context]: there is none.
func (*budget) Deadline() (time.Time, bool) { return time.Time{}, false }

// Value implements [context.Context]: there is none.
func (*budget) Value(any) any { return nil }

// Err implements [context.Context].
func (b *budget) Err() error {
	if b.spent() {
		return context.DeadlineExceeded
	}
	return nil
}

// Done implements [context.Context], and counts a step.
func (b *budget) Done() <-chan struct{} {
	b.left--
	if b.spent() {
		return closed
	}
	return nil // never ready
}

func (b *budget) spent() bool { return b.left <= 0 }

// walk charges for a value and everything in it, repeated parts each time. It reports whether the budget suffices.
func (b *budget) walk(v any) bool {
	b.left--
	if b.spent() {
		return false
	}
	switch v := v.(type) {
	case string:
		b.left -= len(v) / bytesPerStep
	case json.Number:
		b.left -= len(v) / bytesPerStep
	case *big.Int:
		b.left -= v.BitLen() / 8 / bytesPerStep
	case []any:
		for _, item := range v {
			if !b.walk(item) {
				return false
			}
		}
	case map[string]any:
		for key, item := range v {
			b.left -= len(key) / bytesPerStep
			if !b.walk(item) {
				return false
			}
		}
	}
	return !b.spent()
}

// compilerOptions give the code the functions that the vetting has put into it.
func compilerOptions() []gojq.CompilerOption {
	return []gojq.CompilerOption{
		gojq.WithVariables([]string{budgetName}),
		gojq.WithFunction(chargeName, 1, 1, func(v any, args []any) any {
			b := args[0].(*budget)
			if !b.walk(v) {
				return errSpent
			}
			return v
		}),
		gojq.WithFunction(productName, 2, 2, func(_ any, args []any) any {
			return numeric("multiply", args, func(l, r int) (int, bool) {
				p := l * r
				return p, l == 0 || p/l == r && (l != -1 || r != math.MinInt)
			}, func(l, r float64) float64 { return l * r })
		}),
		gojq.WithFunction(differName, 2, 2, func(_ any, args []any) any {
			return numeric("subtract", args, func(l, r int) (int, bool) {
				d := l - r
				return d, (d < l) == (r > 0)
			}, func(l, r float64) float64 { return l - r })
		}),
		gojq.WithFunction(containsName, 2, 2, contains),
	}
}

// numeric does arithmetic on numbers alone: a text times a number, or a list less another, may cost without bounds.
func numeric(what string, args []any, exact func(l, r int) (int, bool), rounded func(l, r float64) float64) any {
	l, isInt := args[0].(int)
	r, alsoInt := args[1].(int)
	if isInt && alsoInt {
		if n, ok := exact(l, r); ok {
			return n
		}
	}
	lf, ok := gojq.ToFloat64(args[0])
	rf, also := gojq.ToFloat64(args[1])
	if !ok || !also {
		return errors.New("cannot " + what + " what isn't a number")
	}
	return rounded(lf, rf)
}

// containsCode is jq's own contains.
var containsCode = func() *gojq.Code {
	query, err := gojq.Parse("contains($part)")
	if err != nil {
		panic(err) // it is written here
	}
	code, err := gojq.Compile(query, gojq.WithVariables([]string{"$part"}))
	if err != nil {
		panic(err)
	}
	return code
}()

// contains is jq's contains, which holds every item of one list against every item of the other: that is charged.
func contains(v any, args []any) any {
	part, b := args[0], args[1].(*budget)
	before := b.left
	b.walk(v)
	whole := before - b.left
	b.walk(part)
	parts := before - b.left - whole
	if _, isText := v.(string); !isText {
		b.left -= whole * parts / 4 // most comparisons end at the first difference
	}
	if b.spent() {
		return errSpent
	}
	result, _ := containsCode.Run(v, part).Next()
	return result
}
