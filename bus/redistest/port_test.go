package redistest

import (
	"runtime"
	"testing"
)

func TestAPortIsOneServersOnlyAlsoWhileItIsDown(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ports are claimed on Linux only")
	}
	s, err := Launch()
	if err != nil {
		t.Skip(err)
	}
	s.Kill()
	for _, port := range []int{s.Port(), s.Port() + clusterBusOffset} {
		other := &reservation{}
		if other.take(port) {
			t.Errorf("port %d is given to somebody else", port)
		}
		if err := other.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := &reservation{}
	if !again.take(s.Port()) {
		t.Error("the port of a server that is closed is kept")
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}
