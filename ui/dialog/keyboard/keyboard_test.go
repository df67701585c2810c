package keyboard_test

import (
	"strings"
	"testing"

	"streamdesk/ui/dialog/keyboard"
)

func TestAScriptBecomesTheKeysItNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ script, want string }{
		{"", ""},
		{"tab  shift+tab enter esc", "tab|shift+tab|enter|esc"},
		{"ctrl+u pgdown G backspace", "ctrl+u|pgdown|G|backspace"},
		{"down*3 x", "down|down|down|x"},
		{"*", "*"},
		{"'a b' enter", "a| |b|enter"},
		{`paste'{"a": 1}' tab`, `[{"a": 1}]|tab`},
		{`'a\nb'`, "a|enter|b"},
		{"alt+left alt+b space", "alt+left|alt+b| "},
	} {
		var got []string
		for _, k := range keyboard.Keys(c.script) {
			got = append(got, k.String())
		}
		if s := strings.Join(got, "|"); s != c.want {
			t.Errorf("%q became %q, want %q", c.script, s, c.want)
		}
	}
}
