//go:build !linux

package pgtest

import "syscall"

// attributes run a process as somebody.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who}
}
