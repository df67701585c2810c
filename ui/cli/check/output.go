package check

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// maxLines is the max number of lines behind the first: monitoring systems keep some kilobytes.
const maxLines = 20

// plain makes a text safe for a plugin's line, where a bar begins the performance data.
func plain(text string) string { return strings.ReplaceAll(widget.Clean(text), "|", `\x7c`) }

// text returns the result as monitoring plugins write it: one line with performance data, and behind it a line for each fault when
// there are several.
func (r *result) text() string {
	var b strings.Builder
	b.WriteString(r.status.line() + plain(r.summary))
	if data := r.data(); data != "" {
		b.WriteString(" | " + data)
	}
	b.WriteString("\n")
	if len(r.wrong) < 2 {
		return b.String()
	}
	for _, line := range r.wrong[:min(len(r.wrong), maxLines)] {
		b.WriteString(plain(line) + "\n")
	}
	if more := len(r.wrong) - maxLines; more > 0 {
		fmt.Fprintf(&b, "and %d more; --output json has them all\n", more)
	}
	return b.String()
}

// data returns the performance data: the greatest lag, number of pending entries, age and number of deliveries among the groups,
// each as far as it is known, with the limit as its warning range. "U" is a value that no group tells.
func (r *result) data() string {
	if len(r.groups) == 0 {
		return ""
	}
	lag, oldest := model.Count{}, model.Count{}
	pending, deliveries := int64(0), int64(0)
	for i := range r.groups {
		g := &r.groups[i]
		lag = greatest(lag, g.lag)
		if g.hasOldest {
			oldest = greatest(oldest, model.Exactly(int64(g.oldest/time.Second)))
		}
		pending = max(pending, g.figures.Pending)
		if g.figures.Oldest != nil {
			deliveries = max(deliveries, g.figures.Oldest.Deliveries)
		}
	}
	l := &r.limits
	return strings.Join([]string{
		datum("lag", lag, "", l.Lag), datum("pending", model.Exactly(pending), "", l.Pending),
		datum("oldest", oldest, "s", int64(l.Oldest/time.Second)),
		datum("deliveries", model.Exactly(deliveries), "", l.Deliveries-1), // that many are too many
		datum("groups", model.Exactly(int64(len(r.groups))), "", 0),
	}, " ")
}

func greatest(a, b model.Count) model.Count {
	if !a.Known || b.Known && b.N > a.N {
		return b
	}
	return a
}

// datum returns one value as label=value[unit];warn;crit;min.
func datum(label string, value model.Count, unit string, limit int64) string {
	warn := ""
	if limit > 0 {
		warn = strconv.FormatInt(limit, 10)
	}
	if !value.Known {
		return label + "=U"
	}
	return strings.TrimSuffix(label+"="+strconv.FormatInt(value.N, 10)+unit+";"+warn+";;0", ";;;0")
}

// jsonResult is the result in JSON.
type jsonResult struct {
	Status   Status           `json:"status"`
	ExitCode int              `json:"exit_code"`
	Summary  string           `json:"summary"`
	At       *model.Timestamp `json:"at"`
	Faults   []string         `json:"faults"`
	Groups   []jsonGroup      `json:"groups"`
}

// jsonGroup is one group, in Redis's own terms; what isn't known is null.
type jsonGroup struct {
	Stream        string   `json:"stream"`
	Group         string   `json:"group"`
	Status        Status   `json:"status"`
	State         string   `json:"state"`
	Why           *string  `json:"why"`
	Lag           *int64   `json:"lag"`
	Pending       int64    `json:"pending"`
	OldestSeconds *float64 `json:"oldest_seconds"`
	Deliveries    *int64   `json:"deliveries"`
	Consumers     int      `json:"consumers"`
}

func (r *result) json(code int) jsonResult {
	out := jsonResult{
		Status: r.status, ExitCode: code, Summary: r.summary, Faults: append([]string{}, r.faults...), Groups: []jsonGroup{},
	}
	if !r.at.IsZero() {
		out.At = table.Moment(r.at)
	}
	for i := range r.groups {
		g := &r.groups[i]
		row := jsonGroup{
			Stream: g.stream, Group: g.figures.Name, Status: g.status, State: g.State.String(), Why: table.TextOrNull(g.why),
			Pending: g.figures.Pending, Consumers: len(g.figures.Consumers),
		}
		if g.lag.Known {
			row.Lag = &g.lag.N
		}
		if g.figures.Oldest != nil {
			row.Deliveries = &g.figures.Oldest.Deliveries
			if g.hasOldest {
				seconds := g.oldest.Seconds()
				row.OldestSeconds = &seconds
			}
		}
		out.Groups = append(out.Groups, row)
	}
	return out
}
