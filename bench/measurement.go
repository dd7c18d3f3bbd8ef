package bench

import (
	"context"
	"fmt"
	"time"
)

// measurement is one workload at one concurrency.
type measurement struct {
	*place
	scene   *scene
	clients int

	tally  tally
	spent  spent
	limits *limits // nil unless compared
}

// server measures the server once more; what it counts is added.
func (m *measurement) server(ctx context.Context) error {
	_, err := m.serverRound(ctx, "")
	return err
}

// serverRound returns what it counted, which was added.
func (m *measurement) serverRound(ctx context.Context, round string) (tally, error) {
	var before, after usage
	look := func(u *usage) func() error {
		return func() (err error) {
			*u, err = m.client.usage(ctx)
			return err
		}
	}
	l := m.loop(m.scene.workload.name + round)
	l.begin, l.end = look(&before), look(&after)
	l.client = func() func(context.Context) error { return (&user{scene: m.scene}).run }
	t, err := l.run(ctx)
	m.tally.add(t)
	m.spent.add(spentBetween(before, after))
	return t, err
}

// loop returns a loop without clients.
func (m *measurement) loop(what string) loop {
	return loop{
		clients: m.clients, warmup: m.options.Warmup, duration: m.options.Duration,
		progress: func(done int64, since time.Duration) {
			m.options.Progress(fmt.Sprintf("%s, %d clients: %.0f/s", what, m.clients, float64(done)/since.Seconds()))
		},
	}
}

// result looks for executions that did not succeed and makes the row.
func (m *measurement) result(ctx context.Context) (Result, error) {
	r := Result{
		Workload: m.scene.workload.name, Concurrency: m.clients, Executions: len(m.tally.latencies),
		PerSecond: m.tally.perSecond(), Latency: latencyOf(m.tally.latencies), Server: m.spent.per(len(m.tally.latencies)),
		Errors: m.tally.errors, ErrorExamples: m.tally.examples,
	}
	if m.limits != nil {
		r.Limit = m.limits.report()
	}
	if !m.scene.workload.settled {
		return r, nil
	}
	count, example, err := m.scene.unsuccessful(ctx)
	if err != nil {
		return r, fmt.Errorf("look for executions that did not succeed: %w", err)
	}
	if count > 0 {
		m.tally.example(example.Error())
		r.Errors, r.ErrorExamples = r.Errors+count, m.tally.examples
	}
	return r, nil
}
