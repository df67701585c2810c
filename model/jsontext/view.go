package jsontext

import "unsafe"

// View reads b as a string without a copy. The caller must not keep the string past a change of b.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) } //nolint:gosec // a read-only look at bytes that stay as they are meanwhile
