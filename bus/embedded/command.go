package embedded

import "strings"

// request is one command in execution: its sender, its arguments, and where the reply goes.
type request struct {
	srv     *Server
	conn    *conn    // nil inside a script
	context *any     // miniredis's state of the caller
	args    []string // the command's name first
	out     *reply
	now     int64 // Unix milliseconds, one value for the whole command
	inTx    bool  // inside EXEC, where nothing may block
}

// command is one entry of the table of commands that this package answers itself. Arity is as in COMMAND INFO, with the
// command's name included: the exact number of arguments, or the min number when negative.
type command struct {
	run   func(*request) error
	arity int
	flags string // as in COMMAND INFO
	key   int    // the position of the first key, 0 for none
}

// newCommands returns the table. It belongs to the server because COMMAND looks at the table it is in.
func newCommands() map[string]command {
	commands := map[string]command{
		"XADD":       {xadd, -5, "write denyoom fast", 1},
		"XLEN":       {xlen, 2, "readonly fast", 1},
		"XDEL":       {xdel, -3, "write fast", 1},
		"XTRIM":      {xtrim, -4, "write", 1},
		"XSETID":     {xsetid, -3, "write denyoom fast", 1},
		"XRANGE":     {xrange, -4, "readonly", 1},
		"XREVRANGE":  {xrevrange, -4, "readonly", 1},
		"XREAD":      {xread, -4, "readonly blocking movablekeys", 0},
		"XREADGROUP": {xreadgroup, -7, "write blocking movablekeys", 0},
		"XACK":       {xack, -4, "write fast", 1},
		"XPENDING":   {xpending, -3, "readonly", 1},
		"XCLAIM":     {xclaim, -6, "write fast", 1},
		"XAUTOCLAIM": {xautoclaim, -6, "write fast", 1},
		"XGROUP":     {xgroup, -2, "", 0},
		"XINFO":      {xinfo, -2, "", 0},

		"SCAN":     {scan, -2, "readonly", 0},
		"RENAME":   {rename, 3, "write", 1},
		"RENAMENX": {rename, 3, "write fast", 1},
		"COPY":     {copyKey, -3, "write denyoom", 1},
		"FLUSHALL": {flush, -1, "write", 0},
		"FLUSHDB":  {flush, -1, "write", 0},
		"MEMORY":   {memory, -2, "", 0},
		"OBJECT":   {object, -2, "", 0},

		"HELLO":   {hello, -1, "noscript loading stale fast no_auth allow_busy", 0},
		"SELECT":  {selectDB, 2, "loading stale fast", 0},
		"QUIT":    {quit, -1, "noscript loading stale fast no_auth allow_busy", 0},
		"RESET":   {reset, 1, "noscript loading stale fast no_auth allow_busy", 0},
		"CLIENT":  {client, -2, "", 0},
		"INFO":    {info, -1, "loading stale", 0},
		"CONFIG":  {config, -2, "", 0},
		"COMMAND": {commandInfo, -1, "loading stale", 0},
		"TIME":    {timeOfDay, 1, "loading stale fast", 0},
		"ROLE":    {role, 1, "noscript loading stale fast", 0},
		"ACL":     {acl, -2, "", 0},
		"CLUSTER": {cluster, -2, "", 0},

		"MULTI":   {multi, 1, "noscript loading stale fast allow_busy", 0},
		"EXEC":    {exec, 1, "noscript loading stale skip_slowlog", 0},
		"DISCARD": {discard, 1, "noscript loading stale fast allow_busy", 0},
		"WATCH":   {watch, -2, "noscript loading stale fast allow_busy", 1},
		"UNWATCH": {unwatch, 1, "noscript loading stale fast allow_busy", 0},
	}
	for _, name := range refused {
		commands[name] = command{refuse, -1, "", 0}
	}
	return commands
}

// refused are commands of Redis that need features this package lacks: pub/sub, lists that block, and databases beyond the
// first.
var refused = []string{
	"SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE", "PUNSUBSCRIBE", "SUNSUBSCRIBE",
	"BLPOP", "BRPOP", "BLMOVE", "BRPOPLPUSH", "BLMPOP", "BZPOPMIN", "BZPOPMAX", "BZMPOP",
	"MOVE", "SWAPDB",
}

func refuse(r *request) error {
	return failf("ERR %s is not served by the embedded Redis", r.args[0])
}

// execute runs one request of a client. It returns the waiter when the command blocks.
func (s *Server) execute(c *conn, args []string) *waiter {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock()
	s.expire(now)
	s.stats.count(now)
	name := strings.ToUpper(args[0])
	c.active, c.lastCommand = now, name

	r := &request{srv: s, conn: c, context: &c.context, args: args, out: &c.out, now: now.UnixMilli()}
	if c.tx != nil && !endsTransaction(name) {
		r.enqueue(name)
	} else {
		r.run(name)
	}
	s.serveWaiting()
	return c.waiter
}

// run executes the command and writes its reply.
func (r *request) run(name string) {
	cmd, ok := r.srv.commands[name]
	if !ok {
		if !r.srv.rest.knows(name) {
			r.out.fail(errUnknownCommand(r.args))
			return
		}
		r.forward()
		r.srv.checkKeysAfter(r, name)
		return
	}
	err := cmd.accepts(r.args)
	if err == nil {
		err = cmd.run(r)
	}
	if err != nil {
		r.out.fail(err)
	}
}

func (cmd command) accepts(args []string) error {
	if cmd.arity > 0 && len(args) != cmd.arity || len(args) < -cmd.arity {
		return errArity(strings.ToLower(args[0]))
	}
	return nil
}

// known checks a command before it is queued for EXEC.
func known(s *Server, name string, args []string) error {
	if cmd, ok := s.commands[name]; ok {
		return cmd.accepts(args)
	}
	if !s.rest.knows(name) {
		return errUnknownCommand(args)
	}
	return nil
}

func errUnknownCommand(args []string) error {
	const shown = 20 // Redis lists no more of a wrong command's arguments
	var b strings.Builder
	for _, arg := range args[1:min(len(args), shown)] {
		b.WriteString("'" + arg + "' ")
	}
	return failf("ERR unknown command '%.128s', with args beginning with: %s", args[0], b.String())
}
