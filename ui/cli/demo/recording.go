package demo

import (
	"fmt"
	"os"
	"path/filepath"

	"streamdesk/bus/recording"
	"streamdesk/ui/desk"
)

// recordAside has the desk record into a file that forget removes: the server is gone at the end, too.
func recordAside(o *desk.Options) (forget func(), err error) {
	dir, err := os.MkdirTemp("", "streamdesk-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a directory for the demo's recording: %w", err)
	}
	o.Recording, o.Record = recording.File{Path: filepath.Join(dir, "demo.db")}, true
	return func() { _ = os.RemoveAll(dir) }, nil // what is left is in the system's directory for such files
}
