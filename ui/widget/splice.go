package widget

import "github.com/charmbracelet/x/ansi"

// reset ends every style, so that text laid over other text doesn't inherit its ink.
const reset = "\x1b[0m"

// splice lays text over line from column x on. The line stays the same left and right of the text. Parts of the text outside
// of the line are left out.
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

// cutFirst returns text without its first n cells, in the same ink. TruncateLeft keeps a wide character whole that begins
// before the cut, and a mark joins the letter before it. So cutFirst cuts more until the rest fits, and pads it with spaces.
func cutFirst(text string, n int) string {
	want := max(Width(text)-n, 0)
	rest := ansi.TruncateLeft(text, n, "")
	for more := 1; Width(rest) > want; more++ {
		rest = ansi.TruncateLeft(text, n+more, "")
	}
	return Spaces(want-Width(rest)) + rest
}
