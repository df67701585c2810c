package tunnel_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"streamdesk/bus/tunnel"
	"streamdesk/bus/tunnel/sshdtest"
)

func TestAKeyOfAFileLogsIn(t *testing.T) {
	s := newScene(t).withKey(t)
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

func TestTheUsualKeyFileNeedsNoName(t *testing.T) {
	s := newScene(t)
	if err := os.Mkdir(filepath.Join(s.options.Home, ".ssh"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.options.Home, ".ssh", "id_ed25519"), []byte(s.key.Private(t, "")), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

func TestAKeyOfTheAgentLogsIn(t *testing.T) {
	s := newScene(t)
	s.options.Agent = sshdtest.StartAgent(t, sshdtest.NewECDSA(t), s.key)
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

// TestAnEncryptedKeyThatTheAgentHasAsksNobody: its file is named, and the agent opens it.
func TestAnEncryptedKeyThatTheAgentHasAsksNobody(t *testing.T) {
	s := newScene(t)
	s.options.KeyFiles = []string{s.key.File(t, "secret")}
	s.options.Agent = sshdtest.StartAgent(t, s.key)
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

func TestAnEncryptedKeyAsksForItsPassphrase(t *testing.T) {
	s := newScene(t)
	file := s.key.File(t, "secret")
	s.options.KeyFiles = []string{file}
	_, err := tunnel.New(s.options)
	if wrong, is := errors.AsType[*tunnel.KeyError](err); !is || wrong.File != file || !strings.Contains(err.Error(), "'ssh-add "+file+"'") {
		t.Errorf("with nobody to ask: %v", err)
	}
	given := "wrong"
	s.options.Passphrase = func(asked string) (string, error) {
		if asked != file {
			t.Errorf("asked for %s", asked)
		}
		return given, nil
	}
	if _, err := tunnel.New(s.options); err == nil || !strings.Contains(err.Error(), "the passphrase doesn't open it") {
		t.Errorf("with a wrong one: %v", err)
	}
	given = "secret"
	if err := s.ping(t); err != nil {
		t.Error(err)
	}
}

func TestWithoutAKeyNothingIsTried(t *testing.T) {
	s := newScene(t)
	_, err := tunnel.New(s.options)
	if !errors.As(err, new(*tunnel.KeyError)) || !strings.Contains(err.Error(), "key_files") {
		t.Errorf("error: %v", err)
	}
	for file, want := range map[string]string{
		filepath.Join(s.options.Home, "missing"): "no such file",
		s.options.KnownHosts[0]:                  "holds no private key",
	} {
		s.options.KeyFiles = []string{file}
		if _, err := tunnel.New(s.options); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestARefusedKeyIsNamed(t *testing.T) {
	s := newScene(t).withKey(t)
	other := sshdtest.NewKey(t)
	s.bastion.Authorize(other)
	err := s.ping(t)
	if !errors.As(err, new(*tunnel.BastionError)) || !errors.As(err, new(*tunnel.LoginError)) {
		t.Fatalf("error: %v", err)
	}
	for _, want := range []string{s.options.KeyFiles[0], s.bastion.User() + "@127.0.0.1", "authorized_keys", "SHA256:"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v doesn't say %s", err, want)
		}
	}
}
