package sshdtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/pem"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"streamdesk/bus/redistest"
)

// Key is a pair of keys.
type Key struct{ private crypto.Signer }

// NewKey makes an Ed25519 key.
func NewKey(t testing.TB) Key {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Key{private}
}

// NewECDSA makes a key of another kind.
func NewECDSA(t testing.TB) Key {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return Key{private}
}

// Public returns the public key.
func (k Key) Public() ssh.PublicKey {
	public, err := ssh.NewPublicKey(k.private.Public())
	if err != nil {
		panic(err) // of a kind that SSH has
	}
	return public
}

// Authorized returns the key as a line of authorized_keys.
func (k Key) Authorized() string { return string(ssh.MarshalAuthorizedKey(k.Public())) }

// Private returns the private key as a key file holds it, encrypted when there is a passphrase.
func (k Key) Private(t testing.TB, passphrase string) string {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(k.private, "")
	if passphrase != "" {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(k.private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(block))
}

// File writes the private key into a file of its own, and returns its path.
func (k Key) File(t testing.TB, passphrase string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "id_test")
	write(t, path, k.Private(t, passphrase))
	return path
}

// StartAgent starts an ssh-agent that holds the keys, and returns the path of its socket.
func StartAgent(t testing.TB, keys ...Key) string {
	t.Helper()
	binary, add := find(t, "ssh-agent"), find(t, "ssh-add")
	dir := t.TempDir()
	if len(dir) > 80 { // a socket's path has about a hundred bytes
		t.Fatalf("the path %s is too long for a socket", dir)
	}
	socket := filepath.Join(dir, "agent")
	cmd := exec.Command(binary, "-D", "-a", socket)
	cmd.SysProcAttr = dieWithParent()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	redistest.Eventually(t, patience, func() bool {
		err := exec.Command("env", "SSH_AUTH_SOCK="+socket, add, "-l").Run()
		exit, ran := err.(*exec.ExitError) //nolint:errorlint // 1: it answers that it has no keys
		return err == nil || ran && exit.ExitCode() == 1
	}, "ssh-agent answers")
	for _, key := range keys {
		load := exec.Command("env", "SSH_AUTH_SOCK="+socket, add, "-q", key.File(t, ""))
		load.Stdin = strings.NewReader("")
		if out, err := load.CombinedOutput(); err != nil {
			t.Fatalf("ssh-add: %v: %s", err, out)
		}
	}
	return socket
}
