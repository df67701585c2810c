package program

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/payload"
)

const (
	// AnswerTimeout is how long a server may take to say PONG before it counts as not there, or --wait when that is less.
	AnswerTimeout = 5 * time.Second
	// CloseTimeout is how long a bus may take to send what it has begun.
	CloseTimeout = 5 * time.Second
)

// Session is an open bus with the settings it was opened by.
type Session struct {
	*bus.Bus
	Settings *config.Settings
	Client   redis.UniversalClient
	Note     string // what is to be said of the connection, in a line; usually empty

	// closing is the context that closing it has.
	closing func() (context.Context, context.CancelFunc)
}

// open connects to the configured server. The error says in one line what to do.
func (p *Program) open(ctx context.Context) (*Session, error) {
	settings, err := p.Settings()
	if err != nil {
		return nil, err
	}
	client, err := p.NewClient(settings)
	if err != nil {
		return nil, err
	}
	s, err := p.OpenSession(ctx, settings, client)
	if err != nil {
		_ = client.Close() // it never was open
		return nil, p.ExplainOpen(err, settings.Active())
	}
	p.TellNote(s.Note)
	return s, nil
}

// OpenSession opens a bus on a client, which the session owns then; on one of the whole cluster in its place when the
// client's server is a node of one.
func (p *Program) OpenSession(
	ctx context.Context, settings *config.Settings, client redis.UniversalClient, more ...bus.Option,
) (*Session, error) {
	opener, err := p.newOpener(settings)
	if err != nil {
		return nil, err
	}
	profile := settings.Active()
	wait := settings.Wait.Std()
	ctx, cancel := context.WithTimeout(ctx, min(AnswerTimeout, wait))
	defer cancel()
	own := []bus.Option{bus.WithHooks(p.waitHooks())}
	hook := patientHook{Program: p, where: ShownAddress(profile.Redis)}
	if !p.Stays {
		own, hook.limit = append(own, bus.WithPatience(wait)), wait
	}
	client.AddHook(hook)
	options := append([]bus.Option{
		bus.WithCrash(p.Crashed(settings, "the bus")),
		bus.WithPrefix(profile.Prefix),
		bus.WithDecoder(payload.New(opener, settings.Rules()...)),
		bus.WithMaxReply(MaxReply(profile)),
		bus.WithMaxLen(int64(settings.Publish.MaxLen), settings.Publish.Approximate),
		bus.WithDeadLetterKey(func(stream string) string {
			return strings.ReplaceAll(settings.Consume.DeadLetter, "{stream}", stream)
		}),
	}, append(append(own, more...), p.Options...)...)
	b, err := bus.Open(ctx, client, options...)
	if err == nil {
		return &Session{Bus: b, Settings: settings, Client: client, closing: p.closing}, nil
	}
	if !errors.As(err, new(*bus.ClusterNodeError)) {
		return nil, err
	}
	whole, note, err := p.WholeCluster(ctx, client, MaxReply(profile))
	if err != nil {
		return nil, err
	}
	whole.AddHook(hook)
	if b, err = bus.Open(ctx, whole, options...); err != nil {
		_ = whole.Close() // the caller knows only of the one that it was made from
		return nil, err
	}
	_ = client.Close() // it was only asked
	return &Session{Bus: b, Settings: settings, Client: whole, Note: note, closing: p.closing}, nil
}

// End ends the session; what can't be sent any more is lost, and said.
func (s *Session) End() error {
	ctx, cancel := s.closing()
	defer cancel()
	return errors.Join(s.Close(ctx), s.Client.Close())
}

// With runs a command's work on an open session, and makes its errors readable.
func (p *Program) With(ctx context.Context, work func(*Session) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	failed, closeErr := work(s), s.End()
	if ctx.Err() != nil && !p.Heeding.Finishes.Load() {
		closeErr = nil // it was cut off, and what was on its way is told
	}
	return p.Explain(errors.Join(failed, closeErr))
}

// Location is the zone that times are shown in.
func (s *Session) Location() *time.Location {
	if s.Settings.Desk.Time == config.ClockUTC {
		return time.UTC
	}
	return time.Local
}

// Stream is the key that a person means by a stream's key, or by an event type without the prefix.
func (s *Session) Stream(name string) string { return StreamKey(s.Reader().Prefix(), name) }

// StreamKey is the key that a person means by a stream's key, or by an event type without the prefix.
func StreamKey(prefix, name string) string {
	if strings.HasPrefix(name, prefix) || strings.HasPrefix(name, model.DeadLetterKey("")) {
		return name
	}
	return prefix + name
}

// ExplainOpen says why there is no session, and how to get one.
func (p *Program) ExplainOpen(err error, profile config.Profile) error {
	where := ShownAddress(profile.Redis)
	if InterruptedBy(err) {
		return ErrAskedToEnd
	}
	if errors.As(err, new(*UsageError)) {
		return err // of the settings
	}
	if why, is := unreachable(err); is {
		return fmt.Errorf("no Redis at %s (%s): start one with 'redis-server', name another with --redis URL, or try 'streamdesk demo'",
			where, why)
	}
	switch text := err.Error(); {
	case strings.Contains(text, "NOAUTH"), strings.Contains(text, "no password is set"):
		return fmt.Errorf("%s wants a password: name the variable or the file that holds it with password_env or password_file in the settings", where)
	case strings.Contains(text, "WRONGPASS"), strings.Contains(text, "invalid password"):
		return fmt.Errorf("%s refuses the user or the password: check username, password_env and password_file of the profile", where)
	default:
		return fmt.Errorf("%s: %w", where, p.Explain(err))
	}
}

// Explain adds the mend to errors that have one, and takes the bus's own name off.
func (p *Program) Explain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	plain := &PlainError{Err: err}
	switch {
	case p.account != "":
		return plain // whatever it reminds of, it is a bug
	case InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // what isn't certain is told
		return ErrAskedToEnd
	case strings.Contains(text, "NOGROUP"):
		return fmt.Errorf("%w: 'streamdesk groups' lists those there are", plain)
	case strings.Contains(text, "NOPERM"):
		return fmt.Errorf("%w: ask for the right, or name another user in the settings", plain)
	case strings.Contains(text, "WRONGTYPE"):
		return fmt.Errorf("%w: the key holds something other than a stream", plain)
	default:
		return plain
	}
}

// PlainError is an error of the bus without the "bus: " in front.
type PlainError struct{ Err error }

func (e *PlainError) Error() string { return strings.TrimPrefix(e.Err.Error(), "bus: ") }
func (e *PlainError) Unwrap() error { return e.Err }

// Observe is a snapshot of one stream, or of all when the key is empty.
func (s *Session) Observe(ctx context.Context, key string) (model.Snapshot, error) {
	keys := []string{key}
	if key == "" {
		var err error
		if keys, err = s.Reader().Discover(ctx); err != nil {
			return model.Snapshot{}, err
		}
	}
	return s.Reader().Snapshot(ctx, keys)
}

// LetterKey is the key of a dead-letter stream that a person means: by its own name, or by that of the stream whose dead
// letters it holds.
func (s *Session) LetterKey(name string) string {
	before, after, _ := strings.Cut(s.Reader().DeadLetterKey("\x00"), "\x00")
	if strings.HasPrefix(name, before+s.Reader().Prefix()) && strings.HasSuffix(name, after) && len(name) > len(before)+len(after) {
		return name
	}
	return s.Reader().DeadLetterKey(s.Stream(name))
}
