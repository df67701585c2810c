//go:build !unix

package notify

import (
	"os"
	"os/exec"
)

func lock(*os.File) error { return nil }

func ownGroup(*exec.Cmd) {}
