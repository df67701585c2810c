package serve

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"

	"streamdesk/ui/tty"
)

// Session is a person at a terminal.
type Session struct {
	Person
	// From is the address that the person came from.
	From string
	// In is what the person types, and Out their screen. Out may block for as long as the person's terminal does.
	In  io.Reader
	Out io.Writer
	// Env has the variables of the terminal that its client told: TERM, and of the others those that it was set up to send.
	Env func(name string) string
	// Sizes receives the size of the terminal, first and whenever it changes; of several that wait only the newest.
	Sizes <-chan tty.Size

	key string
}

const (
	// maxWidth and maxHeight are more cells than any screen has; a client may claim billions.
	maxWidth, maxHeight = 1000, 400
	// maxVariable is the max number of bytes of a variable.
	maxVariable = 256
)

// variables are those that a client may set: they say what its terminal can show.
var variables = []string{"LANG", "LC_ALL", "LC_CTYPE", "COLORTERM", "NO_COLOR", "COLORFGBG"}

// Exit statuses of sessions.
const (
	exitDone uint32 = iota
	exitFailed
	exitWrongUse
)

// terminal is the state of one session on its connection.
type terminal struct {
	visit   *visit
	channel ssh.Channel
	env     map[string]string
	sizes   chan tty.Size
	shown   bool // it has begun
	done    sync.WaitGroup
	cancel  context.CancelFunc
}

// session serves one session until its client ends it, or it is over.
func (v *visit) session(channel ssh.Channel, requests <-chan *ssh.Request) {
	ctx, cancel := context.WithCancel(v.ctx)
	t := &terminal{visit: v, channel: channel, env: map[string]string{}, sizes: make(chan tty.Size, 1), cancel: cancel}
	for r := range requests {
		ok := t.answer(ctx, r)
		if r.WantReply {
			_ = r.Reply(ok, nil) // a broken connection ends the requests
		}
	}
	cancel()
	t.done.Wait()
}

// answer carries out a request, and reports whether it is granted.
func (t *terminal) answer(ctx context.Context, r *ssh.Request) bool {
	switch r.Type {
	case "pty-req":
		var asked struct {
			Term                         string
			Columns, Rows, Width, Height uint32
			Modes                        string
		}
		if ssh.Unmarshal(r.Payload, &asked) != nil || asked.Term == "" || len(asked.Term) > maxVariable {
			return false
		}
		t.env["TERM"] = asked.Term
		t.resize(asked.Columns, asked.Rows)
		return true
	case "window-change":
		var asked struct{ Columns, Rows, Width, Height uint32 }
		if ssh.Unmarshal(r.Payload, &asked) != nil {
			return false
		}
		t.resize(asked.Columns, asked.Rows)
		return true
	case "env":
		var asked struct{ Name, Value string }
		if ssh.Unmarshal(r.Payload, &asked) != nil || t.shown || len(asked.Value) > maxVariable {
			return false
		}
		for _, name := range variables {
			if asked.Name == name {
				t.env[name] = asked.Value
				return true
			}
		}
		return false
	case "shell", "exec":
		if t.shown {
			return false
		}
		t.shown = true
		why := ""
		switch {
		case r.Type == "exec":
			why = "there is only the desk here: leave the command away"
		case t.env["TERM"] == "":
			why = "the desk needs a terminal: ssh -t"
		}
		t.done.Go(func() {
			if why != "" {
				t.end(why, exitWrongUse)
				return
			}
			t.show(ctx)
		})
		return true
	default:
		return false
	}
}

// resize passes a size on; one that waits is replaced.
func (t *terminal) resize(columns, rows uint32) {
	select {
	case <-t.sizes:
	default:
	}
	t.sizes <- tty.Size{Width: int(min(columns, maxWidth)), Height: int(min(rows, maxHeight))}
}

// show shows the session.
func (t *terminal) show(ctx context.Context) {
	v, began := t.visit, time.Now()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	in := &input{from: t.channel}
	env := t.env
	s := &Session{
		Person: v.Person, From: v.from, key: v.key, In: in, Out: &output{to: t.channel}, Sizes: t.sizes,
		Env: func(name string) string { return env[name] },
	}
	end := func(why string) { cancel(ending(why)) }
	if idle := v.server.Idle; idle > 0 {
		in.idle = time.AfterFunc(idle, func() { end(fmt.Sprintf("nothing was typed for %s", idle)) })
		in.after = idle
		defer in.idle.Stop()
	}
	why, now := v.server.begin(s, end)
	if why != "" {
		v.server.Say("%s from %s: refused: %s", v.Name, v.from, why)
		t.end(why, exitFailed)
		return
	}
	v.server.Say("%s (%s) from %s is here; sessions: %d", v.Name, v.Role, v.from, now)
	cut := context.AfterFunc(ctx, func() {
		time.AfterFunc(leaveTime, func() { _ = t.channel.Close() }) // a terminal that stands still would hold it for ever
	})
	err := v.server.show(ctx, s)
	cut()
	left := v.server.over(s)
	status, said := exitDone, ""
	if reason, ended := errors.AsType[ending](context.Cause(ctx)); ended {
		status, said = exitFailed, string(reason)
	} else if err != nil && ctx.Err() == nil {
		status, said = exitFailed, "the desk broke down: "+err.Error()
	}
	about := ""
	if said != "" {
		about = ": " + said
	}
	v.server.Say("%s from %s left after %s%s; sessions: %d", v.Name, v.from, time.Since(began).Round(time.Second), about, left)
	t.end(said, status)
}

// ending is why the server ends a session.
type ending string

func (e ending) Error() string { return string(e) }

// end tells the client why its session is over, if there is a reason, and how.
func (t *terminal) end(why string, status uint32) {
	if why != "" {
		_, _ = fmt.Fprintf(t.channel.Stderr(), "streamdesk: %s\r\n", plain(why)) // it is gone, or reads it
	}
	_, _ = t.channel.SendRequest("exit-status", false, ssh.Marshal(struct{ Status uint32 }{status}))
	_ = t.channel.Close()
}

// plain returns text without control characters.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
}

// input is what a person types; it puts off the end for idleness.
type input struct {
	from  io.Reader
	idle  *time.Timer // nil without
	after time.Duration
}

func (i *input) Read(b []byte) (int, error) {
	n, err := i.from.Read(b)
	if n > 0 && i.idle != nil {
		i.idle.Reset(i.after)
	}
	return n, err
}

// output is a person's screen. What is written at once isn't torn apart by what others write.
type output struct {
	mu sync.Mutex
	to io.Writer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.to.Write(b)
}
