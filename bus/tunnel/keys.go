package tunnel

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/crypto/ssh"
)

// KeyError means that there is no key to log in with, or that a key file can't be used.
type KeyError struct {
	File string // empty when it is about no file
	Err  error
}

// Error returns what is wrong with which file, and the mend.
func (e *KeyError) Error() string {
	if e.File == "" {
		return e.Err.Error()
	}
	return "the key " + e.File + " can't be used: " + e.Err.Error()
}

// Unwrap returns Err.
func (e *KeyError) Unwrap() error { return e.Err }

// keys are what the tunnel logs in with.
type keys struct {
	agent  string
	files  []fileKey
	locked []locked // encrypted files that nobody opened
}

// fileKey is a private key from a file.
type fileKey struct {
	file   string
	signer ssh.Signer
}

// locked is a private key that is encrypted. public is nil when the file doesn't tell it.
type locked struct {
	file   string
	text   []byte
	public ssh.PublicKey
}

// defaultKeys are the key files that ssh uses, too, as far as they hold the key itself.
var defaultKeys = []string{"id_ed25519", "id_ecdsa", "id_rsa"}

// loadKeys reads the key files. A file that is encrypted isn't needed when the agent has its key; otherwise a person is asked for
// its passphrase when it was named, or when there is no other key.
func loadKeys(o *Options) (*keys, error) {
	k := &keys{agent: o.Agent}
	files, named := o.KeyFiles, true
	if len(files) == 0 {
		named = false
		for _, name := range defaultKeys {
			files = append(files, filepath.Join(o.Home, ".ssh", name))
		}
	}
	for _, file := range files {
		if err := k.load(file); err != nil && named {
			return nil, &KeyError{File: file, Err: err}
		}
	}
	held, agentErr := k.agentKeys()
	for i := 0; i < len(k.locked); {
		switch l := k.locked[i]; {
		case l.public != nil && holds(held, l.public), !named && len(held)+len(k.files) > 0:
			i++
			continue
		default:
			if err := k.unlock(l, o.Passphrase); err != nil {
				return nil, &KeyError{File: l.file, Err: err}
			}
		}
		k.locked = append(k.locked[:i], k.locked[i+1:]...)
	}
	if len(k.files)+len(held) == 0 {
		return nil, &KeyError{Err: noKey(o, agentErr)}
	}
	return k, nil
}

func noKey(o *Options, agentErr error) error {
	const mend = "name a key file with key_files, or add a key to an agent with 'ssh-add FILE'"
	switch {
	case o.Agent == "":
		return errors.New("there is no key to log in with: " + mend)
	case agentErr != nil:
		return fmt.Errorf("there is no key to log in with, and the agent at %s doesn't answer (%w): %s", o.Agent, agentErr, mend)
	default:
		return fmt.Errorf("there is no key to log in with, and the agent at %s has none: %s", o.Agent, mend)
	}
}

// load reads a key file.
func (k *keys) load(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		if path, ok := errors.AsType[*fs.PathError](err); ok {
			err = path.Err
		}
		return err
	}
	signer, err := ssh.ParsePrivateKey(text)
	var missing *ssh.PassphraseMissingError
	switch {
	case errors.As(err, &missing):
		k.locked = append(k.locked, locked{file, text, publicOf(missing.PublicKey, file)})
		return nil
	case err != nil:
		return fmt.Errorf("it holds no private key (%w); name the file without .pub", err)
	}
	k.files = append(k.files, fileKey{file, signer})
	return nil
}

// publicOf returns the public key of an encrypted file: from the file itself, or else from the one beside it.
func publicOf(known ssh.PublicKey, file string) ssh.PublicKey {
	if known != nil {
		return known
	}
	text, err := os.ReadFile(file + ".pub")
	if err != nil {
		return nil
	}
	public, _, _, _, _ := ssh.ParseAuthorizedKey(text) // nil when it is none
	return public
}

// unlock asks for the passphrase of a key, once.
func (k *keys) unlock(l locked, ask func(string) (string, error)) error {
	if ask == nil {
		return fmt.Errorf("it is encrypted, and nobody can be asked for the passphrase here: add it to the agent with 'ssh-add %s'", l.file)
	}
	passphrase, err := ask(l.file)
	if err != nil {
		return err
	}
	signer, err := ssh.ParsePrivateKeyWithPassphrase(l.text, []byte(passphrase))
	if err != nil {
		return fmt.Errorf("the passphrase doesn't open it: try again, or add it to the agent with 'ssh-add %s'", l.file)
	}
	k.files = append(k.files, fileKey{l.file, signer})
	return nil
}

func holds(list []ssh.Signer, key ssh.PublicKey) bool {
	for _, one := range list {
		if bytes.Equal(one.PublicKey().Marshal(), key.Marshal()) {
			return true
		}
	}
	return false
}
