// Package keyname names keys as they are printed on a keyboard. Start reading at [Show].
package keyname

import "strings"

// Show returns a key as it is printed on a keyboard.
func Show(key string) string {
	switch key {
	case " ":
		return "space"
	case "up":
		return "↑"
	case "down":
		return "↓"
	default:
		if number, ok := strings.CutPrefix(key, "f"); ok && number != "" && strings.Trim(number, "0123456789") == "" {
			return "F" + number
		}
		return strings.Replace(key, "ctrl+", "^", 1)
	}
}

// List returns keys as [Show] names them, with a space between them.
func List(keys []string) string {
	shown := make([]string, len(keys))
	for i, key := range keys {
		shown[i] = Show(key)
	}
	return strings.Join(shown, " ")
}
