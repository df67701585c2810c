package sink

import (
	"net"
	"net/http"
	"os"
	"slices"
	"strings"

	"streamdesk/model"
)

// privateNames are the last parts of names that nobody can register in the public DNS, so that no foreign page has them:
// names of one machine, of a local network and of a cluster's services.
var privateNames = []string{"localhost", "local", "localdomain", "internal", "svc", "lan", "home.arpa"}

// CheckHost passes a request to next when its Host header is allowed, and answers 403 otherwise. A page of any site can point
// its own name to this machine (DNS rebinding); its requests then name that site. Allowed are IP addresses, names without a
// dot, private names such as x.local and x.default.svc, this machine's name, and the patterns in allowed, such as
// events.example.com. * in a pattern stands for any part; a scheme before it is ignored.
func CheckHost(allowed []string, next http.Handler) http.Handler {
	own, _ := os.Hostname() // on an error, one name fewer is allowed
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r.Host)
		if !private(host) && !strings.EqualFold(host, own) && !slices.ContainsFunc(allowed, func(pattern string) bool {
			return matchesHost(pattern, host)
		}) {
			http.Error(w, "this server isn't known as "+strings.ToValidUTF8(host, "?")+": add the name to work.hosts", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostOf returns the host of a Host header, without port, brackets and trailing dot.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = header
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

func private(host string) bool {
	address, _, _ := strings.Cut(host, "%") // the zone of an IPv6 address
	if net.ParseIP(address) != nil || !strings.Contains(host, ".") {
		return true
	}
	return slices.ContainsFunc(privateNames, func(name string) bool { return strings.HasSuffix(host, "."+name) })
}

func matchesHost(pattern, host string) bool {
	if _, name, ok := strings.Cut(pattern, "://"); ok {
		pattern = name
	}
	return model.MatchGlob(hostOf(pattern), host)
}
