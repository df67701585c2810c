// Package quiet keeps Bubble Tea from querying the terminal's background while the program starts. Bubble Tea does so at
// import, for any command, and waits five seconds for a terminal that doesn't answer. A dumb terminal isn't queried, so
// this package sets TERM to dumb until [Restore].
//
// It works because Go initializes packages that are ready in the order of their import paths. This one needs
// nothing but syscall: it is ready before time is, which Bubble Tea needs. It must import nothing else.
package quiet

import "syscall"

const variable = "TERM"

var term, known = hide()

func hide() (string, bool) {
	term, known := syscall.Getenv(variable)
	_ = syscall.Setenv(variable, "dumb") // if it can't be set, the terminal is queried
	return term, known
}

// Restore restores TERM. The package that imports Bubble Tea calls it, after Bubble Tea has been initialized.
func Restore() {
	if !known {
		_ = syscall.Unsetenv(variable)
		return
	}
	_ = syscall.Setenv(variable, term)
}
