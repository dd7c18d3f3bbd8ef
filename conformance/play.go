package conformance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/stepwell/stepwell/value"
)

// Play implements [Case].
func (r *Recording) Play(ctx context.Context) Result {
	if r.MockConfig.Len() == 0 {
		return r.playAny(ctx, "")
	}
	config, err := r.writeMockConfig()
	if err != nil {
		return failed(r, "%v", err)
	}
	result := r.playAny(ctx, config)
	if err := os.Remove(config); err != nil {
		return failed(r, "%v", err)
	}
	return result
}

// writeMockConfig writes the mock file of r and returns its name.
func (r *Recording) writeMockConfig() (string, error) {
	f, err := os.CreateTemp("", "stepwell-mocks-*.json")
	if err != nil {
		return "", err
	}
	_, err = f.WriteString(r.MockConfig.Text())
	return f.Name(), errors.Join(err, f.Close())
}

// playAny plays r until it conforms, if it ever does: where nobody recorded which answer went to
// which state, any order of the answers is right.
func (r *Recording) playAny(ctx context.Context, config string) Result {
	var first Result
	for i, executions := range assignments(r) {
		result := r.playOnce(ctx, config, executions)
		if result.Passed() {
			return result
		}
		if i == 0 {
			first = result
		}
	}
	return first
}

// playOnce plays r with some mocks of its executions, which are by the steps that start them.
func (r *Recording) playOnce(ctx context.Context, config string, executions map[int]*Execution) Result {
	w := &world{real: r.real}
	s, err := open(ctx, w, config, r.Clock)
	if err != nil {
		return failed(r, "the server does not start: %v", err)
	}
	p := &player{session: s, recording: r, executions: executions, transcript: make(Transcript, len(r.Steps))}
	stopped := p.play(s.ctx)
	if err := s.close(); err != nil && stopped == nil {
		stopped = fmt.Errorf("the server does not stop: %w", err)
	}
	if stopped == nil && len(r.keys()) == 0 && len(p.notes) > 0 {
		stopped = errors.New("nothing can be compared, and the server did not answer as AWS did")
	}
	result := Result{Case: r, Differences: r.compare(p.transcript, told{logs: s.logs.all(), events: s.mailbox.all()}), Notes: append(p.notes, w.notes...)}
	if stopped != nil {
		result.Differences = append(result.Differences, Difference{Problem: stopped.Error()})
	}
	return result
}

// player does the steps of a Recording.
type player struct {
	*session
	recording  *Recording
	executions map[int]*Execution
	transcript Transcript
	started    []value.Value // ARNs
	notes      []string
}

// play does the steps in order. An error says why it could not go on.
func (p *player) play(ctx context.Context) error {
	for i, step := range p.recording.Steps {
		if err := p.step(ctx, i, step); err != nil {
			return fmt.Errorf("step %d, %s: %w", i, step.name(), err)
		}
	}
	if err := p.awaitLogs(ctx); err != nil {
		return err
	}
	return p.awaitEvents(ctx)
}

// awaitEvents waits until as many events have arrived as were recorded.
func (p *player) awaitEvents(ctx context.Context) error {
	want := p.recording.eventCount()
	return p.poll(ctx, func() (bool, error) { return len(p.mailbox.all()) >= want, nil })
}

// awaitLogs lets time pass until the Express executions that were started have ended: only their logs
// tell.
func (p *player) awaitLogs(ctx context.Context) error {
	for _, arn := range p.started {
		if !strings.Contains(arn.AsString(), ":express:") || !p.recording.hasLogs() {
			continue
		}
		if err := p.let(ctx, "auto"); err != nil {
			return err
		}
		if err := p.poll(ctx, func() (bool, error) { return p.logs.ended(arn.AsString()), nil }); err != nil {
			return err
		}
	}
	return nil
}

func (s Step) name() string { return s.Call + s.Wait + s.Helper }

func (p *player) step(ctx context.Context, i int, step Step) error {
	switch {
	case step.Helper != "" || step.Service != "":
		return nil // their effect is in the mocks
	case step.Wait == "" && step.Call == "":
		return errors.New("this kind of step is not known")
	}
	request, err := p.transcript.Resolve(step.Request.Value)
	if err != nil {
		return err
	}
	if step.Wait != "" {
		return p.wait(ctx, step.Wait, request)
	}
	return p.send(ctx, i, step, request)
}

// send does a step that is a call.
func (p *player) send(ctx context.Context, i int, step Step, request value.Value) error {
	if err := p.prepare(ctx, i, step, request); err != nil {
		return err
	}
	call := p.call
	if step.Paginate {
		call = p.callAll
	}
	answer, err := call(ctx, step.Call, request)
	if err != nil {
		return err
	}
	p.transcript[i] = answer
	if answer.Error != nil && !step.Refused {
		p.notes = append(p.notes, fmt.Sprintf("step %d, %s: %v", i, step.Call, answer.Error))
	}
	if arn, ok := answer.part("response", "executionArn"); ok && step.Call == "StartExecution" {
		p.world.name(arn.AsString())
		p.started = append(p.started, arn)
	}
	return nil
}

// prepare sets the clock, and tells the world what is about to start.
func (p *player) prepare(ctx context.Context, i int, step Step, request value.Value) error {
	if e := p.executions[i]; e != nil {
		p.world.begin(e)
		definition, err := p.transcript.Resolve(e.Definition.Value)
		if err != nil {
			return err
		}
		p.world.employ(e, resources(definition))
	}
	switch {
	case step.Call == "StartSyncExecution" || step.Call == "TestState": // they answer when it has ended
		return p.let(ctx, "auto")
	case step.Call == "DescribeExecution" && p.recording.ended(i):
		arn, _ := request.Get("executionArn")
		return p.awaitEnd(ctx, arn, nil)
	}
	return p.let(ctx, "hold")
}

// wait does a step that waits.
func (p *player) wait(ctx context.Context, what string, request value.Value) error {
	arn, _ := request.Get("executionArn")
	switch {
	case what == "execution_started" || what == "on_execution_events":
		return p.settle(ctx, arn)
	case strings.HasPrefix(what, "execution_"):
		return p.awaitEnd(ctx, arn, nil)
	case what == "list_execution_status":
		return p.awaitEnd(ctx, arn, texts(request, "values"))
	case what == "sleep":
		return p.sleep(ctx)
	case strings.HasPrefix(what, "state_machine_"), strings.HasSuffix(what, "_listed"):
		return nil // resources are there, or gone, when the server has answered
	}
	return errors.New("this wait is not known")
}

// texts are the strings in a list of a request.
func texts(request value.Value, key string) []string {
	list, _ := request.Get(key)
	var all []string
	for _, v := range list.Elements() {
		all = append(all, v.AsString())
	}
	return all
}

func (p *player) awaitEnd(ctx context.Context, arn value.Value, statuses []string) error {
	reached, err := p.await(ctx, arn, statuses)
	if err == nil && !reached {
		p.notes = append(p.notes, fmt.Sprintf("%s did not end in %v", arn.AsString(), patience))
	}
	return err
}

// sleep lets time pass for what was started. AWS's clients sleep until answers are consistent, too;
// those of this server always are.
func (p *player) sleep(ctx context.Context) error {
	for _, arn := range p.started {
		if _, err := p.await(ctx, arn, nil); err != nil {
			return err
		}
	}
	return nil
}
