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

// statusOf returns the status of a group's state. A lag that the server can't tell is no fault,
// and neither is a pause: a person wants it.
func statusOf(s health.State) Status {
	switch s {
	case health.KeepingUp, health.LagUnknown, health.Paused:
		return OK
	case health.Behind, health.Late:
		return Warning
	case health.Poison, health.Stuck, health.NoConsumers:
		return Critical
	default:
		return Unknown
	}
}
