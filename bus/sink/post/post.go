// Package post works as a group by sending events to a web server. Each POST has one or several events as lines of JSON
// ([sink.AppendLine]), which are acknowledged when the answer is 2xx. A server that can't be reached, times out or answers
// 408, 429 or 5xx is away: events stay pending and are retried with growing pauses, or after the time in Retry-After. Any
// other answer refuses the events: each is sent again alone, and goes to the dead letters after as many deliveries as the
// setup allows. Start reading at [New].
package post

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

const (
	// DefaultTimeout bounds a request to a server that hangs.
	DefaultTimeout = 30 * time.Second
	// longestPause is the max pause that Retry-After can ask for.
	longestPause = 5 * time.Minute
	// keptAnswer is how many bytes of an answer are read: its first line says why events are refused.
	keptAnswer = 4 << 10
)

// Options are the settings of a [Service].
type Options struct {
	// URL is http:// or https://. A user and a password in it are sent as basic authentication.
	URL string
	// Header is sent with each request.
	Header http.Header
	// Batch is the max number of events in one request; 0 means 1.
	Batch int
	// Timeout is the max time until an answer; 0 means 30 seconds.
	Timeout time.Duration
}

// Service is one consumer of the group. It implements [sink.Service].
type Service struct {
	setup    sink.Setup
	url      string
	header   http.Header
	batch    int
	client   *http.Client
	receiver sink.Receiver
}

// New returns a new service and sends nothing. The error says what is wrong with the URL, without its password.
func New(setup sink.Setup, o Options) (*Service, error) {
	to, err := url.Parse(o.URL)
	switch {
	case err != nil:
		return nil, errors.New("it is no URL")
	case to.Scheme != "http" && to.Scheme != "https" || to.Host == "":
		return nil, errors.New("it is no address of a web server; write http://HOST/PATH or https://HOST/PATH")
	}
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: max(setup.Concurrency, 1)}
	client := &http.Client{
		Transport: transport, Timeout: o.Timeout,
		// A POST that is redirected becomes a GET without events.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	header := o.Header.Clone()
	if header == nil {
		header = http.Header{}
	}
	kind := "application/json"
	if o.Batch > 1 {
		kind = "application/x-ndjson"
	}
	header.Set("Content-Type", kind)
	return &Service{setup: setup, url: o.URL, header: header, batch: max(o.Batch, 1), client: client, receiver: sink.Receiver{
		Log:  setup.Logger(),
		Back: "the server takes events again", Refused: "the server refuses an event", Away: "the server is away; events stay pending",
	}}, nil
}

// Name returns the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Run consumes until ctx ends.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	return b.ConsumeBatch(ctx, s.setup.Group, s.handle, s.setup.Options()...)
}

// Health returns nil, or the reason why the server is away.
func (s *Service) Health() error { return s.receiver.Health() }

// Close closes idle connections.
func (s *Service) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

func (s *Service) handle(ctx context.Context, messages []bus.Message) error {
	return sink.Hand(messages, s.batch, func(messages []bus.Message) error {
		wanted, err := s.send(ctx, sink.AppendLines(nil, messages), sink.TraceOf(messages))
		return s.receiver.Took(ctx, messages, wanted, err)
	})
}

// send sends one request. The error is a [sink.RefusalError] when the server refuses it. wanted is the pause that the server
// asks for.
func (s *Service) send(ctx context.Context, lines []byte, trace model.TraceContext) (wanted time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(lines))
	if err != nil {
		return 0, err
	}
	request.Header = s.header
	if trace.Parent != "" {
		request.Header = s.header.Clone()
		request.Header.Set(model.FieldTraceParent, trace.Parent)
		request.Header.Del(model.FieldTraceState)
		if trace.State != "" {
			request.Header.Set(model.FieldTraceState, trace.State)
		}
	}
	response, err := s.client.Do(request)
	if problem, ok := errors.AsType[*url.Error](err); ok {
		return 0, problem.Err // without the address, whose query may hold a secret
	}
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, keptAnswer)) // a partial body doesn't change the status
	code := response.StatusCode
	if code/100 == 2 {
		return 0, nil
	}
	line, _, _ := bytes.Cut(bytes.TrimSpace(answer), []byte("\n"))
	err = fmt.Errorf("it answers %s%s", response.Status, sink.Reason(line))
	if code/100 == 5 || code == http.StatusTooManyRequests || code == http.StatusRequestTimeout {
		return retryAfter(response.Header.Get("Retry-After"), time.Now()), err
	}
	return 0, &sink.RefusalError{Err: err}
}

// retryAfter parses a Retry-After header, in seconds or as a date: at most 5 minutes, and 0 for anything else.
func retryAfter(text string, now time.Time) time.Duration {
	wanted := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wanted = time.Duration(min(max(seconds, 0), int(longestPause/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wanted = at.Sub(now)
	}
	return min(max(wanted, 0), longestPause)
}
