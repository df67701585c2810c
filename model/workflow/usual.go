package workflow

import (
	"math/bits"
	"time"
)

// UsualOf is how many of a hundred stages end within what is called usual.
const UsualOf = 95

// usual is how long the stages take that ended well, by their families.
type usual map[string]*lengths

// lengths counts lengths of time by steps that are 1/32 of them or finer: to the millisecond below a tenth of a second, and to 3 % of
// any.
type lengths struct {
	counts []uint32
	total  int
}

// fine is how many steps, as a power of two, there are from a length to its double.
const fine = 5

// stepNumber is the step that a length falls into.
func stepNumber(d time.Duration) int {
	ms := uint64(max(d.Milliseconds(), 0))
	shift := max(bits.Len64(ms)-fine-1, 0)
	return shift<<fine + int(ms>>shift)
}

// stepEnd is the longest that falls into a step.
func stepEnd(n int) time.Duration {
	shift := max(n>>fine-1, 0)
	ms := uint64(n-shift<<fine+1)<<shift - 1
	return time.Duration(ms) * time.Millisecond
}

// count adds to how many lengths are known like d.
func (l *lengths) count(d time.Duration, by int) {
	n := stepNumber(d)
	for n >= len(l.counts) {
		l.counts = append(l.counts, 0)
	}
	l.counts[n] += uint32(by)
	l.total += by
}

// within is what so many of a hundred don't exceed.
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

// count takes the stages of a workflow in, or with -1 out again.
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

// Usual is within how long [UsualOf] of a hundred stages of a family have ended, of those whose last attempt ended well, and how
// many of those are known. It is rounded up, by 3 % at most.
func (x *Index) Usual(family string) (within time.Duration, known int) {
	x.settle()
	l := x.usual[family]
	if l == nil {
		return 0, 0
	}
	return l.within(UsualOf), l.total
}
