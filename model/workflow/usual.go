package workflow

import (
	"math/bits"
	"time"
)

// UsualOf is the percentage of stages that end within the usual time.
const UsualOf = 95

// usual holds how long successful stages took, by family.
type usual map[string]*lengths

// lengths counts durations in steps of 1/32 of their length or finer: exact to the millisecond below a tenth of a
// second, and to 3 % above.
type lengths struct {
	counts []uint32
	total  int
}

// fine is the number of steps between a length and its double, as a power of two.
const fine = 5

// stepNumber returns the step that a duration falls into.
func stepNumber(d time.Duration) int {
	ms := uint64(max(d.Milliseconds(), 0))
	shift := max(bits.Len64(ms)-fine-1, 0)
	return shift<<fine + int(ms>>shift)
}

// stepEnd returns the longest duration of a step.
func stepEnd(n int) time.Duration {
	shift := max(n>>fine-1, 0)
	ms := uint64(n-shift<<fine+1)<<shift - 1
	return time.Duration(ms) * time.Millisecond
}

// count adds by to the number of durations in the step of d.
func (l *lengths) count(d time.Duration, by int) {
	n := stepNumber(d)
	for n >= len(l.counts) {
		l.counts = append(l.counts, 0)
	}
	l.counts[n] += uint32(by)
	l.total += by
}

// within returns the duration that percent % of the counted ones don't exceed.
func (l *lengths) within(percent int) time.Duration {
	const hundred = 100
	rest := (l.total*percent + hundred - 1) / hundred
	for n, count := range l.counts {
		if rest -= int(count); rest <= 0 {
			return stepEnd(n)
		}
	}
	return 0
}

// count adds the stages of a workflow, or removes them when by is -1.
func (u usual) count(steps []Step, by int) {
	for i := range steps {
		s := &steps[i]
		took, timed := s.Took(s.End)
		if s.State != StageCompleted || !timed {
			continue
		}
		known := u[s.Family]
		if known == nil {
			known = &lengths{}
			u[s.Family] = known
		}
		known.count(took, by)
		if known.total == 0 {
			delete(u, s.Family)
		}
	}
}

// Usual returns the time within which [UsualOf] % of a family's stages ended, and the number of stages known. Only
// stages whose last attempt succeeded count. The time is rounded up by max 3 %.
func (x *Index) Usual(family string) (within time.Duration, known int) {
	x.settle()
	l := x.usual[family]
	if l == nil {
		return 0, 0
	}
	return l.within(UsualOf), l.total
}
