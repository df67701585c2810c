package redistest

import "syscall"

// dieWithParent makes the kernel kill the server when the test binary dies without running its cleanups (a panic, a
// test timeout), so that no server is left behind.
func dieWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
