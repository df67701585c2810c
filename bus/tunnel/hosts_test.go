package tunnel_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"streamdesk/bus/tunnel"
	"streamdesk/bus/tunnel/sshdtest"
)

// TestAnUnknownHostIsRefusedWithTheLineThatAcceptsIt: the line from the error, put into the file it names, is all that is needed.
func TestAnUnknownHostIsRefusedWithTheLineThatAcceptsIt(t *testing.T) {
	s := newScene(t).withKey(t)
	file := filepath.Join(t.TempDir(), "known_hosts")
	s.options.KnownHosts = []string{file}
	err := s.ping(t)
	refused, is := errors.AsType[*tunnel.HostKeyError](err)
	if !is || len(refused.Known) > 0 || refused.File != file {
		t.Fatalf("error: %v", err)
	}
	if text := err.Error(); !strings.Contains(text, s.bastion.HostLine()) || !strings.Contains(text, "SHA256:") || !strings.Contains(text, file) {
		t.Errorf("the error is %s", text)
	}
	if strings.Contains(s.bastion.Output(), "Accepted publickey") {
		t.Error("it logged in")
	}
	if err := os.WriteFile(file, []byte(refused.Line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

func TestAChangedHostKeyIsRefusedLoudly(t *testing.T) {
	s := newScene(t).withKey(t)
	for name, key := range map[string]sshdtest.Key{"of the same kind": sshdtest.NewKey(t), "of another kind": sshdtest.NewECDSA(t)} {
		s.bastion.Rekey(key)
		s.bastion.Restart()
		err := s.ping(t)
		refused, is := errors.AsType[*tunnel.HostKeyError](err)
		if !is || len(refused.Known) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		for _, want := range []string{"ANOTHER HOST KEY", s.options.KnownHosts[0] + ":1", "ssh-keygen -f " + s.options.KnownHosts[0] + " -R", s.bastion.HostLine()} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v doesn't say %s", name, err, want)
			}
		}
	}
}

// TestKnownHostsInEveryForm: hashed names, and one of several keys of a bastion, which then shows that one.
func TestKnownHostsInEveryForm(t *testing.T) {
	second := sshdtest.NewECDSA(t)
	path := filepath.Join(t.TempDir(), "host_ecdsa")
	if err := os.WriteFile(path, []byte(second.Private(t, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newScene(t, "HostKey "+path).withKey(t)
	text := map[string]string{
		"hashed":      knownhosts.HashHostname(knownhosts.Normalize(s.bastion.Addr())) + " " + strings.SplitN(s.bastion.HostLine(), " ", 2)[1],
		"another key": knownhosts.Line([]string{s.bastion.Addr()}, second.Public()),
	}
	for name, line := range text {
		file := filepath.Join(t.TempDir(), "known_hosts")
		if err := os.WriteFile(file, []byte("# mine\n"+line+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		s.options.KnownHosts = []string{filepath.Join(t.TempDir(), "missing"), file}
		if err := s.ping(t); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	revoked := text["another key"] + "\n@revoked * " + strings.TrimSpace(string(ssh.MarshalAuthorizedKey(second.Public()))) + "\n"
	if err := os.WriteFile(file, []byte(revoked), 0o600); err != nil {
		t.Fatal(err)
	}
	s.options.KnownHosts = []string{file}
	if err := s.ping(t); err == nil || !strings.Contains(err.Error(), "revokes") {
		t.Errorf("revoked: %v", err)
	}
}
