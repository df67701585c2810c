package model

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// maxDays is the max number of whole days that a time.Duration can hold.
const maxDays = 106751

// ParseAge parses a duration as people write it: Go's form, or a number of days such as 2d.
func ParseAge(text string) (time.Duration, error) {
	if number, ok := strings.CutSuffix(text, "d"); ok && strings.Trim(number, "0123456789.") == "" {
		if days, err := strconv.ParseFloat(number, 64); err == nil && days <= maxDays {
			return time.Duration(days * float64(24*time.Hour)), nil
		}
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("not a length of time, such as 30s, 5m, 2h or 1d")
	}
	return d, nil
}

// FormatAge formats a duration in the form that [ParseAge] parses, without trailing zero units: 15m, 1h.
func FormatAge(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
