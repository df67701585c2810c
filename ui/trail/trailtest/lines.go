// Package trailtest reads audit files in tests.
package trailtest

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"streamdesk/ui/trail"
)

// Lines returns the lines of an audit file. A line with a field that isn't known fails the test.
func Lines(t testing.TB, path string) []trail.Line {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }() // it was only read
	var lines []trail.Line
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var line trail.Line
		decoder := json.NewDecoder(strings.NewReader(scanner.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("%s: %v", scanner.Text(), err)
		}
		lines = append(lines, line)
	}
	return lines
}
