//go:build unix

package cli

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/bus/tunnel/sshdtest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// behind is a host whose server is reached through a bastion, at the address with +ssh in its scheme: scheme+ssh://BASTION/rest.
func behind(t *testing.T, bastion *sshdtest.Server, scheme, rest string) *host {
	t.Helper()
	key := sshdtest.NewKey(t)
	bastion.Authorize(key)
	h := newHost(t, "")
	h.env["STREAMDESK_REDIS"] = scheme + "+ssh://" + bastion.User() + "@" + bastion.Addr() + "/" + rest
	h.env["STREAMDESK_SSH_KEY_FILES"], h.env["STREAMDESK_SSH_KNOWN_HOSTS"] = key.File(t, ""), bastion.KnownHosts()
	return h
}

// done runs a command that has to succeed; that it waits for a login on a busy machine may be said.
func (h *host) done(t *testing.T, args ...string) string {
	t.Helper()
	r := h.run(t.Context(), "", args...)
	if r.code != program.ExitDone {
		t.Fatalf("streamdesk %s: %+v", strings.Join(args, " "), r)
	}
	return r.out
}

func TestEveryFormOfAddressGoesThroughABastion(t *testing.T) {
	t.Parallel()
	bastion := sshdtest.Start(t)
	secured := redistest.Start(t, redistest.WithTLS(), redistest.WithConfig("requirepass", secret))
	o := secured.Options()
	o.Password = secret
	client := redis.NewClient(o)
	defer client.Close()
	plain, node := redistest.Start(t), redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
	ofOneNode(t, node)
	for _, client := range []*redis.Client{client, plain.Client(), node.Client()} {
		send(t, client, `XADD events:a.b 1-1 data '{}'`)
	}
	for scheme, rest := range map[string]string{
		"redis": plain.Addr() + "/0", "unix": plain.Dir() + "/redis.sock", "rediss": ":" + secret + "@" + secured.Addr() + "/0", "redis+cluster": node.Addr(),
	} {
		h := behind(t, bastion, scheme, strings.TrimPrefix(rest, "/"))
		if scheme == "rediss" {
			h.env["STREAMDESK_TLS_INSECURE_SKIP_VERIFY"] = "true" // any cluster would be asked for TLS with it, too
		}
		if out := h.done(t, "streams", "--output", "json"); !strings.Contains(out, `"stream":"events:a.b"`) {
			t.Errorf("%s: %s", scheme, out)
		}
	}
	h := behind(t, bastion, "redis", node.Addr()+"/0")
	if r := h.run(t.Context(), "", "streams"); r.code != program.ExitDone || !strings.Contains(r.err, "is a node of a cluster, with one master") {
		t.Errorf("one node of a cluster: %+v", r)
	}
}

// TestSentinelGoesThroughABastion: the sentinel is asked, and the master that it names is dialled, from there.
func TestSentinelGoesThroughABastion(t *testing.T) {
	t.Parallel()
	set := redistest.StartSentinel(t)
	h := behind(t, sshdtest.Start(t), "redis+sentinel", set.Addrs()[0]+"/streamdesk-test/0")
	h.done(t, "publish", "workflow.started", "--workflow", "wf-1")
	if out := h.done(t, "tail", "--from", "1h", "--count", "1", "--output", "json"); !strings.Contains(out, "wf-1") {
		t.Error(out)
	}
}

// TestTheSettingsNameABastionForEveryAddress: the address itself has none then.
func TestTheSettingsNameABastionForEveryAddress(t *testing.T) {
	t.Parallel()
	server, bastion := redistest.Start(t), sshdtest.Start(t)
	h := behind(t, bastion, "redis", server.Addr()+"/0")
	host, port, _ := strings.Cut(bastion.Addr(), ":")
	h.env["STREAMDESK_REDIS"] = "redis://" + server.Addr() + "/0"
	h.env["STREAMDESK_SSH_HOST"], h.env["STREAMDESK_SSH_PORT"], h.env["STREAMDESK_SSH_USER"] = host, port, bastion.User()
	h.done(t, "publish", "workflow.started")
	if !strings.Contains(bastion.Output(), "Accepted publickey") {
		t.Error("nothing went through the bastion")
	}
	r := h.run(t.Context(), "", "doctor", "--interval", "0s", "--output", "json")
	for _, want := range []string{"through the SSH bastion " + bastion.User() + "@127.0.0.1:" + port, "ssh -p " + port + " " + bastion.User() + "@127.0.0.1 'redis-cli -h"} {
		if r.code != program.ExitDone || !strings.Contains(r.out, want) {
			t.Errorf("the doctor says nothing of %s: %+v", want, r)
		}
	}
}

