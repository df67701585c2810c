// Package whole writes files that are there whole or not at all, whatever ends the program meanwhile.
package whole

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Write writes a file beside the one at path and puts it in its place once it is on the disk. A file that couldn't be written
// is removed, and the one at path stays as it was.
func Write(path string, content []byte, mode fs.FileMode) error {
	out, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	_, err = out.Write(content)
	if err = errors.Join(err, out.Chmod(mode), out.Sync(), out.Close()); err == nil {
		err = os.Rename(out.Name(), path)
	}
	if err != nil {
		_ = os.Remove(out.Name()) // the earlier error matters more
	}
	return err
}
