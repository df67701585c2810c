//go:build unix

package execute

import (
	"os/exec"
	"syscall"
)

// ownGroup starts a command in a process group of its own: ctrl+c in the terminal doesn't reach it, and its children are
// killed with it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
