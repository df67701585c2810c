package config

const (
	// DefaultRedis is where redis-server listens when nobody has configured it.
	DefaultRedis URL = "redis://127.0.0.1:6379/0"
	// DefaultPrefix is the wire format's: an event's stream is events:<type>.
	DefaultPrefix = "events:"
	// DefaultEnvironment is the harmless one: an unnamed server must not pass for production.
	DefaultEnvironment = "dev"
	// DefaultMaxReply in MiB is the max size of a value in Redis by default.
	DefaultMaxReply = 512
	// MaxMaxReply in MiB is a terabyte; more is a mistyped unit.
	MaxMaxReply = 1 << 20
)

// Profile is one Redis server and how careful the desk is with it.
type Profile struct {
	// Redis is the server's address: redis://, rediss://, unix://, redis+cluster:// or redis+sentinel://; each with +ssh when it
	// goes through a bastion ([URL.Through]).
	Redis URL `toml:"redis"`
	// Prefix is what the names of the streams begin with; empty means every stream of the database.
	Prefix string `toml:"prefix"`
	// Environment is shown in the title bar: dev, staging, prod or any text.
	Environment string `toml:"environment"`
	// Color is the colour of the environment's badge and of the frames; auto chooses it by [Profile.EnvironmentColor].
	Color Color `toml:"color"`
	// Production makes every change ask for the typed name of what it changes.
	Production bool `toml:"production"`
	// ReadOnly disables every change; the desk still shows them, with the reason.
	ReadOnly bool `toml:"read_only"`
	// Username is the ACL user; empty means Redis's default user, or the one in the address.
	Username string `toml:"username"`
	// PasswordEnv names the environment variable that holds the password.
	PasswordEnv string `toml:"password_env"`
	// PasswordFile is a file whose first line is the password.
	PasswordFile string `toml:"password_file"`
	// MaxReply is how many MiB one reply of the server may have.
	MaxReply int `toml:"max_reply"`
	// TLS applies to rediss:// addresses, and to the cluster and sentinel forms when a field of it is set.
	TLS TLS `toml:"tls"`
	// SSH is a bastion that its connections go through.
	SSH SSH `toml:"ssh"`
}

// TLS is how the server is verified and how streamdesk identifies itself.
type TLS struct {
	// CAFile is a PEM file with the authorities to trust; empty means the system's.
	CAFile string `toml:"ca_file"`
	// CertFile and KeyFile are the client's certificate and key in PEM; both or neither.
	CertFile string `toml:"cert_file"`
	KeyFile  string `toml:"key_file"`
	// InsecureSkipVerify accepts any certificate, for a test server only.
	InsecureSkipVerify bool `toml:"insecure_skip_verify"`
}

// DefaultProfile returns the profile that a new entry of Profiles begins with.
func DefaultProfile() Profile {
	return Profile{
		Redis: DefaultRedis, Prefix: DefaultPrefix, Environment: DefaultEnvironment, Color: ColorAuto, MaxReply: DefaultMaxReply,
		SSH: SSH{Port: DefaultSSHPort, KeyFiles: List{}, KnownHosts: List{}, Agent: true},
	}
}

// Password returns the password that PasswordEnv or PasswordFile names, or "" when neither is set. It looks the
// variable up with env and reads the file with read; the error is a *KeyError, and never holds the password.
func (p Profile) Password(env func(string) (string, bool), read func(string) ([]byte, error)) (string, error) {
	return readSecret(secret{what: "password", env: p.PasswordEnv, file: p.PasswordFile}, env, read)
}
