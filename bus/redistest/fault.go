package redistest

import (
	"slices"
	"strings"
)

// fault is one armed fault: it applies once, to the next request that matches.
type fault struct {
	match     func(args []string) bool
	loseReply bool // the server runs the request but the client gets no reply; otherwise the server never sees it
	done      chan struct{}
}

// DropReply arms a fault for the next request with the given command name ("xadd"): the server runs it, its reply is dropped,
// and the connection is cut. Replies to earlier requests of the same pipeline still arrive. Inside MULTI the reply of EXEC is
// lost, with all replies still on their way before it. The returned channel is closed when it has happened.
func (p *Proxy) DropReply(command string) <-chan struct{} { return p.DropReplyTo(named(command)) }

// DropReplyTo does what DropReply does for the next request whose words (command name first) match.
func (p *Proxy) DropReplyTo(match func(request []string) bool) <-chan struct{} {
	return p.arm(&fault{match: match, loseReply: true})
}

// DropRequest arms a fault for the next request with the given command name: it never reaches the server, and the
// connection is cut. The returned channel is closed when it has happened.
func (p *Proxy) DropRequest(command string) <-chan struct{} { return p.DropRequestTo(named(command)) }

// DropRequestTo does what DropRequest does for the next request whose words (command name first) match.
func (p *Proxy) DropRequestTo(match func(request []string) bool) <-chan struct{} {
	return p.arm(&fault{match: match})
}

func named(command string) func([]string) bool {
	return func(request []string) bool { return strings.EqualFold(request[0], command) }
}

func (p *Proxy) arm(f *fault) <-chan struct{} {
	f.done = make(chan struct{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, f)
	return f.done
}

// strike returns the armed fault that request triggers, disarmed, or nil.
func (p *Proxy) strike(request []string) *fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, f := range p.faults {
		if f.match(request) {
			p.faults = slices.Delete(p.faults, i, i+1)
			return f
		}
	}
	return nil
}
