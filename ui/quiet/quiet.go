// Package quiet keeps Bubble Tea from asking the terminal for its background while the program starts: it does so at
// import, for any command, and waits five seconds for a terminal that doesn't answer. A dumb terminal isn't asked, so that
// is what this package makes of TERM until [Restore].
//
// It works because Go initializes the packages that are ready in the order of their import paths, and this one needs
// nothing but syscall: it is ready before time is, which Bubble Tea needs. It must import nothing else.
package quiet

import "syscall"

const variable = "TERM"

var term, known = hide()

func hide() (string, bool) {
	term, known := syscall.Getenv(variable)
	_ = syscall.Setenv(variable, "dumb") // where it can't be set, the terminal is asked
	return term, known
}

// Restore puts TERM back. It is called by what imports Bubble Tea, and so after that has been initialized.
func Restore() {
	if !known {
		_ = syscall.Unsetenv(variable)
		return
	}
	_ = syscall.Setenv(variable, term)
}
