//go:build !linux

package sshdtest

import "syscall"

// dieWithParent changes nothing where the kernel can't do it.
func dieWithParent() *syscall.SysProcAttr { return nil }