func TestAnErrorOfTheWaySaysWhichHopAndTheMend(t *testing.T) {
	t.Parallel()
	server, bastion := redistest.Start(t), sshdtest.Start(t)
	known := filepath.Join(t.TempDir(), "known_hosts")
	for name, test := range map[string]struct {
		change func(*host)
		code   int
		want   string
	}{
		"unknown host": {func(h *host) { h.env["STREAMDESK_SSH_KNOWN_HOSTS"] = known }, program.ExitFailed, "add this line to " + known + ": " + bastion.HostLine()},
		"no key file":  {func(h *host) { h.env["STREAMDESK_SSH_KEY_FILES"] = known }, program.ExitWrongUse, "STREAMDESK_SSH_KEY_FILES: the key " + known},
		"no key at all": {
			func(h *host) { delete(h.env, "STREAMDESK_SSH_KEY_FILES") }, program.ExitWrongUse,
			"ssh.key_files: there is no key to log in with",
		},
		"encrypted": {func(h *host) { h.env["STREAMDESK_SSH_KEY_FILES"] = sshdtest.NewKey(t).File(t, "secret") }, program.ExitWrongUse, "'ssh-add "},
		"no server": {
			func(h *host) {
				h.env["STREAMDESK_REDIS"] = "redis+ssh://" + bastion.User() + "@" + bastion.Addr() + "/127.0.0.1:1"
			}, program.ExitFailed,
			"no Redis at 127.0.0.1:1 via 127.0.0.1:",
		},
		"no bastion": {
			func(h *host) { h.env["STREAMDESK_REDIS"] = "redis+ssh://127.0.0.1:1/127.0.0.1:1" }, program.ExitFailed,
			"127.0.0.1:1 can't be reached: connection refused",
		},
		"a password for the bastion": {
			func(h *host) { h.env["STREAMDESK_REDIS"] = "redis+ssh://ann:" + secret + "@127.0.0.1:1/127.0.0.1:1" }, program.ExitWrongUse,
			"STREAMDESK_REDIS: the bastion's user has a password",
		},
	} {
		h := behind(t, bastion, "redis", server.Addr()+"/0")
		test.change(h)
		if r := h.run(t.Context(), "", "streams"); r.code != test.code || !strings.Contains(r.err, test.want) || strings.Contains(r.err, secret) {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestADeskOutlivesItsBastion: it says that it is the bastion that is gone, and goes on by itself once it is back. The bastion knows the
// key that is encrypted, so that the person is asked first.
func TestADeskOutlivesItsBastion(t *testing.T) {
	t.Parallel()
	server, bastion, key := redistest.Start(t), sshdtest.Start(t), sshdtest.NewKey(t)
	send(t, server.Client(), `XADD events:was.there 1-1 data '{}'`)
	bastion.Authorize(key)
	cmd := programtest.Command(t, server.Addr())
	cmd.Env = append(cmd.Env, "STREAMDESK_REDIS=redis+ssh://"+bastion.User()+"@"+bastion.Addr()+"/"+server.Addr()+"/0",
		"STREAMDESK_SSH_KEY_FILES="+key.File(t, "secret"), "STREAMDESK_SSH_KNOWN_HOSTS="+bastion.KnownHosts(), "STREAMDESK_DESK_REFRESH=250ms")
	p := startInTerminal(t, cmd)
	at := p.shows(t, 0, "the passphrase of ")
	p.types(t, "secret\r")
	at = p.shows(t, at, "was.there")
	if strings.Contains(p.written.String(), "secret") {
		t.Error("the passphrase is on the screen")
	}
	bastion.Kill()
	at = p.shows(t, at, "the bastion "+bastion.User()+"@"+bastion.Addr())
	bastion.Restart()
	send(t, server.Client(), `XADD events:came.back 1-1 data '{}'`)
	p.shows(t, at, "came.back")
	p.types(t, "q")
	p.ends(t)
}

// TestAFrozenBastionEndsNoCommandLate: a command gives up after --wait, and says that nothing answers.
func TestAFrozenBastionEndsNoCommandLate(t *testing.T) {
	t.Parallel()
	server, bastion := redistest.Start(t), sshdtest.Start(t)
	h := behind(t, bastion, "redis", server.Addr()+"/0")
	bastion.Pause()
	defer bastion.Resume()
	began := time.Now()
	if r := h.run(t.Context(), "", "streams", "--wait", "300ms"); r.code != program.ExitFailed || !strings.Contains(r.err, "the bastion "+bastion.User()+"@"+bastion.Addr()+" doesn't answer") {
		t.Errorf("%+v", r)
	}
	if took := time.Since(began); took > patience {
		t.Errorf("it took %s", took)
	}
}
