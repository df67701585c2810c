package logfile

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestALogIsRotatedWhenItsSpanOfTimeIsOver(t *testing.T) {
	dir := t.TempDir()
	now := time.Now().UTC().Truncate(24 * time.Hour).Add(23 * time.Hour)
	f := &file{path: filepath.Join(dir, "events.log"), every: 24 * time.Hour, now: func() time.Time { return now }}
	write := func(line string) {
		t.Helper()
		if err := f.Write([]byte(line + "\n")); err != nil {
			t.Fatal(err)
		}
	}
	write("monday")
	write("late on monday")
	now = now.Add(2 * time.Hour)
	write("tuesday")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	// A process that was away over midnight goes by when the file was written to.
	if err := os.Chtimes(f.path, now, now); err != nil {
		t.Fatal(err)
	}
	now = now.Add(24 * time.Hour)
	write("wednesday")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	var texts []string
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if want := []string{"monday\nlate on monday\n", "tuesday\n", "wednesday\n"}; !slices.Equal(texts, want) {
		t.Errorf("files %v hold %q, want %q", files, texts, want)
	}
}
