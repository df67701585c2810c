package transfer

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/model"
)

// packed opens an output that is compressed.
func packed(t *testing.T, name string, flags int) *file {
	t.Helper()
	to, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	return newFile(Output{Name: name, To: to, File: to, Gzip: true})
}

func TestAPackedExportThatIsInterruptedCanBeUnpacked(t *testing.T) {
	name := filepath.Join(t.TempDir(), "e.jsonl.gz")
	out := packed(t, name, os.O_WRONLY|os.O_CREATE|os.O_EXCL)
	const entries = 1000
	for i := range entries {
		e := model.Entry{Stream: "events:a.b", ID: model.Position{Ms: uint64(i + 1)}, Fields: []model.Field{{Name: "data", Value: "{}"}}}
		if err := out.entry(&e, nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.close(context.Canceled); !errors.Is(err, context.Canceled) || out.cutOff() {
		t.Errorf("%v, cut off: %t", err, out.cutOff())
	}
	if out.entries != entries || out.last.String() != "events:a.b/1000-0" {
		t.Errorf("it counts %d up to %s", out.entries, out.last)
	}
	written, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer written.Close()
	unzip, err := gzip.NewReader(written)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(unzip); err != nil || strings.Count(string(text), "\n") != entries {
		t.Errorf("%d lines, %v", strings.Count(string(text), "\n"), err)
	}
}

func TestAPackedExportToAFullDiskIsCutOff(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	full := packed(t, "/dev/full", os.O_WRONLY)
	one := model.Entry{Stream: "events:a.b", ID: model.Position{Ms: 1}, Fields: []model.Field{}}
	if err := full.entry(&one, nil); err != nil {
		t.Fatal(err)
	}
	if err := full.close(nil); err == nil || !strings.Contains(err.Error(), "/dev/full: no space left on device") || !full.cutOff() {
		t.Errorf("%v, cut off: %t", err, full.cutOff())
	}
}
