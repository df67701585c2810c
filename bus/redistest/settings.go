package redistest

// Option configures a server before it starts.
type Option func(*settings)

type settings struct {
	port       int
	tls        bool
	sentinel   bool
	cluster    bool
	directives []directive
}

// directive is one line of redis.conf: a name and its arguments, quoted when written.
type directive struct {
	name string
	args []string
	raw  bool
}

func newSettings(opts []Option) *settings {
	st := &settings{}
	for _, opt := range opts {
		opt(st)
	}
	return st
}

func (st *settings) set(name string, args ...string) {
	st.directives = append(st.directives, directive{name: name, args: args})
}

// WithConfig sets one directive of redis.conf, for example WithConfig("maxmemory", "2mb"). It overrides the defaults
// of this package, persistence included.
func WithConfig(name string, args ...string) Option {
	return func(st *settings) { st.set(name, args...) }
}

// WithAppendOnly turns the append-only file on with the given appendfsync policy: "always", "everysec" or "no".
func WithAppendOnly(fsync string) Option {
	return func(st *settings) {
		st.set("appendonly", "yes")
		st.set("appendfsync", fsync)
	}
}

// WithACL adds ACL users, each given as in redis.conf without the word "user": "alice on >secret ~events:* +@all".
// The default user keeps every right unless a line restricts it.
func WithACL(lines ...string) Option {
	return func(st *settings) {
		for _, line := range lines {
			st.directives = append(st.directives, directive{name: "user", args: []string{line}, raw: true})
		}
	}
}

// WithTLS makes the server speak TLS only, with a certificate made for this server; see Server.TLSConfig.
func WithTLS() Option {
	return func(st *settings) { st.tls = true }
}

// WithPort asks for a port instead of any free one. Starting fails when the port is taken.
func WithPort(port int) Option {
	return func(st *settings) { st.port = port }
}
