package exporter

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// other replaces all label values beyond the limit.
const other = "other"

// Labels limits the values of a label: the first ones pass, so that a producer that invents a new value each time creates no
// series with it.
type Labels struct {
	mu   sync.RWMutex
	most int
	seen map[string]struct{}
}

// NewLabels returns a limit that lets the known values and most others through.
func NewLabels(most int, known ...string) *Labels {
	b := &Labels{most: most + len(known), seen: make(map[string]struct{})}
	for _, value := range known {
		b.seen[value] = struct{}{}
	}
	return b
}

// Label returns the value as [validLabel] writes it, or other.
func (b *Labels) Label(value string) string {
	value = validLabel(value)
	b.mu.RLock()
	_, known := b.seen[value]
	full := len(b.seen) >= b.most
	b.mu.RUnlock()
	switch {
	case known:
		return value
	case full:
		return other
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, known = b.seen[value]; !known && len(b.seen) >= b.most {
		return other
	}
	b.seen[value] = struct{}{}
	return value
}

// validLabel returns a value as UTF-8, which Prometheus requires; names in Redis are any bytes. An invalid byte becomes text
// such as \x9b, so that two names stay different.
func validLabel(value string) string {
	if utf8.ValidString(value) {
		return value
	}
	var valid strings.Builder
	for i, r := range value {
		if width := utf8.RuneLen(r); r != utf8.RuneError || strings.HasPrefix(value[i:], string(utf8.RuneError)) {
			valid.WriteString(value[i : i+width])
			continue
		}
		fmt.Fprintf(&valid, `\x%02x`, value[i])
	}
	return valid.String()
}
