package tty

import (
	"testing"

	"streamdesk/model/config"
)

func TestTheLocaleSaysWhichCharactersThereAre(t *testing.T) {
	for _, c := range []struct {
		glyphs config.Glyphs
		locale map[string]string
		want   bool
	}{
		{config.GlyphsAuto, map[string]string{"LANG": "en_US.UTF-8"}, false},
		{config.GlyphsAuto, map[string]string{"LANG": "C.utf8"}, false},
		{config.GlyphsAuto, map[string]string{"LC_CTYPE": "UTF-8"}, false},
		{config.GlyphsAuto, map[string]string{"LANG": "C"}, true},
		{config.GlyphsAuto, map[string]string{"LANG": "de_DE@euro"}, true},
		{config.GlyphsAuto, map[string]string{"LC_ALL": "C", "LC_CTYPE": "en_US.UTF-8", "LANG": "en_US.UTF-8"}, true},
		{config.GlyphsAuto, map[string]string{"LC_ALL": "", "LC_CTYPE": "en_US.UTF-8", "LANG": "C"}, false},
		{config.GlyphsAuto, map[string]string{"LC_CTYPE": "POSIX", "LANG": "en_US.UTF-8"}, true},
		{config.GlyphsAuto, nil, true},
		{config.GlyphsUnicode, map[string]string{"LC_ALL": "C"}, false},
		{config.GlyphsASCII, map[string]string{"LC_ALL": "en_US.UTF-8"}, true},
	} {
		if got := ASCII(c.glyphs, func(name string) string { return c.locale[name] }); got != c.want {
			t.Errorf("%s in %v: ASCII alone %v", c.glyphs, c.locale, got)
		}
	}
}
