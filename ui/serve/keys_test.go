package serve

import (
	"bytes"
	"crypto/ed25519"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

// line is a public key as it stands in a file, with a comment.
func line(t *testing.T, comment string) string {
	t.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " " + comment
}

func TestALineOfKeysSaysWhoAndWhat(t *testing.T) {
	t.Parallel()
	one := line(t, "otto")
	for text, want := range map[string]Person{
		one:                     {"otto", Look},
		`role="operate" ` + one: {"otto", Operate},
		`restrict,role="look",name="anna.b" ` + one: {"anna.b", Look},
	} {
		people := map[string]Person{}
		if err := add(people, []byte(text)); err != nil || len(people) != 1 {
			t.Fatalf("%s: %v", text, err)
		}
		for _, got := range people {
			if got != want {
				t.Errorf("%s: %+v", text, got)
			}
		}
	}
	for text, says := range map[string]string{
		"nonsense":                    "it is no key",
		`role="root" ` + one:          "write look or operate",
		`from="10.0.0.1" ` + one:      "isn't known",
		`name="../anna" ` + one:       "no name for a person",
		line(t, ""):                   "no name for a person",
		line(t, "Otto of the Office"): "no name for a person",
	} {
		if err := add(map[string]Person{}, []byte(text)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestKeysThatOthersMayChangeAreRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keys")
	text := line(t, "anna")
	if err := os.WriteFile(path, []byte("# the team\n\n"+text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if k, err := OpenKeys(path, nil); err != nil || k.Len() != 1 {
		t.Fatal(err)
	}
	if _, err := OpenKeys(path, []string{text}); err == nil || !strings.Contains(err.Error(), "second time") {
		t.Error(err)
	}
	if err := os.Chmod(path, 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeys(path, nil); err == nil || !strings.Contains(err.Error(), "chmod go-w") {
		t.Error(err)
	}
	if _, err := OpenKeys("", nil); err == nil || !strings.Contains(err.Error(), "nobody could come in") {
		t.Error(err)
	}
}

func TestTheHostKeyIsMadeOnceAndStays(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "below", "key")
	first, err := HostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	second, err := HostKey(path)
	if err != nil || !bytes.Equal(first.PublicKey().Marshal(), second.PublicKey().Marshal()) {
		t.Errorf("another key, %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := HostKey(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error(err)
	}
}
