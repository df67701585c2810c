package cli

import (
	"math"
	"strconv"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/table"
)

// judgedMoment is what the desk makes of a stream or a group at one moment; rates are NaN where they are unknown.
type judgedMoment struct {
	in, acked float64
	verdict   health.State
	judged    bool // false for a stream that can't be read
	zone      *time.Location
}

// streamHistory is a stream at one moment, groupHistory a group of a stream.
type (
	streamHistory struct {
		recording.StreamPoint
		judgedMoment
	}
	groupHistory struct {
		recording.GroupPoint
		judgedMoment
	}
)

// rate is a rate in JSON: null when it is unknown.
func rate(perSecond float64) any {
	if math.IsNaN(perSecond) {
		return nil
	}
	return math.Round(perSecond*1000) / 1000
}

// rateText is a rate in text.
func rateText(perSecond float64) string {
	if math.IsNaN(perSecond) {
		return "?"
	}
	return words.Rate(perSecond)
}

// state is the verdict in JSON, stateText in text.
func (j *judgedMoment) state() any {
	if !j.judged {
		return nil
	}
	return j.verdict.String()
}

func (j *judgedMoment) stateText() string {
	if !j.judged {
		return "?"
	}
	return j.verdict.String()
}

// historyTime is the form of a moment in text: to the second, as moments are recorded.
const historyTime = "2006-01-02 15:04:05"

// readable reports whether the stream's figures were known.
func (r *streamHistory) readable() bool { return !r.Stream.Missing && r.Stream.Problem == "" }

// length is the number of entries; unknown of a stream that couldn't be read.
func (r *streamHistory) length() model.Count {
	if !r.readable() {
		return model.Count{}
	}
	return model.Exactly(r.Stream.Length)
}

var streamHistoryColumns = table.New(
	table.Column[streamHistory]{
		Key: "at", Value: func(r *streamHistory) any { return table.Moment(r.At) },
		Head: "AT", Text: func(r *streamHistory) string { return r.At.In(r.zone).Format(historyTime) },
	},
	table.Column[streamHistory]{
		Key: "stream", Value: func(r *streamHistory) any { return r.Stream.Key },
		Head: "STREAM", Text: func(r *streamHistory) string { return r.Stream.Key },
	},
	table.Column[streamHistory]{
		Key: "length", Value: func(r *streamHistory) any { return r.length() },
		Head: "LENGTH", Right: true, Text: func(r *streamHistory) string { return r.length().String() },
	},
	table.Column[streamHistory]{
		Key: "entries_added", Value: func(r *streamHistory) any { return r.Stream.EntriesAdded },
		Head: "ADDED", Right: true, Text: func(r *streamHistory) string { return r.Stream.EntriesAdded.String() },
	},
	table.Column[streamHistory]{
		Key: "in_per_second", Value: func(r *streamHistory) any { return rate(r.in) },
		Head: "IN/S", Right: true, Text: func(r *streamHistory) string { return rateText(r.in) },
	},
	table.Column[streamHistory]{
		Key: "state", Value: func(r *streamHistory) any { return r.state() },
		Head: "STATE", Text: func(r *streamHistory) string { return r.stateText() },
	},
)

// oldestAge is how long before the moment the oldest pending entry was added; false when none was pending or its ID doesn't tell.
func (r *groupHistory) oldestAge() (time.Duration, bool) { return r.Group.OldestAge(r.At) }

// deliveries is how often the oldest pending entry was delivered; unknown when none was pending.
func (r *groupHistory) deliveries() model.Count {
	if r.Group.Oldest == nil {
		return model.Count{}
	}
	return model.Exactly(r.Group.Oldest.Deliveries)
}

var groupHistoryColumns = table.New(
	table.Column[groupHistory]{
		Key: "at", Value: func(r *groupHistory) any { return table.Moment(r.At) },
		Head: "AT", Text: func(r *groupHistory) string { return r.At.In(r.zone).Format(historyTime) },
	},
	table.Column[groupHistory]{
		Key: "stream", Value: func(r *groupHistory) any { return r.GroupPoint.Stream },
		Head: "STREAM", Text: func(r *groupHistory) string { return r.GroupPoint.Stream },
	},
	table.Column[groupHistory]{
		Key: "group", Value: func(r *groupHistory) any { return r.Group.Name },
		Head: "GROUP", Text: func(r *groupHistory) string { return r.Group.Name },
	},
	table.Column[groupHistory]{
		Key: "in_per_second", Value: func(r *groupHistory) any { return rate(r.in) },
		Head: "IN/S", Right: true, Text: func(r *groupHistory) string { return rateText(r.in) },
	},
	table.Column[groupHistory]{
		Key: "acked_per_second", Value: func(r *groupHistory) any { return rate(r.acked) },
		Head: "ACKED/S", Right: true, Text: func(r *groupHistory) string { return rateText(r.acked) },
	},
	table.Column[groupHistory]{
		Key: "lag", Value: func(r *groupHistory) any { return r.Group.Lag },
		Head: "LAG", Right: true, Text: func(r *groupHistory) string { return r.Group.Lag.String() },
	},
	table.Column[groupHistory]{
		Key: "pending", Value: func(r *groupHistory) any { return r.Group.Pending },
		Head: "PENDING", Right: true, Text: func(r *groupHistory) string { return strconv.FormatInt(r.Group.Pending, 10) },
	},
	table.Column[groupHistory]{
		Key: "oldest_pending_seconds", Value: func(r *groupHistory) any {
			if age, ok := r.oldestAge(); ok {
				return table.Seconds(age)
			}
			return nil
		},
		Head: "OLDEST", Right: true, Text: func(r *groupHistory) string {
			if age, ok := r.oldestAge(); ok {
				return model.FormatAge(age.Truncate(time.Second))
			}
			return "-"
		},
	},
	table.Column[groupHistory]{
		Key: "oldest_deliveries", Value: func(r *groupHistory) any { return r.deliveries() },
		Head: "DELIVERIES", Right: true, Text: func(r *groupHistory) string {
			if r.Group.Oldest == nil {
				return "-"
			}
			return r.deliveries().String()
		},
	},
	table.Column[groupHistory]{
		Key: "consumers", Value: func(r *groupHistory) any { return len(r.Group.Consumers) },
		Head: "CONSUMERS", Right: true, Text: func(r *groupHistory) string { return strconv.Itoa(len(r.Group.Consumers)) },
	},
	table.Column[groupHistory]{
		Key: "state", Value: func(r *groupHistory) any { return r.state() },
		Head: "STATE", Text: func(r *groupHistory) string { return r.stateText() },
	},
)
