package cli

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	prommodel "github.com/prometheus/common/model"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

var servedAt = regexp.MustCompile(`serving (http://\S+)/metrics`)

// get returns the status and the text of an answer.
func get(t *testing.T, url string) (status int, text string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestTheExporterWaitsForItsServerAndServesWhatItSays(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	send(t, server.Client(), "XADD events:a.b 1762341000000-0 data {}")
	send(t, server.Client(), "XGROUP CREATE events:a.b g 0")
	server.Kill()
	h := newHost(t, server.Addr())
	ctx, cancel := context.WithCancel(t.Context())
	var out, told programtest.Screen
	done := make(chan int, 1)
	go func() {
		done <- Main(ctx, []string{"exporter", "--listen", "127.0.0.1:0", "--max-age", "1ms"}, h.streams(strings.NewReader(""), &out, &told))
	}()
	defer func() {
		cancel()
		if code := <-done; code != program.ExitDone {
			t.Errorf("exit %d: %s", code, told.String())
		}
	}()
	redistest.Eventually(t, patience, func() bool { return strings.Contains(told.String(), "trying again") }, "it isn't said that the server is away")
	url := servedAt.FindStringSubmatch(told.String())[1]
	if status, text := get(t, url+"/metrics"); status != http.StatusOK || !strings.Contains(text, "streamdesk_redis_up 0\n") {
		t.Errorf("%d, %s", status, text)
	}
	if status, text := get(t, url+"/healthz"); status != http.StatusServiceUnavailable || !strings.Contains(text, "no connection") {
		t.Errorf("%d, %s", status, text)
	}
	server.Restart()
	redistest.Eventually(t, patience, func() bool {
		status, _ := get(t, url+"/healthz")
		return status == http.StatusOK
	}, "the server isn't found")
	send(t, server.Client(), "XADD events:c.d 1762341000000-0 data {}") // what it had is gone with it
	_, text := get(t, url+"/metrics")
	parser := expfmt.NewTextParser(prommodel.LegacyValidation)
	if families, err := parser.TextToMetricFamilies(strings.NewReader(text)); err != nil || families["streamdesk_stream_entries"] == nil {
		t.Errorf("%v of %s", err, text)
	}
	if status, _ := get(t, url+"/livez"); status != http.StatusOK {
		t.Errorf("livez: %d", status)
	}
	if groups := server.Client().XInfoGroups(t.Context(), "events:c.d").Val(); len(groups) != 0 || out.String() != "" {
		t.Errorf("%v, stdout %q", groups, out.String())
	}
}

func TestTheExporterNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	for args, says := range map[string]string{
		"exporter --max-age 1h":         "--max-age \"1h\": want",
		"exporter --max-series 0":       "--max-series 0: want",
		"exporter now":                  "1 arguments given",
		"exporter --profile production": "there is no profile",
	} {
		if r := h.run(t.Context(), "", strings.Fields(args)...); r.code != program.ExitWrongUse || !strings.Contains(r.err, says) {
			t.Errorf("%s: %+v", args, r)
		}
	}
	if r := h.run(t.Context(), "", "exporter", "--listen", "192.0.2.1:1"); r.code != program.ExitFailed || !strings.Contains(r.err, "name another address with --listen") {
		t.Errorf("%+v", r)
	}
}
