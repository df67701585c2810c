package model

import (
	"strconv"
	"strings"
	"time"
)

// Client is a connection to the server, as the server lists it (CLIENT LIST).
type Client struct {
	// Name is what the client calls itself, Library its library with its version; both are empty when it doesn't say.
	Name, Library string
	// Address is where it comes from, Server the server's own address that it is connected to (Redis 6.2, else empty).
	Address, Server string
	// User is the ACL user (Redis 6, else empty), Command the last command, in lower case.
	User, Command string
	// Database is the number of the selected database.
	Database int64
	// Age is how long it has been connected, Idle how long since its last command, in whole seconds.
	Age, Idle time.Duration
	// Blocked is true while it waits in a blocking command, such as XREADGROUP … BLOCK; Replica when it is a replica of the server.
	Blocked, Replica bool
	// Memory is what it takes on the server, in bytes (Redis 7).
	Memory Count
}

// ParseClients reads the reply to CLIENT LIST: a line per client, of name=value pairs apart by spaces. Names that it doesn't know
// are left out, as are lines without an address.
func ParseClients(reply string) []Client {
	var clients []Client
	for line := range strings.Lines(reply) {
		if c := parseClient(line); c.Address != "" {
			clients = append(clients, c)
		}
	}
	return clients
}

func parseClient(line string) (c Client) {
	version := ""
	for pair := range strings.FieldsSeq(line) {
		name, value, _ := strings.Cut(pair, "=")
		n, err := strconv.ParseInt(value, 10, 64)
		switch name {
		case "addr":
			c.Address = value
		case "laddr":
			c.Server = value
		case "name":
			c.Name = value
		case "lib-name":
			c.Library = value
		case "lib-ver":
			version = value
		case "user":
			c.User = value
		case "cmd":
			c.Command = value
		case "db":
			c.Database = n
		case "age":
			c.Age = time.Duration(n) * time.Second
		case "idle":
			c.Idle = time.Duration(n) * time.Second
		case "flags":
			c.Blocked, c.Replica = strings.Contains(value, "b"), strings.Contains(value, "S")
		case "tot-mem":
			if err == nil {
				c.Memory = Exactly(n)
			}
		}
	}
	if c.Library != "" && version != "" {
		c.Library += " " + version
	}
	return c
}
