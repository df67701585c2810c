package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

const secret = "s3cr3t"

func TestABrokenAddressIsWrongUseWithoutItsPassword(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"redis://u:" + secret + "@host:port/0", "redis://u:" + secret + "@host:6379/notadb", "redis://u:" + secret + "%zz@host:6379/0",
		"redis://u:" + secret + "@host:6379/0?unknown=1", "redis+cluster://u:" + secret + "@host", "redis+cluster://u:" + secret + "%zz@h:1",
		"redis+cluster://u:" + secret + "@h:1/5", "redis+cluster://u:" + secret + "@h:1,,h:2", "redis+sentinel://u:" + secret + "@h:1",
		"redis+sentinel://u:" + secret + "@h:1/m/x", "redis+sentinel://h:1/m?sentinel_password=" + secret + "&x=1", "redis+cluster://:" + secret + "@h:99999",
		"http://u:" + secret + "@host", "u:" + secret + "@host", "redis://",
	} {
		h := newHost(t, "")
		r := h.run(t.Context(), "", "streams", "--redis", text)
		if r.code != program.ExitWrongUse || !strings.Contains(r.err, "redis") || strings.Contains(r.err+r.out, secret) {
			t.Errorf("%s: %+v", text, r)
		}
	}
}

// TestEveryFormOfAddressConnects runs a command over each kind of connection.
func TestEveryFormOfAddressConnects(t *testing.T) {
	t.Parallel()
	seed := func(t *testing.T, client *redis.Client) {
		t.Helper()
		send(t, client, `XADD events:a.b 1-1 data '{}'`)
	}
	wantStream := func(t *testing.T, h *host) {
		t.Helper()
		if out := h.want(t, "streams", "--output", "json"); !strings.Contains(out, `"stream":"events:a.b"`) {
			t.Errorf("out = %s", out)
		}
	}
	t.Run("unix", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		seed(t, server.Client())
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = "unix://" + server.Dir() + "/redis.sock"
		wantStream(t, h)
	})
	t.Run("tls and a password", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t, redistest.WithTLS(), redistest.WithConfig("requirepass", secret))
		o := server.Options()
		o.Password = secret
		client := redis.NewClient(o)
		defer client.Close()
		seed(t, client)
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"], h.env["STREAMDESK_TLS_INSECURE_SKIP_VERIFY"] = "rediss://"+server.Addr(), "true"
		if r := h.run(t.Context(), "", "streams"); r.code != program.ExitFailed || !strings.Contains(r.err, "wants a password: name the variable or the file") {
			t.Errorf("without the password: %+v", r)
		}
		h.env["STREAMDESK_PASSWORD_ENV"], h.env["PW"] = "PW", "wrong"+secret
		if r := h.run(t.Context(), "", "streams"); r.code != program.ExitFailed || !strings.Contains(r.err, "refuses the user or the password") || strings.Contains(r.err, secret) {
			t.Errorf("with a wrong password: %+v", r)
		}
		h.env["PW"] = secret
		wantStream(t, h)
	})
	t.Run("cluster", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
		ofOneNode(t, server)
		seed(t, server.Client())
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = "redis+cluster://" + server.Addr()
		wantStream(t, h)
	})
}

func TestAPasswordOnTheCommandLineIsSpokenOfOnce(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, time.Now)
	address := client.Options().Addr
	h := newHost(t, address)
	r := h.run(t.Context(), "", "--redis", "redis://default:"+secret+"@"+address, "groups")
	if strings.Count(r.err, "(ps)") != 1 || !strings.Contains(r.err, "STREAMDESK_REDIS") || !strings.Contains(r.err, "password_file") || strings.Contains(r.err, secret) {
		t.Errorf("stderr: %q", r.err)
	}
	h.env["STREAMDESK_REDIS"] = "redis://default:" + secret + "@" + address
	for _, args := range [][]string{{"groups"}, {"--redis", "redis://" + address, "groups"}, {"__complete", "--redis", "redis://:" + secret + "@" + address, "pending", ""}} {
		if r := h.run(t.Context(), "", args...); strings.Contains(r.err, "(ps)") {
			t.Errorf("%v: stderr: %q", args, r.err)
		}
	}
}
