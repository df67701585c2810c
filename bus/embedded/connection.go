package embedded

import (
	"strconv"
	"strings"
)

// version is the version of Redis that this package behaves like.
const version = "7.0.15"

// hello runs HELLO [protover [AUTH user password] [SETNAME name]].
func hello(r *request) error {
	protocol := 2
	if r.conn.out.resp3 {
		protocol = 3
	}
	if len(r.args) > 1 {
		n, err := strconv.Atoi(r.args[1])
		if err != nil {
			return failure("ERR Protocol version is not an integer or out of range")
		}
		if n != 2 && n != 3 {
			return failure("NOPROTO unsupported protocol version")
		}
		protocol = n
	}
	for i := 2; i < len(r.args); i++ {
		switch option := strings.ToUpper(r.args[i]); {
		case option == "AUTH" && i+2 < len(r.args):
			if r.args[i+1] != "default" {
				return failure("WRONGPASS invalid username-password pair or user is disabled.")
			}
			i += 2
		case option == "SETNAME" && i+1 < len(r.args):
			r.conn.name = r.args[i+1]
			i++
		default:
			return failf("ERR Syntax error in HELLO option '%s'", r.args[i])
		}
	}
	r.out.resp3 = protocol == 3
	r.out.fields(7)
	r.out.words("server", "redis", "version", version)
	r.out.bulk("proto")
	r.out.int(int64(protocol))
	r.out.bulk("id")
	r.out.int(r.conn.id)
	r.out.words("mode", "standalone", "role", "master")
	r.out.bulk("modules")
	r.out.array(0)
	return nil
}

// selectDB runs SELECT index: there is only database 0.
func selectDB(r *request) error {
	if _, err := parseInt(r.args[1]); err != nil {
		return err
	}
	if r.args[1] != "0" {
		return errDBIndex
	}
	r.out.ok()
	return nil
}

// quit runs QUIT: it sends the reply, then closes the connection.
func quit(r *request) error {
	r.out.ok()
	r.conn.quit = true
	return nil
}

// reset runs RESET: the connection becomes as new.
func reset(r *request) error {
	r.conn.tx = nil
	r.unwatch()
	r.conn.name = ""
	r.out.resp3 = false
	r.out.simple("RESET")
	return nil
}

// timeOfDay runs TIME.
func timeOfDay(r *request) error {
	now := r.srv.clock()
	r.out.array(2)
	r.out.bulkInt(now.Unix())
	r.out.bulkInt(int64(now.Nanosecond() / 1000))
	return nil
}

// role runs ROLE: a master without replicas.
func role(r *request) error {
	r.out.array(3)
	r.out.bulk("master")
	r.out.int(0)
	r.out.array(0)
	return nil
}

// acl runs ACL WHOAMI; there is only the default user, who may do everything.
func acl(r *request) error {
	if !strings.EqualFold(r.args[1], "WHOAMI") {
		return errSubcommand("ACL", r.args[1])
	}
	r.out.bulk("default")
	return nil
}

// cluster runs CLUSTER: it fails as on a server without cluster mode.
func cluster(*request) error {
	return failure("ERR This instance has cluster support disabled")
}
