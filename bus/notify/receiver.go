package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	// DefaultTimeout bounds one message to a receiver that hangs.
	DefaultTimeout = 10 * time.Second
	// maxPause is the longest pause between two attempts, also when Retry-After asks for more.
	maxPause = 5 * time.Minute
	// leaveTime is how long to wait for a command's output after it has ended: its child may hold it open.
	leaveTime = time.Second
)

// Receiver is a webhook or a command.
type Receiver struct {
	// Form is the form of messages; empty means [JSON]. A command always gets JSON.
	Form Form
	// URL is the webhook. It is secret, and never told: only its host is.
	URL string
	// Header is sent with each request.
	Header http.Header
	// Command is the program with its arguments; it gets the message on its standard input.
	Command []string
	// Timeout is the max time of one message; 0 means [DefaultTimeout].
	Timeout time.Duration
}

// String returns the receiver's name without anything secret.
func (r *Receiver) String() string {
	if len(r.Command) > 0 {
		return "the command " + filepath.Base(r.Command[0])
	}
	if to, err := url.Parse(r.URL); err == nil {
		return "the webhook at " + to.Host
	}
	return "the webhook"
}

// key identifies the receiver in the file, without anything secret.
func (r *Receiver) key() string {
	return identity(append([]string{string(r.Form), r.URL}, r.Command...)...)
}

// Check returns what is wrong with the receiver, without its URL.
func (r *Receiver) Check() error {
	if len(r.Command) > 0 {
		_, err := exec.LookPath(r.Command[0])
		return err
	}
	to, err := url.Parse(r.URL)
	if err != nil || to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return errors.New("it is no address of a web server; write http://HOST/PATH or https://HOST/PATH")
	}
	return nil
}

// refusal is the error when a receiver will never take a message.
type refusal struct{ error }

// pauseError is an error with the pause that the receiver asks for.
type pauseError struct {
	error
	pause time.Duration
}

// send sends one message. The error has no URL in it.
func (r *Receiver) send(ctx context.Context, client *http.Client, message []byte, id string) error {
	timeout := r.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var err error
	if len(r.Command) > 0 {
		err = r.run(ctx, message)
	} else {
		err = r.post(ctx, client, message, id)
	}
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fmt.Errorf("no answer within %s", timeout)
	}
	return err
}

func (r *Receiver) run(ctx context.Context, message []byte) error {
	cmd := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...)
	cmd.Stdin, cmd.WaitDelay = bytes.NewReader(message), leaveTime
	ownGroup(cmd)
	if err := cmd.Run(); err != nil && !errors.Is(err, exec.ErrWaitDelay) { // it has ended with 0 and left a child behind
		return err
	}
	return nil
}

func (r *Receiver) post(ctx context.Context, client *http.Client, message []byte, id string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.URL, bytes.NewReader(message))
	if err != nil {
		return errors.New("it is no URL")
	}
	maps.Copy(request.Header, r.Header)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Idempotency-Key", id)
	response, err := client.Do(request)
	if problem, ok := errors.AsType[*url.Error](err); ok {
		return problem.Err // without the URL
	}
	if err != nil {
		return err
	}
	defer response.Body.Close()
	const kept = 4 << 10 // lets the connection be used again
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, kept))
	err = fmt.Errorf("it answers %s", response.Status)
	switch code := response.StatusCode; {
	case code/100 == 2:
		return nil
	case code == http.StatusBadRequest, code == http.StatusRequestEntityTooLarge, code == http.StatusUnprocessableEntity:
		return refusal{err}
	default:
		return pauseError{err, retryAfter(response.Header.Get("Retry-After"))}
	}
}

// retryAfter returns the pause that a header asks for in seconds; 0 for anything else.
func retryAfter(text string) time.Duration {
	seconds, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0
	}
	return time.Duration(min(max(seconds, 0), int(maxPause/time.Second))) * time.Second
}
