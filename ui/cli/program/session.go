package program

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/payload"
	"streamdesk/model/payload/schema/jsonschema"
)

const (
	// AnswerTimeout is the max time for a server to answer PONG; --wait when that is less.
	AnswerTimeout = 5 * time.Second
	// CloseTimeout is the max time for a bus to send what it has begun.
	CloseTimeout = 5 * time.Second
)

// Session is an open bus and the settings that it was opened with.
type Session struct {
	*bus.Bus
	Settings *config.Settings
	// Schemas checks the data of events by the JSON Schemas of the settings.
	Schemas *jsonschema.Checker
	Note    string // a line about the connection for the person; usually empty

	client   io.Closer // see NewClient why it isn't held as what it is
	redisCLI string    // see RedisCLI
	// closing returns the context for closing the session.
	closing func() (context.Context, context.CancelFunc)
}

// open connects to the configured server. Its error says in one line how to fix the problem.
func (p *Program) open(ctx context.Context) (*Session, error) {
	settings, err := p.Settings()
	if err != nil {
		return nil, err
	}
	s, err := p.Connect(ctx, settings)
	if err != nil {
		return nil, err
	}
	p.TellNote(s.Note)
	return s, nil
}

// Connect opens a session with the server of settings. Its error says in one line how to fix the problem. Who calls it needs no
// go-redis client, and compiles none.
func (p *Program) Connect(ctx context.Context, settings *config.Settings, more ...bus.Option) (*Session, error) {
	client, err := NewClient(p, settings)
	if err != nil {
		return nil, err
	}
	s, err := OpenSession(ctx, p, settings, client, more...)
	if err != nil {
		_ = client.Close() // it was never used
		return nil, p.ExplainOpen(err, settings.Active())
	}
	return s, nil
}

// OpenSession opens a bus on a client and takes over the client. When the client's server is a cluster node, the
// session gets a client of the whole cluster instead.
func OpenSession(
	ctx context.Context, p *Program, settings *config.Settings, client redis.UniversalClient, more ...bus.Option,
) (*Session, error) {
	opener, err := p.newOpener(settings)
	if err != nil {
		return nil, err
	}
	check, err := p.SchemaCheck(settings)
	if err != nil {
		return nil, err
	}
	profile := settings.Active()
	wait := settings.Wait.Std()
	ctx, cancel := context.WithTimeout(ctx, min(AnswerTimeout, wait))
	defer cancel()
	own := []bus.Option{bus.WithHooks(p.waitHooks())}
	hook := patientHook{Program: p, where: ShownAddress(profile.Redis)}
	if profile.ReadOnly {
		own = append(own, bus.WithReadOnly())
	}
	if !p.Stays {
		own, hook.limit = append(own, bus.WithPatience(wait)), wait
	}
	client.AddHook(hook)
	options := append([]bus.Option{
		bus.WithCrash(p.Crashed(settings, "the bus")),
		bus.WithPrefix(profile.Prefix),
		bus.WithDecoder(payload.New(opener, settings.Rules()...)),
		bus.WithCheck(check.Check),
		bus.WithMaxReply(MaxReply(profile)),
		bus.WithMaxLen(int64(settings.Publish.MaxLen), settings.Publish.Approximate),
		bus.WithDeadLetterKey(func(stream string) string {
			return strings.ReplaceAll(settings.Consume.DeadLetter, "{stream}", stream)
		}),
	}, append(append(own, more...), p.Options...)...)
	b, err := bus.Open(ctx, client, options...)
	if err == nil {
		return &Session{Bus: b, Settings: settings, client: client, redisCLI: RedisCLI(client), Schemas: check, closing: p.closing}, nil
	}
	if !errors.As(err, new(*bus.ClusterNodeError)) {
		return nil, err
	}
	whole, note, err := WholeCluster(ctx, p, client, settings)
	if err != nil {
		return nil, err
	}
	whole.AddHook(hook)
	if b, err = bus.Open(ctx, whole, options...); err != nil {
		_ = whole.Close() // the caller only has the first client
		return nil, err
	}
	_ = client.Close() // it was only queried
	return &Session{Bus: b, Settings: settings, client: whole, redisCLI: RedisCLI(whole), Schemas: check, Note: note, closing: p.closing}, nil
}

// End ends the session. Events that can't be sent any more are lost, and the error says so.
func (s *Session) End() error {
	ctx, cancel := s.closing()
	defer cancel()
	return errors.Join(s.Close(ctx), s.client.Close())
}

// With runs a command's work on an open session, and makes its errors readable.
func (p *Program) With(ctx context.Context, work func(*Session) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	failed, closeErr := work(s), s.End()
	if ctx.Err() != nil && !p.Heeding.Finishes.Load() {
		closeErr = nil // the connection was cut, and the error of work says so
	}
	return p.Explain(errors.Join(failed, closeErr))
}

// Location returns the time zone for showing times.
func (s *Session) Location() *time.Location {
	if s.Settings.Desk.Time == config.ClockUTC {
		return time.UTC
	}
	return time.Local
}

// Stream returns the key of a stream. name is the key, or an event type without the prefix.
func (s *Session) Stream(name string) string { return StreamKey(s.Reader().Prefix(), name) }

// StreamKey returns the key of a stream. name is the key, or an event type without the prefix.
func StreamKey(prefix, name string) string {
	if strings.HasPrefix(name, prefix) || strings.HasPrefix(name, model.DeadLetterKey("")) {
		return name
	}
	return prefix + name
}

// ExplainOpen returns an error that says why there is no session, and how to get one.
func (p *Program) ExplainOpen(err error, profile config.Profile) error {
	where := ShownAddress(profile.Redis)
	if InterruptedBy(err) {
		return ErrAskedToEnd
	}
	if errors.As(err, new(*UsageError)) {
		return err // an error in the settings
	}
	if failed := tunnelFailed(err, where); failed != nil {
		return failed
	}
	if why, is := unreachable(err); is {
		if hop := p.silentHop(profile.Redis); hop != "" {
			return fmt.Errorf("no way to %s (%s): %s", where, why, hop)
		}
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

// Explain adds the fix to errors that have one, and removes the "bus: " prefix.
func (p *Program) Explain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	plain := &PlainError{Err: err}
	switch {
	case p.account != "":
		return plain // a panic, whatever its text contains
	case InterruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // an uncertain outcome is reported
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

// PlainError is an error of the bus without its "bus: " prefix.
type PlainError struct{ Err error }

func (e *PlainError) Error() string { return strings.TrimPrefix(e.Err.Error(), "bus: ") }
func (e *PlainError) Unwrap() error { return e.Err }

// Observe returns a snapshot of one stream, or of all streams when the key is empty.
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

// LetterKey returns the key of a dead-letter stream. name is the dead-letter stream itself, or the stream whose dead
// letters it holds.
func (s *Session) LetterKey(name string) string {
	before, after, _ := strings.Cut(s.Reader().DeadLetterKey("\x00"), "\x00")
	if strings.HasPrefix(name, before+s.Reader().Prefix()) && strings.HasSuffix(name, after) && len(name) > len(before)+len(after) {
		return name
	}
	return s.Reader().DeadLetterKey(s.Stream(name))
}
