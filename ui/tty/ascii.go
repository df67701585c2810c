package tty

import (
	"cmp"
	"runtime"
	"strings"

	"streamdesk/model/config"
)

// ASCII reports whether what is shown is ASCII only: because of the settings, or because the locale's encoding isn't UTF-8. On a
// POSIX system, no locale in the environment means ASCII.
func ASCII(glyphs config.Glyphs, env func(string) string) bool {
	if glyphs != config.GlyphsAuto {
		return glyphs == config.GlyphsASCII
	}
	locale := cmp.Or(env("LC_ALL"), env("LC_CTYPE"), env("LANG"))
	if locale == "" {
		return runtime.GOOS != "windows"
	}
	return !strings.Contains(strings.ReplaceAll(strings.ToLower(locale), "-", ""), "utf8")
}
