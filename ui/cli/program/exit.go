package program

import "fmt"

// ExitError is an error that ends the program with a code of the command's own. Nothing is printed for it: the command has said why.
type ExitError struct{ Code int }

func (e *ExitError) Error() string { return fmt.Sprintf("exit code %d", e.Code) }
