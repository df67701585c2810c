//go:build !linux

package redistest

import "syscall"

// dieWithParent needs a kernel feature only Linux has.
func dieWithParent() *syscall.SysProcAttr { return nil }
