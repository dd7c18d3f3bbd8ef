package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"github.com/stepwell/stepwell/kv/pebble"
)

// Limit compares the server with what it stands on: medians of several rounds, in executions a second.
type Limit struct {
	Rounds int `json:"rounds"`
	// LogPerSecond is of a bare log, PebblePerSecond of the embedded store alone, each with the commits
	// of the workload; both are 0 when it has none. HTTPPerSecond is of a server that does nothing, with
	// its requests.
	LogPerSecond    float64 `json:"logPerSecond,omitzero"`
	PebblePerSecond float64 `json:"pebblePerSecond,omitzero"`
	HTTPPerSecond   float64 `json:"httpPerSecond"`
	ServerPerSecond float64 `json:"serverPerSecond"`
	// RequestsPerExecution is how many requests the server's clients made for each execution, and those
	// of the server that does nothing too.
	RequestsPerExecution float64 `json:"requestsPerExecution"`
	// PebbleToLog is PebblePerSecond / LogPerSecond, and ServerToLimit
	// ServerPerSecond / (1 / (1/HTTPPerSecond + 1/PebblePerSecond)), or, without commits,
	// ServerPerSecond / HTTPPerSecond; both are taken in each round.
	PebbleToLog   float64 `json:"pebbleToLog,omitzero"`
	ServerToLimit float64 `json:"serverToLimit"`
}

// limits are the numbers of all rounds.
type limits struct {
	// unstored says that the workload commits nothing: there is HTTP alone.
	unstored bool

	log, pebble, http, server, requests, pebbleToLog, serverToLimit []float64
}

func (l *limits) add(log, pebble, http, server, requests float64) {
	l.log, l.pebble, l.http = append(l.log, log), append(l.pebble, pebble), append(l.http, http)
	l.server, l.requests = append(l.server, server), append(l.requests, requests)
	if l.unstored && http > 0 {
		l.serverToLimit = append(l.serverToLimit, server/http)
	}
	if log > 0 && pebble > 0 && http > 0 {
		l.pebbleToLog = append(l.pebbleToLog, pebble/log)
		l.serverToLimit = append(l.serverToLimit, server*(1/http+1/pebble))
	}
}

func (l *limits) report() *Limit {
	return &Limit{
		Rounds: len(l.server), LogPerSecond: median(l.log), PebblePerSecond: median(l.pebble),
		HTTPPerSecond: median(l.http), ServerPerSecond: median(l.server), RequestsPerExecution: median(l.requests),
		PebbleToLog: median(l.pebbleToLog), ServerToLimit: median(l.serverToLimit),
	}
}

// compare measures the server and the parts below it in turns, so that what else the machine does
// meanwhile touches all of them.
func (m *measurement) compare(ctx context.Context) (err error) {
	parts, err := m.openParts(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, parts.close()) }()
	m.limits = &limits{unstored: m.scene.workload.express}
	for i := range m.options.Rounds {
		if err := m.round(ctx, parts, fmt.Sprintf(" (round %d of %d)", i+1, m.options.Rounds)); err != nil {
			return err
		}
	}
	return nil
}

func (m *measurement) round(ctx context.Context, p *parts, round string) error {
	starts, describes := m.client.starts.Load(), m.client.describes.Load()
	server, err := m.serverRound(ctx, round)
	if err != nil {
		return err
	}
	looks := float64(m.client.describes.Load()-describes) / float64(max(1, m.client.starts.Load()-starts))
	var log, store float64
	if !m.limits.unstored {
		if log, err = m.part(ctx, "bare log"+round, p.log.client(p.source)); err != nil {
			return err
		}
		if store, err = m.part(ctx, "Pebble alone"+round, p.pebble.client(p.source)); err != nil {
			return err
		}
	}
	null := p.nullClient(m.scene.start, looks)
	if m.limits.unstored {
		null = p.nullSyncClient(m.scene.start)
	}
	http, err := m.part(ctx, "HTTP alone"+round, null)
	if err != nil {
		return err
	}
	m.limits.add(log, store, http, server.perSecond(), 1+looks)
	return nil
}

// part measures one part and returns its executions a second. An error of a part is one of the bench.
func (m *measurement) part(ctx context.Context, what string, client func() func(context.Context) error) (float64, error) {
	l := m.loop(what)
	l.client = client
	t, err := l.run(ctx)
	if err == nil && t.errors > 0 {
		err = fmt.Errorf("%s: %s", what, t.examples[0])
	}
	return t.perSecond(), err
}

