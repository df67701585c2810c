package program

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"streamdesk/model/config"
)

// address is a parsed redis+cluster or redis+sentinel URL. No error about it contains its password.
type address struct {
	hosts                              []string
	username, password                 string
	sentinelUsername, sentinelPassword string
	master                             string
	DB                                 int
}

// parseAddress parses scheme://[user:password@]host:port,host:port[/MASTER[/DB]][?…]. The standard library's parser
// accepts only one host.
func parseAddress(u config.URL) (address, error) {
	var a address
	_, rest, _ := strings.Cut(string(u), "://")
	rest, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		if err := a.readUser(rest[:at]); err != nil {
			return a, err
		}
		rest = rest[at+1:]
	}
	hosts, path, _ := strings.Cut(rest, "/")
	for host := range strings.SplitSeq(hosts, ",") {
		if name, port, ok := cutPort(host); !ok || name == "" || port == "" {
			return a, fmt.Errorf("%q is no host:port", host)
		}
		a.hosts = append(a.hosts, host)
	}
	if err := a.readQuery(query); err != nil {
		return a, err
	}
	if u.Scheme() == "redis+sentinel" {
		err := a.readMaster(path)
		return a, err
	}
	if path != "" && path != "0" {
		return a, errors.New("of a cluster only database 0 is used; leave the path out")
	}
	return a, nil
}

func cutPort(host string) (name, port string, ok bool) {
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 {
		return host, "", false
	}
	_, err := strconv.ParseUint(host[colon+1:], 10, 16)
	return host[:colon], host[colon+1:], err == nil
}

func (a *address) readUser(text string) error {
	username, password, _ := strings.Cut(text, ":")
	var errs [2]error
	a.username, errs[0] = url.PathUnescape(username)
	a.password, errs[1] = url.PathUnescape(password)
	if errors.Join(errs[:]...) != nil {
		return errors.New("the user or the password has a broken % escape; write a % itself as %25")
	}
	return nil
}

func (a *address) readQuery(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("what follows the ? can't be read; write key=value&key=value")
	}
	for key := range values {
		switch key {
		case "sentinel_username":
			a.sentinelUsername = values.Get(key)
		case "sentinel_password":
			a.sentinelPassword = values.Get(key)
		default:
			return fmt.Errorf("unknown parameter %q; known are sentinel_username and sentinel_password", key)
		}
	}
	return nil
}

func (a *address) readMaster(path string) error {
	master, db, hasDB := strings.Cut(path, "/")
	if a.master = master; master == "" {
		return errors.New("the master's name is missing; write it after the hosts: redis+sentinel://h:p,h:p/MASTER/DB")
	}
	if hasDB && db != "" {
		n, err := strconv.Atoi(db)
		if err != nil || n < 0 {
			return fmt.Errorf("%q is no number of a database", db)
		}
		a.DB = n
	}
	return nil
}

// Identity returns the normalized address of a server: with port and database, sorted hosts, and one name for this
// machine. Equal servers have equal identities.
func Identity(u config.URL) string {
	if b, inner, ok, err := u.Through(); ok && err == nil {
		b.User = ""
		return Identity(inner) + " via " + strings.ToLower(b.String())
	}
	list := ShownAddress(u)
	if u.Scheme() == "unix" {
		return list
	}
	var master, db string
	if u.Scheme() == "redis+sentinel" {
		var name string
		name, list, _ = strings.Cut(list, " by ")
		master, db, _ = strings.Cut(name, "/")
	} else {
		list, db, _ = strings.Cut(list, "/")
	}
	hosts := strings.Split(strings.ToLower(list), ",")
	for i, host := range hosts {
		name, port, ok := cutPort(host)
		if !ok {
			name, port = host, "6379"
		}
		if name == "" || name == "localhost" || name == "[::1]" {
			name = "127.0.0.1"
		}
		hosts[i] = name + ":" + port
	}
	slices.Sort(hosts)
	return master + "@" + strings.Join(hosts, ",") + "/" + cmp.Or(db, "0")
}

// ShownAddress returns the short form of a URL for people: without scheme, user, password and parameters,
// and with the bastion that it is reached through.
func ShownAddress(u config.URL) string {
	if b, inner, ok, err := u.Through(); ok && err == nil {
		b.User = ""
		return ShownAddress(inner) + " via " + b.String()
	}
	scheme, rest, _ := strings.Cut(string(u), "://")
	rest, _, _ = strings.Cut(rest, "?")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	if scheme == "redis+sentinel" {
		hosts, master, _ := strings.Cut(rest, "/")
		return master + " by " + hosts
	}
	return strings.TrimSuffix(rest, "/")
}
