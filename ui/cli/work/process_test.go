package work_test

import (
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// process is a running `streamdesk work GROUP`.
type process struct {
	cmd    *exec.Cmd
	url    string
	stderr *programtest.Screen
	ended  chan struct{}
	err    error
}

var listening = regexp.MustCompile(`msg=listening address=(\S+)`)

// startWork starts the built program as a consumer of groups, and returns once it is ready. It is ended with the test.
func startWork(t *testing.T, redis string, env []string, groups ...string) *process {
	t.Helper()
	p := launchWork(t, redis, env, groups...)
	redistest.Eventually(t, patience, func() bool { return p.over() || p.ready() }, fmt.Sprintf("%v to be ready", groups))
	if p.over() {
		t.Fatalf("%v: %v: %s", groups, p.err, p.stderr)
	}
	return p
}

// launchWork is startWork that returns once the program listens, ready or not.
func launchWork(t *testing.T, redis string, env []string, groups ...string) *process {
	t.Helper()
	cmd := programtest.Command(t, redis, append([]string{"work", "--listen", "127.0.0.1:0"}, groups...)...)
	cmd.Env = append(cmd.Env, env...)
	p := &process{cmd: cmd, stderr: &programtest.Screen{}, ended: make(chan struct{})}
	cmd.Stderr = p.stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		p.err = cmd.Wait()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.kill()
		if t.Failed() {
			t.Logf("%v said:\n%s", groups, p.stderr)
		}
	})
	redistest.Eventually(t, patience, func() bool {
		if found := listening.FindStringSubmatch(p.stderr.String()); found != nil {
			p.url = "http://" + found[1]
		}
		return p.over() || p.url != ""
	}, fmt.Sprintf("%v to listen", groups))
	if p.over() {
		t.Fatalf("%v: %v: %s", groups, p.err, p.stderr)
	}
	return p
}

func (p *process) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// kill ends it as kill -9 does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended
	<-p.ended
}

func (p *process) ready() bool {
	code, _ := p.get("/readyz")
	return code == http.StatusOK
}

// get asks for a path; code 0 means that nobody answers.
func (p *process) get(path string) (code int, body string) {
	response, err := http.Get(p.url + path)
	if err != nil {
		return 0, ""
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, ""
	}
	return response.StatusCode, string(text)
}

// sum adds up the samples of a metric over all its labels.
func (p *process) sum(t *testing.T, metric string) float64 {
	t.Helper()
	code, body := p.get("/metrics")
	if code != http.StatusOK {
		t.Fatalf("/metrics: %d", code)
	}
	total := 0.
	for line := range strings.SplitSeq(body, "\n") {
		name, value, ok := strings.Cut(line, " ")
		if bare, _, _ := strings.Cut(name, "{"); !ok || bare != metric {
			continue
		}
		v, err := strconv.ParseFloat(value[strings.LastIndex(value, " ")+1:], 64)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		total += v
	}
	return total
}
