package check

import (
	"encoding/json"
	"strings"

	"streamdesk/model/health"
)

// Status is the status of a check, in the words and with the exit codes of monitoring plugins.
type Status int

// The statuses; their numbers are the exit codes.
const (
	OK Status = iota
	Warning
	Critical
	Unknown
)

// String returns the status in lower case, as in JSON.
func (s Status) String() string {
	switch s {
	case OK:
		return "ok"
	case Warning:
		return "warning"
	case Critical:
		return "critical"
	case Unknown:
	}
	return "unknown"
}

// MarshalJSON writes the status as text.
func (s Status) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// line returns the first words of the line.
func (s Status) line() string { return "STREAMDESK " + strings.ToUpper(s.String()) + " - " }

// rank orders statuses by how much they matter: what is known to be wrong comes before what isn't known.
func (s Status) rank() int {
	return [...]int{OK: 0, Unknown: 1, Warning: 2, Critical: 3}[s]
}

// worse returns the status that matters more.
func worse(a, b Status) Status {
	if b.rank() > a.rank() {
		return b
	}
	return a
}

// statusOf returns the status of a group's state: what is only worth knowing is no fault.
func statusOf(s health.State) Status {
	switch s.Severity() {
	case health.OK, health.Info:
		return OK
	case health.Warning:
		return Warning
	case health.Critical:
		return Critical
	default:
		return Unknown
	}
}
