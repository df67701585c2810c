//go:build unix

package execute

import (
	"os/exec"
	"syscall"
)

// ownGroup has a command be the first of a process group: ctrl+c in the terminal isn't meant for it, and what it has started is
// killed with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
