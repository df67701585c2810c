package logfile

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stamp is the time in a rotated file's name: events.log becomes events-20251105T120000.000Z.log. Names sort by age.
const stamp = "20060102T150405.000Z"

// rotateWhenDue moves the file aside when more bytes would make it too large, or when its span of time is over.
func (l *file) rotateWhenDue(more int64) error {
	if !l.regular || l.size == 0 {
		return nil
	}
	now := l.now()
	tooLarge := l.maxSize > 0 && l.size+more > l.maxSize
	tooOld := l.every > 0 && !now.UTC().Truncate(l.every).Equal(l.last.UTC().Truncate(l.every))
	if !tooLarge && !tooOld {
		return nil
	}
	if err := l.Close(); err != nil {
		return err
	}
	if err := os.Rename(l.path, l.rotated(now)); err != nil {
		return fmt.Errorf("the log can't be rotated: %w", err)
	}
	if err := l.open(); err != nil {
		return err
	}
	return l.prune()
}

// rotated returns a path that no file has yet.
func (l *file) rotated(now time.Time) string {
	stem, ext := l.parts()
	name := stem + "-" + now.UTC().Format(stamp)
	for n := 0; ; n++ {
		path := name + ext
		if n > 0 {
			path = name + "." + strconv.Itoa(n) + ext
		}
		if _, err := os.Lstat(path); os.IsNotExist(err) {
			return path
		}
	}
}

func (l *file) parts() (stem, ext string) {
	ext = filepath.Ext(l.path)
	return strings.TrimSuffix(l.path, ext), ext
}

// prune deletes the oldest rotated files until keep are left.
func (l *file) prune() error {
	if l.keep <= 0 {
		return nil
	}
	stem, ext := l.parts()
	entries, err := os.ReadDir(filepath.Dir(l.path))
	if err != nil {
		return fmt.Errorf("old logs can't be listed: %w", err)
	}
	var old []string
	for _, e := range entries {
		middle, ok := strings.CutPrefix(e.Name(), filepath.Base(stem)+"-")
		middle, isLog := strings.CutSuffix(middle, ext)
		if ok && isLog && isStamp(middle) {
			old = append(old, e.Name())
		}
	}
	slices.Sort(old)
	for len(old) > l.keep {
		if err := os.Remove(filepath.Join(filepath.Dir(l.path), old[0])); err != nil {
			return fmt.Errorf("an old log can't be deleted: %w", err)
		}
		old = old[1:]
	}
	return nil
}

// isStamp reports whether text, the part between a log's stem and its extension, begins with the time of a rotation.
func isStamp(text string) bool {
	if len(text) < len(stamp) {
		return false
	}
	_, err := time.Parse(stamp, text[:len(stamp)])
	return err == nil
}
