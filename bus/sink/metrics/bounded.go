package metrics

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"streamdesk/model"
)

// other stands for all label values beyond what is kept apart.
const other = "other"

// bounded lets so many values of a label through, the first that come, so that whoever invents a new one each time makes
// no series with it.
type bounded struct {
	mu   sync.RWMutex
	most int
	seen map[string]struct{}
}

// newBounded lets the known values through and so many more.
func newBounded(most int, known ...string) *bounded {
	b := &bounded{most: most + len(known), seen: make(map[string]struct{})}
	for _, value := range known {
		b.seen[value] = struct{}{}
	}
	return b
}

// label is the value as [validLabel] writes it, or other.
func (b *bounded) label(value string) string {
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

// validLabel is a value as Prometheus takes it, which is UTF-8: names in Redis are any bytes. A byte that is none stands as
// \x9b, so that two names stay two.
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

func knownTypes() []string {
	var names []string
	for _, t := range model.KnownTypes() {
		names = append(names, string(t))
	}
	return names
}

// stages are the families that have a stage of their own.
func stages() []string {
	return []string{
		model.FamilyWorkflow, model.FamilyGeneration, model.FamilyAudit, model.FamilyTesting, model.FamilyDeployment, model.FamilyA2A,
	}
}
