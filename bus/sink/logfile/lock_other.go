//go:build !unix

package logfile

import "os"

func lock(*os.File) error { return nil }
