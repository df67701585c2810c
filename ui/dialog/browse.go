package dialog

import "streamdesk/ui/widget"

// browse is the cursor of a list that a dialog shows, with the part of the list that is in sight.
type browse struct {
	at    int
	sight widget.Sight // as last drawn
}

// move moves the cursor by rows; n is the number of rows that there are.
func (b *browse) move(by, n int) { b.at = max(min(b.at+by, n-1), 0) }

// key moves the cursor if the key does that, and reports whether it does.
func (b *browse) key(key string, n int) bool {
	switch key {
	case "up", "k":
		b.move(-1, n)
	case "down", "j":
		b.move(1, n)
	case "pgup", "ctrl+u":
		b.move(-b.sight.Height, n)
	case "pgdown", "ctrl+d":
		b.move(b.sight.Height, n)
	case "home", "g":
		b.move(-n, n)
	case "end", "G":
		b.move(n, n)
	default:
		return false
	}
	return true
}

// click puts the cursor on the row at line y of the list. again means that it was there already.
func (b *browse) click(y, n int) (again bool) {
	at, ok := b.sight.At(y)
	if !ok || at >= n {
		return false
	}
	again = at == b.at
	b.at = at
	return again
}
