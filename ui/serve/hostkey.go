package serve

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// HostKey reads the server's own key from a file, and makes an Ed25519 key there when there is none: a file for its owner alone.
func HostKey(path string) (ssh.Signer, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = makeHostKey(path); err == nil {
			info, err = os.Stat(path)
		}
	}
	if err != nil {
		return nil, err
	}
	const others = 0o077
	if info.Mode()&others != 0 {
		return nil, fmt.Errorf("others may read %s, which is secret: chmod 600 %s", path, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(text)
	if errors.As(err, new(*ssh.PassphraseMissingError)) {
		return nil, fmt.Errorf("%s has a passphrase, and nobody is there to type it: ssh-keygen -p -N '' -f %s", path, path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s is no private key: name another with --host-key, or a file that isn't there, to have one made", path)
	}
	return signer, nil
}

// makeHostKey makes a new key. One that somebody else has made meanwhile stays.
func makeHostKey(path string) error {
	const dirMode = 0o700
	if err := os.MkdirAll(filepath.Dir(path), dirMode); err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "streamdesk")
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".host-key-*") // for its owner alone
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(pem.EncodeToMemory(block))
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
