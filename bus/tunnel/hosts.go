package tunnel

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"streamdesk/model"
)

// HostKeyError means that the bastion's host key isn't one that known_hosts accepts. Nothing was sent to it then, and no key
// was offered.
type HostKeyError struct {
	// Key is the key that the bastion shows: its type and its fingerprint.
	Key string
	// Line is what would accept the key, as a line of File.
	Line, File string
	// Known are the other keys that known_hosts has for the bastion, each as FILE:LINE with its fingerprint. Empty means that
	// the bastion is unknown.
	Known []string
	// Forget is the command that takes those out of their file.
	Forget string
	// Revoked is the file and line that revokes the key; empty when none does.
	Revoked string
}

// Error returns what the bastion shows, what is known, and the mend.
func (e *HostKeyError) Error() string {
	switch {
	case e.Revoked != "":
		return fmt.Sprintf("shows a host key that %s revokes, %s: it isn't used; ask its administrators for their new key", e.Revoked, e.Key)
	case len(e.Known) > 0:
		return fmt.Sprintf("shows ANOTHER HOST KEY than the known one: it shows %s, and known is %s. Somebody may be listening in between, "+
			"and nothing was sent. Only if its administrators say that they changed it: take the old one out (%s), and add this line to %s: %s",
			e.Key, strings.Join(e.Known, " and "), e.Forget, e.File, e.Line)
	default:
		return fmt.Sprintf("is unknown: its host key is %s. If its administrators say that this is theirs, add this line to %s: %s", e.Key, e.File, e.Line)
	}
}

// knownHosts returns the files with accepted host keys.
func (o *Options) knownHosts() []string {
	if len(o.KnownHosts) > 0 {
		return o.KnownHosts
	}
	return []string{filepath.Join(o.Home, ".ssh", "known_hosts"), "/etc/ssh/ssh_known_hosts"}
}

// hosts are accepted host keys.
type hosts struct {
	check ssh.HostKeyCallback
	file  string // where a new one belongs
}

// readHosts reads the files that exist.
func readHosts(files []string) (hosts, error) {
	there := make([]string, 0, len(files))
	for _, file := range files {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, file)
		}
	}
	check, err := knownhosts.New(there...)
	if err != nil {
		return hosts{}, fmt.Errorf("the known hosts can't be read: %w", err)
	}
	return hosts{check, files[0]}, nil
}

// verify accepts a host key or returns a [*HostKeyError]. It is an ssh.HostKeyCallback.
func (h hosts) verify(address string, remote net.Addr, key ssh.PublicKey) error {
	err := h.check(address, remote, key)
	if err == nil {
		return nil
	}
	failed := &HostKeyError{Key: told(key), File: h.file, Line: knownhosts.Line([]string{address}, key)}
	var other *knownhosts.KeyError
	var revoked *knownhosts.RevokedError
	switch {
	case errors.As(err, &revoked):
		failed.Revoked = fmt.Sprintf("%s:%d", revoked.Revoked.Filename, revoked.Revoked.Line)
	case errors.As(err, &other):
		for _, known := range other.Want {
			failed.Known = append(failed.Known, fmt.Sprintf("%s (%s:%d)", told(known.Key), known.Filename, known.Line))
			failed.Forget = "ssh-keygen " + model.ShellWords([]string{"-f", known.Filename, "-R", knownhosts.Normalize(address)})
		}
	default:
		return err // a certificate that no authority vouches for
	}
	return failed
}

// told returns the type and the fingerprint of a key.
func told(key ssh.PublicKey) string { return key.Type() + " " + ssh.FingerprintSHA256(key) }

// algorithms returns the kinds of host key to ask the bastion for: first those that are known, so that a bastion with several keys
// shows the one that can be compared. Certificates are asked for when an authority is known.
func (h hosts) algorithms(address string) []string {
	var none *knownhosts.KeyError
	_ = errors.As(h.check(address, &net.TCPAddr{}, unlike{}), &none)
	var known, certified, rest []string
	for _, algorithm := range ssh.SupportedAlgorithms().HostKeys {
		base, isCertificate := strings.CutSuffix(algorithm, "-cert-v01@openssh.com")
		is := func(k knownhosts.KnownKey) bool { return kind(base) == k.Key.Type() && !h.isAuthority(address, k.Key) }
		switch {
		case isCertificate && none != nil && slices.ContainsFunc(none.Want, func(k knownhosts.KnownKey) bool { return h.isAuthority(address, k.Key) }):
			certified = append(certified, algorithm)
		case isCertificate:
		case none != nil && slices.ContainsFunc(none.Want, is):
			known = append(known, algorithm)
		default:
			rest = append(rest, algorithm)
		}
	}
	return slices.Concat(certified, known, rest)
}

// kind returns the type of the keys that an algorithm uses.
func kind(algorithm string) string {
	if strings.HasPrefix(algorithm, "rsa-sha2-") {
		return ssh.KeyAlgoRSA
	}
	return algorithm
}

// isAuthority reports whether a key of known_hosts vouches for others (@cert-authority).
func (h hosts) isAuthority(address string, key ssh.PublicKey) bool {
	err := h.check(address, &net.TCPAddr{}, &ssh.Certificate{Key: unlike{}, SignatureKey: key, CertType: ssh.HostCert, Signature: &ssh.Signature{}})
	return err != nil && !strings.Contains(err.Error(), "no authorities")
}

// unlike is a key that nobody has: asking for it shows which keys are known.
type unlike struct{}

func (unlike) Type() string                        { return "unlike" }
func (unlike) Marshal() []byte                     { return []byte("unlike any other") }
func (unlike) Verify([]byte, *ssh.Signature) error { return errors.New("nobody has this key") }
