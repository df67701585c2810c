//go:build !linux

package pgtest

import "syscall"

// attributes runs a process as the given user.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who}
}
