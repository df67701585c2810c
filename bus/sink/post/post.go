// Package post works as a group by sending events to a web server: each POST has one or several as lines of JSON
// ([sink.AppendLine]), which are acknowledged once the answer is 2xx. A server that can't be reached, takes too long or answers
// 408, 429 or 5xx is away: events stay pending, and it is tried again with growing pauses or when it says (Retry-After). Any
// other answer refuses the events: each is sent again by itself, and goes to the dead letters after as many deliveries as the
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
)

const (
	// DefaultTimeout is what a server takes that hangs.
	DefaultTimeout = 30 * time.Second
	// longestPause bounds what a server may ask for with Retry-After.
	longestPause = 5 * time.Minute
	// keptAnswer is how much of an answer is read: its first line says why events are refused.
	keptAnswer = 4 << 10
)

// Options say where to and how events are sent.
type Options struct {
	// URL is http:// or https://. A user and a password in it are sent as basic authentication.
	URL string
	// Header goes with each request.
	Header http.Header
	// Batch is how many events one request has at most; 0 means 1.
	Batch int
	// Timeout is how long an answer may take; 0 means 30 seconds.
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

// New makes a service, and sends nothing. The error says what is wrong with the URL, without its password.
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

// Name is the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Run consumes until ctx ends.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	return b.ConsumeBatch(ctx, s.setup.Group, s.handle, s.setup.Options()...)
}

// Health is nil, or why the server is away.
func (s *Service) Health() error { return s.receiver.Health() }

// Close closes connections that are idle.
func (s *Service) Close() error {
	s.client.CloseIdleConnections()
	return nil
}

func (s *Service) handle(ctx context.Context, messages []bus.Message) error {
	return sink.Hand(messages, s.batch, func(messages []bus.Message) error {
		wanted, err := s.send(ctx, sink.AppendLines(nil, messages))
		return s.receiver.Took(ctx, messages, wanted, err)
	})
}

// send sends one request. The error is a [sink.RefusalError] when the server doesn't take it; wanted is for how long it asks to be
// left alone.
func (s *Service) send(ctx context.Context, lines []byte) (wanted time.Duration, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(lines))
	if err != nil {
		return 0, err
	}
	request.Header = s.header
	response, err := s.client.Do(request)
	if problem, ok := errors.AsType[*url.Error](err); ok {
		return 0, problem.Err // without the address, whose query may hold a secret
	}
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	answer, _ := io.ReadAll(io.LimitReader(response.Body, keptAnswer)) // that it breaks off doesn't change what was answered
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

// retryAfter reads a Retry-After header, in seconds or a date: up to 5 minutes; 0 for anything else.
func retryAfter(text string, now time.Time) time.Duration {
	wanted := time.Duration(0)
	if seconds, err := strconv.Atoi(text); err == nil {
		wanted = time.Duration(min(max(seconds, 0), int(longestPause/time.Second))) * time.Second
	} else if at, err := http.ParseTime(text); err == nil {
		wanted = at.Sub(now)
	}
	return min(max(wanted, 0), longestPause)
}
