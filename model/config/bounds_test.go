package config

import (
	"runtime"
	"strings"
	"testing"
)

// TestNoDocumentTakesManyTimesItsSize has documents below the limit of size whose names would add up to gigabytes.
func TestNoDocumentTakesManyTimesItsSize(t *testing.T) {
	const most = 200 << 20 // the names of the first would take 5 GB
	for name, document := range map[string]string{
		"a key of 100,000 dots":          "a" + strings.Repeat(".a", 100_000) + " = 1",
		"a table of 100,000 dots":        "[a" + strings.Repeat(".a", 100_000) + "]",
		"a key of dots in a table":       "x = {a" + strings.Repeat(".a", 100_000) + " = 1}",
		"many keys below a long name":    "[profiles." + strings.Repeat("n", 400_000) + "]\n" + numbered(50_000),
		"tables within tables":           "x = " + strings.Repeat("{aaaaaaaaaa=", 5_000) + "1" + strings.Repeat("}", 5_000),
		"many lists below a long name":   strings.Repeat("[["+strings.Repeat("n", 2_000)+"]]\n", 400),
		"names that have to be quoted":   "[" + strings.Repeat(`"é".`, 100_000) + "a]",
		"lists within lists, unfinished": "x = " + strings.Repeat("[", 500_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Decode("c.toml", []byte(document))
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; err == nil || took > most {
			t.Errorf("%s: %d MB, error %v", name, took>>20, err)
		}
		if err != nil && len(err.Error()) > 2_000 {
			t.Errorf("%s: an error of %d bytes: %.200s", name, len(err.Error()), err)
		}
	}
}

// numbered are so many settings.
func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("k")
		for ; i > 0; i /= 26 {
			b.WriteByte(byte('a' + i%26))
		}
		b.WriteString("=1\n")
	}
	return b.String()
}
