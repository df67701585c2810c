package embedded

import "strings"

const errGroupNeedsKey failure = "ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want " +
	"to use the MKSTREAM option to create an empty stream automatically."

var groupCommands = map[string]command{
	"CREATE":         {groupCreate, -5, "", 0},
	"SETID":          {groupSetID, -5, "", 0},
	"DESTROY":        {groupDestroy, 4, "", 0},
	"CREATECONSUMER": {groupCreateConsumer, 5, "", 0},
	"DELCONSUMER":    {groupDeleteConsumer, 5, "", 0},
}

// xgroup runs XGROUP subcommand key group ….
func xgroup(r *request) error { return r.runSub(groupCommands) }

// runSub runs the subcommand named by the first argument.
func (r *request) runSub(table map[string]command) error {
	cmd, ok := table[strings.ToUpper(r.args[1])]
	if !ok {
		return errSubcommand(strings.ToUpper(r.args[0]), r.args[1])
	}
	if cmd.arity > 0 && len(r.args) != cmd.arity || len(r.args) < -cmd.arity {
		return errArity(strings.ToLower(r.args[0] + "|" + r.args[1]))
	}
	return cmd.run(r)
}

func (r *request) syntaxOfSub() error {
	return errSubcommandSyntax(strings.ToUpper(r.args[0]), r.args[1])
}

// groupOptions parses the options after the ID of CREATE and SETID.
func (r *request) groupOptions(mayCreate bool) (read int64, create bool, err error) {
	read = unknownRead
	for i := 5; i < len(r.args); i++ {
		switch option := strings.ToUpper(r.args[i]); {
		case option == "MKSTREAM" && mayCreate:
			create = true
		case option == "ENTRIESREAD" && i+1 < len(r.args):
			i++
			if read, err = parseInt(r.args[i]); err != nil {
				return 0, false, err
			}
			if read < 0 && read != unknownRead {
				return 0, false, failure("ERR value for ENTRIESREAD must be positive or -1")
			}
		default:
			return 0, false, r.syntaxOfSub()
		}
	}
	return read, create, nil
}

// groupStart parses the ID after which a group starts.
func (r *request) groupStart(s *stream) (id, error) {
	if r.args[4] != "$" {
		return parseID(r.args[4], 0)
	}
	if s == nil {
		return zeroID, nil
	}
	return s.last, nil
}

// groupSetTo parses the ID for SETID, which, unlike CREATE, also accepts the ends of ranges.
func (r *request) groupSetTo(s *stream) (id, error) {
	switch r.args[4] {
	case "-":
		return zeroID, nil
	case "+":
		return maxID, nil
	default:
		return r.groupStart(s)
	}
}

func groupCreate(r *request) error {
	read, create, err := r.groupOptions(true)
	if err != nil {
		return err
	}
	key, name := r.args[2], r.args[3]
	s, err := r.stream(key)
	if err != nil {
		return err
	}
	if s == nil && !create {
		return errGroupNeedsKey
	}
	if len(r.args) > 8 {
		return r.syntaxOfSub()
	}
	start, err := r.groupStart(s)
	if err != nil {
		return err
	}
	if s == nil {
		s = r.create(key)
		r.srv.touch(key)
	}
	if _, exists := s.groups.find(name); exists {
		return errBusyGroup
	}
	s.groups.insert(&group{name: name, last: start, read: read})
	s.version++
	r.out.ok()
	return nil
}

// existingGroup returns the group of the subcommand.
func (r *request) existingGroup() (*stream, *group, error) {
	key, name := r.args[2], r.args[3]
	s, err := r.stream(key)
	if err != nil {
		return nil, nil, err
	}
	if s == nil {
		return nil, nil, errGroupNeedsKey
	}
	g, ok := s.groups.find(name)
	if !ok {
		return nil, nil, errNoGroupForKey(key, name)
	}
	return s, g, nil
}

func groupSetID(r *request) error {
	read, _, err := r.groupOptions(false)
	if err != nil {
		return err
	}
	s, g, err := r.existingGroup()
	if err != nil {
		return err
	}
	if len(r.args) != 5 && len(r.args) != 7 {
		return r.syntaxOfSub()
	}
	start, err := r.groupSetTo(s)
	if err != nil {
		return err
	}
	g.last, g.read = start, read
	s.version++
	r.out.ok()
	return nil
}

func groupDestroy(r *request) error {
	key := r.args[2]
	s, err := r.stream(key)
	if err != nil {
		return err
	}
	if s == nil {
		return errGroupNeedsKey
	}
	if !s.groups.remove(r.args[3]) {
		r.out.int(0)
		return nil
	}
	s.version++
	r.srv.touch(key)
	r.out.int(1)
	return nil
}

func groupCreateConsumer(r *request) error {
	s, g, err := r.existingGroup()
	if err != nil {
		return err
	}
	if _, exists := g.consumers.find(r.args[4]); exists {
		r.out.int(0)
		return nil
	}
	g.visit(r.args[4], r.now)
	s.version++
	r.out.int(1)
	return nil
}

func groupDeleteConsumer(r *request) error {
	s, g, err := r.existingGroup()
	if err != nil {
		return err
	}
	r.out.int(int64(g.removeConsumer(r.args[4])))
	s.version++
	return nil
}
