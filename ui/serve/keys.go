package serve

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Role is what a person may do.
type Role string

// The roles. Look is the default.
const (
	Look    Role = "look"
	Operate Role = "operate"
)

// Person is who a key belongs to.
type Person struct {
	// Name is unique to the person, and safe as the name of a file.
	Name string
	Role Role
}

// Keys are those of the people who may come in.
type Keys struct {
	path   string
	inline []string
	every  time.Duration // how often the file is looked at

	mu     sync.Mutex
	people map[string]Person // by key, as bytes of the wire
	seen   stamp             // of the file that was read
}

// stamp tells one state of a file from another. Files that are put in the place of each other may have the same size and time: keys
// of one kind are equally long, and some package managers give every file the same time.
type stamp struct{ info fs.FileInfo }

func (s stamp) same(as stamp) bool {
	if s.info == nil || as.info == nil {
		return s.info == as.info
	}
	return os.SameFile(s.info, as.info) && s.info.Size() == as.info.Size() && s.info.ModTime().Equal(as.info.ModTime())
}

const (
	// keysMost is the max size of the file of keys: thousands of people.
	keysMost = 4 << 20
	// keysEvery is how often the file is looked at.
	keysEvery = time.Second
)

// OpenKeys reads keys from a file, and from lines of the same form. Either may be empty, but there must be a key. Errors say where.
func OpenKeys(path string, lines []string) (*Keys, error) {
	k := &Keys{path: path, inline: lines, every: keysEvery}
	var err error
	if k.people, k.seen, err = k.read(); err != nil {
		return nil, err
	}
	if len(k.people) == 0 {
		return nil, errors.New("there is no key, so nobody could come in: add a line such as one of ~/.ssh/id_ed25519.pub")
	}
	return k, nil
}

// Len returns the number of keys.
func (k *Keys) Len() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.people)
}

// Find returns the person whose key it is.
func (k *Keys) Find(key string) (Person, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	p, known := k.people[key]
	return p, known
}

// watch reads the file again when it has changed and stands still, until ctx ends. A file that can't be read changes nothing.
func (k *Keys) watch(ctx context.Context, changed func(), say func(string, ...any)) {
	if k.path == "" {
		return
	}
	ticker := time.NewTicker(k.every)
	defer ticker.Stop()
	before, said := k.seen, ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		info, err := os.Stat(k.path)
		if err == nil {
			now := stamp{info}
			if now.same(k.seen) || !now.same(before) { // a file that is being written changes once more
				before = now
				continue
			}
			var people map[string]Person
			if people, now, err = k.read(); err == nil {
				k.mu.Lock()
				k.people, k.seen = people, now
				k.mu.Unlock()
				said = ""
				say("%s was read again; keys: %d", k.path, len(people))
				changed()
				continue
			}
		}
		if text := err.Error(); text != said {
			said = text
			say("the keys stay as they were: %v", err)
		}
	}
}

func (k *Keys) read() (map[string]Person, stamp, error) {
	people := map[string]Person{}
	for i, line := range k.inline {
		if err := add(people, []byte(line)); err != nil {
			return nil, stamp{}, fmt.Errorf("serve.authorized, line %d: %w", i+1, err)
		}
	}
	if k.path == "" {
		return people, stamp{}, nil
	}
	info, err := os.Stat(k.path)
	if err != nil {
		return nil, stamp{}, err
	}
	const others = 0o022
	switch {
	case info.Mode()&others != 0:
		return nil, stamp{}, fmt.Errorf("others may write to %s: chmod go-w %s", k.path, k.path)
	case info.Size() > keysMost:
		return nil, stamp{}, fmt.Errorf("%s is larger than %d MB", k.path, keysMost>>20)
	}
	text, err := os.ReadFile(k.path)
	if err != nil {
		return nil, stamp{}, err
	}
	for i, line := range bytes.Split(text, []byte("\n")) {
		if err := add(people, line); err != nil {
			return nil, stamp{}, fmt.Errorf("%s, line %d: %w", k.path, i+1, err)
		}
	}
	return people, stamp{info}, nil
}

// add adds the key of a line; a blank line and a comment have none.
func add(people map[string]Person, line []byte) error {
	if line = bytes.TrimSpace(line); len(line) == 0 || line[0] == '#' {
		return nil
	}
	key, comment, options, _, err := ssh.ParseAuthorizedKey(line)
	if err != nil {
		return errors.New(`it is no key; write [role="operate",name="NAME"] and a line of an id_ed25519.pub`)
	}
	person := Person{Name: comment, Role: Look}
	for _, option := range options {
		name, value, _ := strings.Cut(option, "=")
		value = strings.Trim(value, `"`)
		switch name = strings.ToLower(name); {
		case name == "name":
			person.Name = value
		case name == "role" && (value == string(Look) || value == string(Operate)):
			person.Role = Role(value)
		case name == "role":
			return fmt.Errorf("role %q: write look or operate", value)
		case slices.Contains(granted, name):
		default:
			return fmt.Errorf("the option %s isn't known: there are name and role", name)
		}
	}
	if !names.MatchString(person.Name) {
		return fmt.Errorf(`%q is no name for a person: write name="NAME" before the key, of letters, digits and . _ @ + -`, person.Name)
	}
	if _, twice := people[string(key.Marshal())]; twice {
		return errors.New("the key stands here for the second time: leave one line away")
	}
	people[string(key.Marshal())] = person
	return nil
}

// granted are options of an authorized_keys file that ask for what holds for everybody.
var granted = []string{"restrict", "no-port-forwarding", "no-agent-forwarding", "no-x11-forwarding", "no-user-rc"}

// names are those of people; they begin so that they are no special name of a file.
var names = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._@+-]{0,63}$`)
