package embedded

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

var clientCommands = map[string]command{
	"ID":       {clientID, 2, "", 0},
	"GETNAME":  {clientGetName, 2, "", 0},
	"SETNAME":  {clientSetName, 3, "", 0},
	"SETINFO":  {clientSetInfo, 4, "", 0},
	"INFO":     {clientInfo, 2, "", 0},
	"LIST":     {clientList, -2, "", 0},
	"KILL":     {clientKill, -3, "", 0},
	"UNBLOCK":  {clientUnblock, -3, "", 0},
	"NO-EVICT": {clientNoEvict, 3, "", 0},
}

// client runs CLIENT subcommand ….
func client(r *request) error {
	if r.conn == nil {
		return failure("ERR This Redis command is not allowed from script")
	}
	return r.runSub(clientCommands)
}

func clientID(r *request) error {
	r.out.int(r.conn.id)
	return nil
}

func clientGetName(r *request) error {
	if r.conn.name == "" {
		r.out.null()
		return nil
	}
	r.out.bulk(r.conn.name)
	return nil
}

func clientSetName(r *request) error {
	if strings.ContainsFunc(r.args[2], func(c rune) bool { return c < '!' || c > '~' }) {
		return failure("ERR Client names cannot contain spaces, newlines or special characters.")
	}
	r.conn.name = r.args[2]
	r.out.ok()
	return nil
}

// clientSetInfo runs CLIENT SETINFO, which Redis has from 7.2 on; clients send it to any server.
func clientSetInfo(r *request) error {
	switch strings.ToUpper(r.args[2]) {
	case "LIB-NAME":
		r.conn.libName = r.args[3]
	case "LIB-VER":
		r.conn.libVersion = r.args[3]
	default:
		return failf("ERR Unrecognized option '%s'", r.args[2])
	}
	r.out.ok()
	return nil
}

func clientNoEvict(r *request) error {
	if !strings.EqualFold(r.args[2], "ON") && !strings.EqualFold(r.args[2], "OFF") {
		return errSyntax
	}
	r.out.ok()
	return nil
}

func clientInfo(r *request) error {
	r.out.text(r.conn.describe(r.srv) + "\n")
	return nil
}

// clientList runs CLIENT LIST [ID id …]; every client is of type normal.
func clientList(r *request) error {
	var wanted []int64
	if len(r.args) > 2 && strings.EqualFold(r.args[2], "ID") {
		for _, text := range r.args[3:] {
			n, err := parseInt(text)
			if err != nil {
				return failure("ERR Invalid client ID")
			}
			wanted = append(wanted, n)
		}
	} else if len(r.args) > 2 && !strings.EqualFold(r.args[2], "TYPE") {
		return errSyntax
	}
	var b strings.Builder
	for _, n := range slices.Sorted(maps.Keys(r.srv.conns)) {
		if len(wanted) == 0 || slices.Contains(wanted, n) {
			b.WriteString(r.srv.conns[n].describe(r.srv) + "\n")
		}
	}
	r.out.text(b.String())
	return nil
}

// describe returns the client's line of CLIENT LIST.
func (c *conn) describe(s *Server) string {
	now := s.clock()
	flags, queued, protocol := "N", -1, 2
	if c.waiter != nil {
		flags = "b"
	}
	if c.tx != nil {
		flags, queued = "x", len(c.tx.queued)
	}
	if c.out.resp3 {
		protocol = 3
	}
	return fmt.Sprintf("id=%d addr=%s laddr=%s fd=%d name=%s age=%d idle=%d flags=%s db=0 sub=0 psub=0 ssub=0 multi=%d "+
		"cmd=%s user=default resp=%d lib-name=%s lib-ver=%s",
		c.id, c.socket.RemoteAddr(), c.socket.LocalAddr(), c.id, c.name, int(now.Sub(c.created).Seconds()),
		int(now.Sub(c.active).Seconds()), flags, queued, strings.ToLower(c.lastCommand), protocol, c.libName, c.libVersion)
}

// clientKill runs CLIENT KILL address, or CLIENT KILL with ID and ADDR filters.
func clientKill(r *request) error {
	filters := r.args[2:]
	oldForm := len(filters) == 1
	if oldForm {
		filters = []string{"ADDR", filters[0]}
	}
	if len(filters)%2 != 0 {
		return errSyntax
	}
	var killed int64
	for _, c := range r.srv.conns {
		match, err := c.matches(filters)
		if err != nil {
			return err
		}
		if !match || c == r.conn && !oldForm {
			continue // with filters, SKIPME is the default
		}
		killed++
		if c == r.conn {
			c.quit = true
		} else {
			c.hangUp()
		}
	}
	switch {
	case !oldForm:
		r.out.int(killed)
	case killed == 0:
		return failure("ERR No such client")
	default:
		r.out.ok()
	}
	return nil
}

func (c *conn) matches(filters []string) (bool, error) {
	for i := 0; i < len(filters); i += 2 {
		value := filters[i+1]
		switch strings.ToUpper(filters[i]) {
		case "ID":
			n, err := parseInt(value)
			if err != nil || n < 1 {
				return false, failure("ERR client-id should be greater than 0")
			}
			if c.id != n {
				return false, nil
			}
		case "ADDR":
			if c.socket.RemoteAddr().String() != value {
				return false, nil
			}
		default:
			return false, errSyntax
		}
	}
	return true, nil
}

// clientUnblock runs CLIENT UNBLOCK id [TIMEOUT|ERROR].
func clientUnblock(r *request) error {
	n, err := parseInt(r.args[2])
	if err != nil {
		return err
	}
	withError := false
	if len(r.args) > 3 {
		switch {
		case len(r.args) == 4 && strings.EqualFold(r.args[3], "ERROR"):
			withError = true
		case len(r.args) == 4 && strings.EqualFold(r.args[3], "TIMEOUT"):
		default:
			return failure("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
		}
	}
	c := r.srv.conns[n]
	if c == nil || c.waiter == nil {
		r.out.int(0)
		return nil
	}
	r.srv.answer(c.waiter, func(out *reply) {
		if withError {
			out.fail(errUnblocked)
		} else {
			out.nullArray()
		}
	})
	r.out.int(1)
	return nil
}
