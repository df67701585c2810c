package widget

import "github.com/charmbracelet/x/ansi"

// reset ends every style, so that what is laid over another text doesn't take on its ink.
const reset = "\x1b[0m"

// splice lays text over line from column x on; what is left and right of it stays as it was. What sticks out of the
// line at either end is left out.
func splice(line, text string, x int) string {
	width, end := Width(line), x+Width(text)
	if x < 0 {
		text, x = cutFirst(text, -x), 0
	}
	if x >= width || end <= x {
		return line
	}
	left := ansi.Truncate(line, x, "")
	left += Spaces(x - Width(left)) // a wide character that was cut in half
	right := ""
	if end < width {
		right = cutFirst(line, end)
	} else {
		text = ansi.Truncate(text, width-x, "")
		text += Spaces(width - x - Width(text))
	}
	return left + reset + text + reset + right
}

// cutFirst is text without its first n cells, in the ink it had. TruncateLeft keeps a wide character whole that
// begins before the cut, and a mark joins the letter before it: cut more until it fits, and fill up with spaces.
func cutFirst(text string, n int) string {
	want := max(Width(text)-n, 0)
	rest := ansi.TruncateLeft(text, n, "")
	for more := 1; Width(rest) > want; more++ {
		rest = ansi.TruncateLeft(text, n+more, "")
	}
	return Spaces(want-Width(rest)) + rest
}
