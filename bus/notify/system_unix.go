//go:build unix

package notify

import (
	"os"
	"os/exec"
	"syscall"
)

// lock keeps other processes from the file for as long as it is open.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// ownGroup starts a command in a process group of its own: ctrl+c in the terminal doesn't reach it, and its children are killed
// with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
