package program

import (
	"context"
	"errors"
	"time"
)

// reopenAfter is the time between two attempts to open a session: a server that comes back is found within a second.
const reopenAfter = time.Second

// WithLasting runs the work of a command that outlives its server. It is [Program.With], but a server that can't be reached at the
// start is told, passed to away, and tried again until ctx ends; wrong settings end it. away may be nil.
func (p *Program) WithLasting(ctx context.Context, away func(error), work func(*Session) error) error {
	p.Stays = true
	said := ""
	for {
		opened := false
		err := p.With(ctx, func(s *Session) error {
			opened = true
			if said != "" {
				p.Say("the server is there")
			}
			return work(s)
		})
		if opened || ctx.Err() != nil || errors.As(err, new(*UsageError)) {
			return err
		}
		if away != nil {
			away(err)
		}
		if text := err.Error(); text != said {
			said = text
			p.Say("%v; trying again", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(reopenAfter):
		}
	}
}
