package dialog

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"
)

// inquiry asks the server for what a dialog shows, beside the loop. Only the answer to the newest question counts.
type inquiry[A any] struct {
	number  int // of the newest question
	asking  bool
	trouble string // why there was no answer; "" when there was one, or isn't yet
}

// answer is the message that answers a question.
type answer[A any] struct {
	to     *inquiry[A]
	number int
	value  A
	at     time.Time // when it came, by the local clock
	err    error
}

// ask returns the command that asks a new question, for max so long.
func (q *inquiry[A]) ask(env *Env, most time.Duration, question func(context.Context) (A, error)) tea.Cmd {
	q.number++
	q.asking, q.trouble = true, ""
	m := answer[A]{to: q, number: q.number}
	parent, now := env.Ctx, env.Now
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(parent, most)
		defer cancel()
		m.value, m.err = question(ctx)
		m.at = now()
		return m
	}
}

// take handles a message that answers a question of this inquiry; mine reports whether it does. The answer is nil when it is out of
// date, or an error, which trouble then says after the words of failed.
func (q *inquiry[A]) take(msg tea.Msg, failed string) (a *answer[A], mine bool) {
	m, ok := msg.(answer[A])
	if !ok || m.to != q {
		return nil, false
	}
	if m.number != q.number {
		return nil, true
	}
	q.asking = false
	if m.err != nil {
		q.trouble = failed + ": " + explain(m.err)
		return nil, true
	}
	return &m, true
}
