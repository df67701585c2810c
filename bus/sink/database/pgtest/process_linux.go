package pgtest

import "syscall"

// attributes run a process as somebody, and make the kernel kill it when the test binary dies without its cleanups.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Pdeathsig: syscall.SIGKILL}
}