// parts are what a server stands on, each alone.
type parts struct {
	source      *source
	log, pebble *committer
	nullServer  *process
	null        *client
	closers     []func() error
}

func (m *measurement) openParts(ctx context.Context) (p *parts, err error) {
	p = &parts{}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.close())
		}
	}()
	if !m.scene.workload.express {
		if err := m.openStores(ctx, p); err != nil {
			return p, err
		}
	}
	answers, err := m.scene.answers(ctx)
	if err != nil {
		return p, err
	}
	return p, p.startNull(m.options, answers)
}

// openStores opens the parts that write what the workload commits.
func (m *measurement) openStores(ctx context.Context, p *parts) error {
	m.options.Progress("recording what " + m.scene.workload.name + " commits")
	recorded, err := record(ctx, m.scene.workload)
	if err != nil {
		return err
	}
	p.source = newSource(recorded)
	log, err := newRawLog(filepath.Join(m.dir, "log"))
	if err != nil {
		return fmt.Errorf("make a bare log: %w", err)
	}
	p.closers = append(p.closers, log.file.Close)
	p.log = p.begin(log.write)
	// A store that fails says so to who writes; there is nobody else to tell.
	options := pebble.Options{Logger: slog.New(slog.DiscardHandler), Fatal: func(error) {}, BallastBytes: -1}
	store, err := pebble.Open(filepath.Join(m.dir, "pebble"), options)
	if err != nil {
		return err
	}
	p.closers = append(p.closers, store.Close)
	owner, err := newFenced(ctx, store)
	if err != nil {
		return err
	}
	p.pebble = p.begin(owner.write)
	return nil
}

// begin starts a committer that ends when the parts are closed.
func (p *parts) begin(write func([]entry) error) *committer {
	c := newCommitter(write)
	ctx, stop := context.WithCancel(context.Background())
	go c.run(ctx)
	p.closers = append(p.closers, func() error {
		stop()
		<-c.done
		return nil
	})
	return c
}

func (p *parts) startNull(o Options, answers []byte) (err error) {
	p.nullServer, err = startProcess(o, bytes.NewReader(answers), "bench", "--"+NullServerFlag)
	if err != nil {
		return err
	}
	p.null = newClient(p.nullServer.endpoint)
	p.closers = append(p.closers, p.nullServer.stop)
	return nil
}

// NullServerFlag is the flag by which the bench command becomes [ServeNull].
const NullServerFlag = "null-server"

// close closes everything, the last opened first.
func (p *parts) close() (err error) {
	if p.null != nil {
		p.null.close()
	}
	for len(p.closers) > 0 {
		last := len(p.closers) - 1
		err = errors.Join(err, p.closers[last]())
		p.closers = p.closers[:last]
	}
	return err
}

// answers are what the server says to the requests of one execution, by operation, as JSON.
func (s *scene) answers(ctx context.Context) ([]byte, error) {
	if s.workload.express {
		ended, err := s.client.post(ctx, "StartSyncExecution", s.start)
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]string{"StartSyncExecution": string(ended)})
	}
	started, err := s.client.post(ctx, "StartExecution", s.start)
	if err != nil {
		return nil, err
	}
	var out struct{ ExecutionArn string }
	if err := json.Unmarshal(started, &out); err != nil {
		return nil, err
	}
	u := user{scene: s}
	if err := u.await(ctx, out.ExecutionArn, 0); err != nil {
		return nil, err
	}
	described, err := s.client.post(ctx, "DescribeExecution", describeBody(out.ExecutionArn))
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]string{"StartExecution": string(started), "DescribeExecution": string(described)})
}

// nullClient asks the null server what a user asks a server for one execution: looks is how often, on
// average, that looked whether it has ended.
func (p *parts) nullClient(start []byte, looks float64) func() func(context.Context) error {
	return func() func(context.Context) error {
		owed := 0.
		return func(ctx context.Context) error {
			arn, err := p.null.start(ctx, start)
			for owed += looks; owed >= 1 && err == nil; owed-- {
				_, err = p.null.describe(ctx, arn)
			}
			return err
		}
	}
}

// nullSyncClient is nullClient for an Express execution.
func (p *parts) nullSyncClient(start []byte) func() func(context.Context) error {
	return func() func(context.Context) error {
		return func(ctx context.Context) error { return p.null.startSync(ctx, start) }
	}
}
