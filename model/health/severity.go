package health

// Severity is how bad a state or a finding is. The check, the doctor and the desk use the same.
type Severity uint8

// The severities, the worst last.
const (
	// OK: it was checked, and it is as it should be.
	OK Severity = iota
	// Info: worth knowing; nothing has to be done.
	Info
	// Warning: something grows, is late, or could be lost.
	Warning
	// Critical: work stands still, or entries were lost, or will be before long.
	Critical
)

// String returns the severity as a word.
func (s Severity) String() string {
	switch s {
	case OK:
		return "ok"
	case Info:
		return "info"
	case Warning:
		return "warning"
	case Critical:
		return "critical"
	default:
		return "unknown"
	}
}

// MarshalText returns the word of String.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Severity returns how bad the state is. A lag that the server can't tell is no fault, and neither is a pause: a person wants it.
func (s State) Severity() Severity {
	switch s {
	case KeepingUp:
		return OK
	case LagUnknown, Paused:
		return Info
	case Behind, Late:
		return Warning
	case Poison, Stuck, NoConsumers:
		return Critical
	default:
		return Warning
	}
}
