package change

import (
	"context"
	"fmt"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/words"
)

// Retention is a rule for how much of some streams is kept. What a group has not acknowledged is kept whatever the rule says.
type Retention struct {
	// Pattern is a glob of the keys of streams ([model.MatchGlob]).
	Pattern string
	// MaxLength is how many entries are kept, MaxAge how old they may be by the server's clock; 0 of either means any. When both are
	// given, an entry goes that exceeds either.
	MaxLength int64
	MaxAge    time.Duration
}

// String returns the rule in words: "10,000 entries, 7d".
func (r *Retention) String() string {
	length, age := words.CountedEntries(model.Exactly(r.MaxLength)), words.Age(r.MaxAge)
	switch {
	case r.MaxAge == 0:
		return length
	case r.MaxLength == 0:
		return age
	}
	return length + ", " + age
}

// Validate returns an error for a rule without a pattern, or one that keeps everything.
func (r *Retention) Validate() error {
	switch {
	case r.Pattern == "":
		return fault.Request("a retention rule without a pattern (name the streams, such as events:*)")
	case r.MaxLength < 0 || r.MaxAge < 0:
		return fault.Request("retention of %s: a negative limit (give 0 for none)", r.Pattern)
	case r.MaxLength == 0 && r.MaxAge == 0:
		return fault.Request("retention of %s: no limit (give a length, an age or both)", r.Pattern)
	}
	return nil
}

// RetentionOf returns the first of the rules that fits a stream; nil when none does.
func RetentionOf(rules []Retention, stream string) *Retention {
	for i := range rules {
		if model.MatchGlob(rules[i].Pattern, stream) {
			return &rules[i]
		}
	}
	return nil
}

// RetentionPlan says what a rule would remove of a stream just now.
type RetentionPlan struct {
	Stream string
	Rule   Retention
	// Length is the number of entries.
	Length int64
	// MinID is the first position that stays. It is zero when nothing exceeds the rule, or when what does has to stay.
	MinID model.Position
	// Removable is the number of entries that would go.
	Removable model.Count
	// HeldBy is the group for which Held entries stay that exceed the rule; empty when there are none.
	HeldBy string
	Held   model.Count
}

// PlanRetention computes what a rule would remove of a stream at the time now of the server: XINFO STREAM … FULL, and XRANGE or
// XREVRANGE pages to find the first entry that stays, and to count. It changes nothing. The error wraps [fault.ErrNoStream] when
// there is no stream.
func PlanRetention(ctx context.Context, on Reader, stream string, rule Retention, now time.Time) (RetentionPlan, error) {
	plan, s, limit, err := planRetention(ctx, on, stream, rule, now, 0)
	if err == nil && !plan.MinID.IsZero() {
		plan.Removable, err = on.CountBetween(ctx, s, model.Position{}, plan.MinID.Prev())
	}
	if err == nil && plan.HeldBy != "" {
		from := s.First
		if !plan.MinID.IsZero() {
			from = plan.MinID
		}
		plan.Held, err = on.CountBetween(ctx, s, from, limit.Prev())
	}
	if err != nil {
		return plan, fmt.Errorf("bus: retention of %s: %w", stream, err)
	}
	return plan, nil
}

// planRetention finds the first position that stays, without counting. limit is the first position that the rule keeps. With a
// step it goes no further than that many entries where a length is exceeded, so that the position is exact.
func planRetention(ctx context.Context, on Reader, stream string, rule Retention, now time.Time, step int64) (plan RetentionPlan, s *model.Stream, limit model.Position, err error) {
	plan = RetentionPlan{Stream: stream, Rule: rule, Removable: model.Exactly(0), Held: model.Exactly(0)}
	s, _, err = on.LookAt(ctx, stream, "")
	if err != nil {
		return plan, nil, limit, err
	}
	plan.Length = s.Length
	if rule.MaxAge > 0 {
		limit = model.PositionAt(now.Add(-rule.MaxAge))
	}
	if over := s.Length - rule.MaxLength; rule.MaxLength > 0 && over > 0 {
		at, err := entryAfter(ctx, on, s, over, step)
		if err != nil {
			return plan, s, limit, err
		}
		if at.After(limit) {
			limit = at
		}
	}
	if s.Length == 0 || !limit.After(s.First) {
		return plan, s, limit, nil
	}
	if after := s.Last.Next(); limit.After(after) {
		limit = after
	}
	end := limit
	if safe := planTrim(s); safe.HeldBy != "" && safe.MinID.Before(limit) {
		end, plan.HeldBy = safe.MinID, safe.HeldBy
	}
	if end.After(s.First) {
		plan.MinID = end
	}
	return plan, s, limit, nil
}

// entryAfter returns the ID of the entry with n before it. With a step it is exact and has at most that many before it; a zero ID
// means that even a few entries are too large to be walked.
func entryAfter(ctx context.Context, on Reader, s *model.Stream, n, step int64) (model.Position, error) {
	if step > 0 {
		n = min(n, step)
	}
	for {
		at, estimated, err := on.EntryAt(ctx, s, n)
		if err != nil || !estimated || step == 0 {
			return at, err
		}
		if n /= 4; n == 0 {
			return model.Position{}, nil
		}
	}
}

// retentionStep is how many entries above a maximum length one step removes at most: they are read to find the first that stays.
const retentionStep = 5000

// Retain removes a step of what a rule doesn't keep, and never what a group has not acknowledged ([Writer.Trim]); more may be left,
// which the same call removes. It lets Redis keep somewhat more than the rule, up to a node of the stream, so that it isn't held up
// (XTRIM … MINID ~).
func (w *Writer) Retain(ctx context.Context, stream string, rule Retention, now time.Time) (TrimResult, error) {
	plan, _, _, err := planRetention(ctx, w.reader, stream, rule, now, retentionStep)
	if err != nil || plan.MinID.IsZero() {
		if err != nil {
			err = fmt.Errorf("bus: retention of %s: %w", stream, err)
		}
		return TrimResult{}, err
	}
	return w.Trim(ctx, TrimRequest{Stream: stream, MinID: plan.MinID, Approx: true})
}
