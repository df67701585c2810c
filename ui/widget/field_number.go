package widget

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// numberWidth is the room of a field for a number or a length of time: a whole int64 is never typed by hand.
const numberWidth = 12

// NewNumberField makes a field for a whole number from least on. An empty one will do when optional.
func NewNumberField(text string, least int64, optional bool) *TextField {
	f := NewTextField(text, func(text string) string {
		text = strings.TrimSpace(text)
		if text == "" && optional {
			return ""
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if errors.Is(err, strconv.ErrRange) && n > 0 {
			return "too large: want at most " + strconv.FormatInt(n, 10)
		}
		if err != nil || n < least {
			return "want a whole number, " + strconv.FormatInt(least, 10) + " or more"
		}
		return ""
	})
	f.Width = numberWidth
	return f
}

// Number is the whole number in the field, and false when there is none.
func (f *TextField) Number() (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(f.Text()), 10, 64)
	return n, err == nil
}

// NewDurationField makes a field for a length of time such as 30s, 5m or 1d. An empty one will do when optional.
func NewDurationField(text string, optional bool) *TextField {
	f := NewTextField(text, func(text string) string {
		text = strings.TrimSpace(text)
		if text == "" && optional {
			return ""
		}
		if _, err := model.ParseAge(text); err != nil {
			return err.Error()
		}
		return ""
	})
	f.Width = numberWidth
	return f
}

// Duration is the length of time in the field, and false when there is none.
func (f *TextField) Duration() (time.Duration, bool) {
	d, err := model.ParseAge(strings.TrimSpace(f.Text()))
	return d, err == nil
}
