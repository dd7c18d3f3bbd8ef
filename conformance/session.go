package conformance

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/stepwell/stepwell"
	"github.com/stepwell/stepwell/value"
)

// How long a case and a wait take at most, in real time, and how often a wait looks.
const (
	lifetime  = 30 * time.Second
	patience  = 5 * time.Second
	firstLook = time.Millisecond
	lastLook  = 20 * time.Millisecond
)

// session is one case's own server, its clock held, and the world that answers its tasks.
type session struct {
	*client
	world   *world
	logs    *logbook
	mailbox *mailbox
	server  *stepwell.Server
	http    *httptest.Server
	mode    string
	ctx     context.Context
	cancel  context.CancelFunc
}

// open starts a server. Its tasks are answered by w until the session is closed.
func open(ctx context.Context, w *world, mockConfig, clock string) (*session, error) {
	logs, mailbox := &logbook{}, newMailbox()
	o := stepwell.Options{
		Account: account, Region: region, Clock: "hold", MockConfig: mockConfig, Logger: slog.New(slog.DiscardHandler), Logs: logs,
		EventTargets: map[string]string{"conformance": mailbox.http.URL},
	}
	if mockConfig == "" {
		o.Mock = w.standIn
	}
	server, err := stepwell.New(o)
	if err != nil {
		mailbox.http.Close()
		return nil, err
	}
	h := httptest.NewServer(server.Handler())
	s := &session{client: &client{url: h.URL, http: h.Client()}, world: w, logs: logs, mailbox: mailbox, server: server, http: h, mode: "hold"}
	s.ctx, s.cancel = context.WithTimeout(ctx, lifetime)
	w.open(s.ctx, s.client)
	if clock != "" {
		if err := s.startClock(s.ctx, clock); err != nil {
			return nil, errors.Join(err, s.close())
		}
	}
	return s, nil
}

// close stops the world, then the server.
func (s *session) close() error {
	s.cancel()
	err := s.server.Close()
	s.world.wait()
	s.http.CloseClientConnections()
	s.http.Close()
	s.mailbox.http.CloseClientConnections()
	s.mailbox.http.Close()
	return err
}

// let sets the clock: it is "hold" while the client acts, so that nothing times out between two
// requests that followed each other at once, and "auto" while the client waits.
func (s *session) let(ctx context.Context, mode string) error {
	if s.mode == mode && mode != "step" {
		return nil
	}
	s.mode = mode
	return s.clock(ctx, mode)
}

// await lets time pass until an execution has one of some statuses, or any but RUNNING when there
// are none. It reports whether it got there.
func (s *session) await(ctx context.Context, arn value.Value, statuses []string) (bool, error) {
	reached := false
	err := s.poll(ctx, func() (bool, error) {
		mode := "auto"
		if s.world.silent() {
			mode = "step"
		}
		if err := s.let(ctx, mode); err != nil {
			return false, err
		}
		status, err := s.status(ctx, arn)
		reached = among(status, statuses)
		return reached, err
	})
	if err != nil {
		return false, err
	}
	return reached, s.let(ctx, "hold")
}

// status is an execution's status, "" when the server does not tell.
func (s *session) status(ctx context.Context, arn value.Value) (string, error) {
	answer, err := s.call(ctx, "DescribeExecution", object("executionArn", arn))
	if err != nil || answer.Response == nil {
		return "", err
	}
	status, _ := answer.Response.Get("status")
	return status.AsString(), nil
}

func among(status string, statuses []string) bool {
	return status == "" || statuses == nil && status != "RUNNING" || slices.Contains(statuses, status)
}

// settle waits, without letting time pass, until the history of an execution does not grow.
func (s *session) settle(ctx context.Context, arn value.Value) error {
	length := -1
	return s.poll(ctx, func() (bool, error) {
		answer, err := s.call(ctx, "GetExecutionHistory", object("executionArn", arn))
		if err != nil || answer.Response == nil {
			return true, err
		}
		events, _ := answer.Response.Get("events")
		still := events.Len() == length
		length = events.Len()
		return still, nil
	})
}

// poll calls look until it says that it is done, more and more rarely, or patience is at an end.
func (s *session) poll(ctx context.Context, look func() (done bool, err error)) error {
	end := time.Now().Add(patience)
	for pause := firstLook; time.Now().Before(end); pause = min(2*pause, lastLook) {
		done, err := look()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
	return nil
}
