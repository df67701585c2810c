package config

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// SSH is a bastion that every connection of a profile goes through, and how to log in to it.
type SSH struct {
	// Host is the bastion; empty means that only an address with +ssh goes through one, which it names itself.
	Host string `toml:"host"`
	// User is the name to log in with; empty means the name of whoever runs the program.
	User string `toml:"user"`
	// Port is the bastion's port.
	Port int `toml:"port"`
	// KeyFiles are private keys; empty means those in ~/.ssh.
	KeyFiles List `toml:"key_files"`
	// KnownHosts are files with accepted host keys; empty means ~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts.
	KnownHosts List `toml:"known_hosts"`
	// Agent says whether the keys of the agent at $SSH_AUTH_SOCK are used.
	Agent bool `toml:"agent"`
}

// DefaultSSHPort is the port that IANA gives SSH.
const DefaultSSHPort = 22

// Bastion is where an SSH connection goes.
type Bastion struct {
	User string // may be empty
	Host string
	Port int
}

// String returns [user@]host[:port], without the usual port.
func (b Bastion) String() string {
	text := b.Host
	if b.Port != DefaultSSHPort {
		if strings.Contains(b.Host, ":") {
			text = "[" + b.Host + "]"
		}
		text += ":" + strconv.Itoa(b.Port)
	}
	if b.User != "" {
		text = b.User + "@" + text
	}
	return text
}

// throughSSH ends the scheme of an address behind a bastion: redis+ssh://user@bastion:22/ and then what stands after :// in
// the address itself.
const throughSSH = "+ssh"

// Through returns the bastion that the address names, and the address as it is from there. ok is false when it names none. The
// error never holds a password.
func (u URL) Through() (b Bastion, inner URL, ok bool, err error) {
	scheme, rest, _ := strings.Cut(string(u), "://")
	scheme, ok = strings.CutSuffix(scheme, throughSSH)
	if !ok {
		return Bastion{}, u, false, nil
	}
	place, rest, _ := strings.Cut(rest, "/")
	if b, err = readBastion(place); err != nil {
		return Bastion{}, "", true, err
	}
	if scheme == "unix" && !strings.Contains(rest, "@") && !strings.HasPrefix(rest, "/") {
		rest = "/" + rest
	}
	return b, URL(scheme + "://" + rest), true, nil
}

// readBastion reads [user@]host[:port].
func readBastion(place string) (Bastion, error) {
	b := Bastion{Port: DefaultSSHPort}
	host := place
	if at := strings.LastIndexByte(place, '@'); at >= 0 {
		b.User, host = place[:at], place[at+1:]
	}
	if strings.Contains(b.User, ":") {
		return b, errors.New("the bastion's user has a password, and only keys log in: leave it out; the password of Redis stands before its own host")
	}
	colon := strings.LastIndexByte(host, ':')
	if colon >= 0 && !strings.HasSuffix(host, "]") {
		port := host[colon+1:]
		host = host[:colon]
		if strings.Contains(host, ":") && (!strings.HasPrefix(host, "[") || !strings.HasSuffix(host, "]")) {
			return b, fmt.Errorf("%q is no host:port of a bastion; an IPv6 address stands in [ ]", place)
		}
		var err error
		if b.Port, err = strconv.Atoi(port); err != nil || !isPort(b.Port) {
			return b, fmt.Errorf("%q is no port of a bastion", port)
		}
	}
	if b.Host = strings.Trim(host, "[]"); b.Host == "" {
		return b, errors.New("it names no bastion; write redis+ssh://user@bastion/host:6379/0")
	}
	return b, nil
}

func isPort(n int) bool { return n > 0 && n < 1<<16 }

func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// through returns the address behind the bastion; one that names a bastion itself stays as it is.
func (u URL) through(s SSH) URL {
	scheme, rest, found := strings.Cut(string(u), "://")
	if s.Host == "" || !found || strings.HasSuffix(scheme, throughSSH) {
		return u
	}
	return URL(scheme + throughSSH + "://" + Bastion{User: s.User, Host: s.Host, Port: s.Port}.String() + "/" + rest)
}

// ssh checks the settings of a bastion.
func (f *check) ssh(table string, s SSH, address URL) {
	f.number(table+".ssh.port", s.Port, 1, 1<<16-1)
	if strings.ContainsAny(s.Host, "/@: ") && !isIP(s.Host) {
		f.refuse(table+".ssh.host", "%q is no name of a host; its user and its port have settings of their own", s.Host)
	}
	if strings.ContainsAny(s.User, "/@: ") {
		f.refuse(table+".ssh.user", "%q is no name of a user", s.User)
	}
	if _, _, _, err := address.Through(); err != nil {
		f.refuse(table+".redis", "%s", err)
	}
}

// throughBastions writes the bastion of each profile into its address, so that there is one form of it.
func (s *Settings) throughBastions() {
	for name, profile := range s.Profiles {
		profile.Redis = profile.Redis.through(profile.SSH)
		s.Profiles[name] = profile
	}
}
