package redistest

import (
	"flag"
	"fmt"
	"runtime"
	"strconv"
)

// SideBySide lets a package run more tests at a time than there are cores: so many for each, of those that call t.Parallel. Tests
// with servers mostly wait, for a failover, a cluster that begins or a time limit. A TestMain calls it before m.Run. It changes nothing
// when the flag -parallel is given, nor with the race detector, beside which nothing waits for long.
func SideBySide(perCore int) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == parallelFlag })
	if given || raced {
		return
	}
	if err := flag.Set(parallelFlag, strconv.Itoa(perCore*runtime.GOMAXPROCS(0))); err != nil {
		panic(fmt.Sprintf("redistest: SideBySide is for test binaries: %v", err))
	}
}

// parallelFlag is -parallel's name in a test binary.
const parallelFlag = "test.parallel"
