package widget

import "github.com/charmbracelet/x/ansi"

// reset ends every style, so that what is laid over another text doesn't take on its ink.
const reset = "\x1b[0m"

// splice lays text over line from column x on; what is left and right of it stays as it was.
func splice(line, text string, x int) string {
	width, textWidth := Width(line), Width(text)
	if x < 0 || x >= width {
		return line
	}
	left := ansi.Truncate(line, x, "")
	left += Spaces(x - Width(left)) // a wide character that was cut in half
	right := ""
	if end := x + textWidth; end < width {
		right = ansi.TruncateLeft(line, end, "")
		right = Spaces(width-end-Width(right)) + right
	} else if end > width {
		text = ansi.Truncate(text, width-x, "")
	}
	return left + reset + text + reset + right
}
