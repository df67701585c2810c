package pgtest

import "syscall"

// attributes runs a process as the given user, and makes the kernel kill it when the test binary dies without its cleanups.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGKILL}
}
