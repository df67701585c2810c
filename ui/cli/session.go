package cli

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
	// answerTimeout is how long a server may take to say PONG before it counts as not there, or --wait when that is less.
	answerTimeout = 5 * time.Second
	// closeTimeout is how long a bus may take to send what it has begun.
	closeTimeout = 5 * time.Second
)

// session is an open bus with the settings it was opened by.
type session struct {
	*bus.Bus
	settings *config.Settings
	client   redis.UniversalClient
	note     string // what is to be said of the connection, in a line; usually empty

	// closing is the context that closing it has.
	closing func() (context.Context, context.CancelFunc)
}

// open connects to the configured server. The error says in one line what to do.
func (p *program) open(ctx context.Context) (*session, error) {
	settings, err := p.settings()
	if err != nil {
		return nil, err
	}
	client, err := p.newClient(settings)
	if err != nil {
		return nil, err
	}
	s, err := p.openSession(ctx, settings, client)
	if err != nil {
		_ = client.Close() // it never was open
		return nil, p.explainOpen(err, settings.Active())
	}
	p.tellNote(s.note)
	return s, nil
}

// openSession opens a bus on a client, which the session owns then; on one of the whole cluster in its place when the
// client's server is a node of one.
func (p *program) openSession(
	ctx context.Context, settings *config.Settings, client redis.UniversalClient, more ...bus.Option,
) (*session, error) {
	opener, err := p.newOpener(settings)
	if err != nil {
		return nil, err
	}
	profile := settings.Active()
	wait := settings.Wait.Std()
	ctx, cancel := context.WithTimeout(ctx, min(answerTimeout, wait))
	defer cancel()
	own := []bus.Option{bus.WithHooks(p.waitHooks())}
	hook := patientHook{program: p, where: shownAddress(profile.Redis)}
	if !p.stays {
		own, hook.limit = append(own, bus.WithPatience(wait)), wait
	}
	client.AddHook(hook)
	options := append([]bus.Option{
		bus.WithCrash(p.crashed(settings, "the bus")),
		bus.WithPrefix(profile.Prefix),
		bus.WithDecoder(payload.New(opener, settings.Rules()...)),
		bus.WithMaxReply(maxReply(profile)),
		bus.WithMaxLen(int64(settings.Publish.MaxLen), settings.Publish.Approximate),
		bus.WithDeadLetterKey(func(stream string) string {
			return strings.ReplaceAll(settings.Consume.DeadLetter, "{stream}", stream)
		}),
	}, append(append(own, more...), p.options...)...)
	b, err := bus.Open(ctx, client, options...)
	if err == nil {
		return &session{Bus: b, settings: settings, client: client, closing: p.closing}, nil
	}
	if !errors.As(err, new(*bus.ClusterNodeError)) {
		return nil, err
	}
	whole, note, err := p.wholeCluster(ctx, client, maxReply(profile))
	if err != nil {
		return nil, err
	}
	whole.AddHook(hook)
	if b, err = bus.Open(ctx, whole, options...); err != nil {
		_ = whole.Close() // the caller knows only of the one that it was made from
		return nil, err
	}
	_ = client.Close() // it was only asked
	return &session{Bus: b, settings: settings, client: whole, note: note, closing: p.closing}, nil
}

// close ends the session; what can't be sent any more is lost, and said.
func (s *session) close() error {
	ctx, cancel := s.closing()
	defer cancel()
	return errors.Join(s.Close(ctx), s.client.Close())
}

// with runs a command's work on an open session, and makes its errors readable.
func (p *program) with(ctx context.Context, work func(*session) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	failed, closeErr := work(s), s.close()
	if ctx.Err() != nil && !p.heeding.finishes.Load() {
		closeErr = nil // it was cut off, and what was on its way is told
	}
	return p.explain(errors.Join(failed, closeErr))
}

// location is the zone that times are shown in.
func (s *session) location() *time.Location {
	if s.settings.Desk.Time == config.ClockUTC {
		return time.UTC
	}
	return time.Local
}

// stream is the key that a person means by a stream's key, or by an event type without the prefix.
func (s *session) stream(name string) string { return streamKey(s.Reader().Prefix(), name) }

func streamKey(prefix, name string) string {
	if strings.HasPrefix(name, prefix) || strings.HasPrefix(name, model.DeadLetterKey("")) {
		return name
	}
	return prefix + name
}

// explainOpen says why there is no session, and how to get one.
func (p *program) explainOpen(err error, profile config.Profile) error {
	where := shownAddress(profile.Redis)
	if interruptedBy(err) {
		return errAskedToEnd
	}
	if errors.As(err, new(*usageError)) {
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
		return fmt.Errorf("%s: %w", where, p.explain(err))
	}
}

// explain adds the mend to errors that have one, and takes the bus's own name off.
func (p *program) explain(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	plain := &plainError{err}
	switch {
	case p.account != "":
		return plain // whatever it reminds of, it is a bug
	case interruptedBy(err) && !errors.Is(err, fault.ErrUncertain): // what isn't certain is told
		return errAskedToEnd
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

// plainError is an error of the bus without the "bus: " in front.
type plainError struct{ err error }

func (e *plainError) Error() string { return strings.TrimPrefix(e.err.Error(), "bus: ") }
func (e *plainError) Unwrap() error { return e.err }

// observe is a snapshot of one stream, or of all when the key is empty.
func (s *session) observe(ctx context.Context, key string) (model.Snapshot, error) {
	keys := []string{key}
	if key == "" {
		var err error
		if keys, err = s.Reader().Discover(ctx); err != nil {
			return model.Snapshot{}, err
		}
	}
	return s.Reader().Snapshot(ctx, keys)
}

// letterKey is the key of a dead-letter stream that a person means: by its own name, or by that of the stream whose dead
// letters it holds.
func (s *session) letterKey(name string) string {
	before, after, _ := strings.Cut(s.Reader().DeadLetterKey("\x00"), "\x00")
	if strings.HasPrefix(name, before+s.Reader().Prefix()) && strings.HasSuffix(name, after) && len(name) > len(before)+len(after) {
		return name
	}
	return s.Reader().DeadLetterKey(s.stream(name))
}
