package desk

import "github.com/charmbracelet/x/ansi"

// stripped is text without its escape sequences.
func stripped(text string) string { return ansi.Strip(text) }
