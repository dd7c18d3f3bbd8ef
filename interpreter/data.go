package interpreter

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// scope is what paths and templates of f's state see.
func (d *decider) scope(f *frame, input value.Value) jsonpath.Scope {
	return jsonpath.Scope{
		Input: input, Context: func() value.Value { return d.context(f, nil) }, Variables: f.variable, Random: d,
	}
}

// Rand returns the source of all that is random in what is evaluated for one command.
func (d *decider) Rand() *rand.Rand {
	if d.source == nil {
		d.source = rand.New(rand.NewPCG(d.now.Seed, d.x.seq))
	}
	return d.source
}

// context returns the context object "$$". extra, when given, is a member beside the usual ones.
func (d *decider) context(f *frame, extra *value.Member) value.Value {
	x := d.x
	execution := []value.Member{
		{Key: "Id", Value: value.String(x.identity.ExecutionARN)},
		{Key: "Input", Value: x.input},
		{Key: "StartTime", Value: timestamp(x.start)},
		{Key: "Name", Value: value.String(x.identity.ExecutionName)},
		{Key: "RoleArn", Value: value.String(x.identity.RoleARN)},
	}
	if !x.identity.Synchronous {
		execution = append(execution, value.Member{Key: "RedriveCount", Value: value.Int(0)})
	}
	members := []value.Member{
		{Key: "Execution", Value: value.Object(execution...)},
		{Key: "StateMachine", Value: value.Object(
			value.Member{Key: "Id", Value: value.String(x.identity.MachineARN)},
			value.Member{Key: "Name", Value: value.String(x.identity.MachineName)},
		)},
		{Key: "State", Value: stateContext(f)},
	}
	if token := d.taskToken(f); token != "" {
		members = append(members, value.Member{Key: "Task", Value: value.Object(value.Member{Key: "Token", Value: value.String(token)})})
	}
	if extra != nil {
		members = append(members, *extra)
	}
	return value.Object(members...)
}

// taskToken returns the token of a task whose result comes later, while its parameters are evaluated:
// the next event is then the one that begins the await. It is empty for any other state.
func (d *decider) taskToken(f *frame) string {
	s, ok := f.state.(*asl.Task)
	if !ok || s.Resource.Pattern == asl.RequestResponse || f.await != nil && f.await.Kind != AwaitTimer || d.x.identity.TaskToken == nil {
		return ""
	}
	return d.x.identity.TaskToken(AwaitID{f.id, d.x.seq + 1})
}

func stateContext(f *frame) value.Value {
	members := []value.Member{
		{Key: "Name", Value: value.String(f.state.Base().Name)},
		{Key: "EnteredTime", Value: timestamp(f.enteredAt)},
	}
	switch f.state.Type() {
	case asl.TypeTask, asl.TypeParallel, asl.TypeMap:
		members = append(members, value.Member{Key: "RetryCount", Value: value.Int(int64(f.attempt))})
	default: // nothing is tried again
	}
	return value.Object(members...)
}

// timestamp writes a time as the context object does: a fraction without trailing zeros.
func timestamp(t time.Time) value.Value {
	return value.String(t.UTC().Truncate(time.Millisecond).Format("2006-01-02T15:04:05.999Z07:00"))
}

// selected applies an InputPath or OutputPath.
func (d *decider) selected(f *frame, s asl.Selector, v value.Value) (value.Value, error) {
	switch {
	case s.Discard:
		return value.Object(), nil
	case s.Path == nil:
		return v, nil
	}
	return found(s.Path, d.scope(f, v))
}

// found evaluates a path of a field whose text AWS repeats when it leads nowhere.
func found(p *jsonpath.Path, s jsonpath.Scope) (value.Value, error) {
	v, err := p.Eval(s)
	if err != nil {
		return value.Null, fmt.Errorf("Invalid path '%s' : %w", p, err)
	}
	return v, nil
}

// filled evaluates a payload template; without one the data passes through.
func (d *decider) filled(f *frame, t *intrinsic.Template, s seen) (value.Value, error) {
	if t == nil {
		return s.dollar, nil
	}
	scope := d.scope(f, s.dollar)
	if s.item != nil {
		scope.Context = func() value.Value { return d.context(f, s.item) }
	}
	filled, err := t.Eval(scope)
	return filled.Kept(), err
}

// evaluated gives a field its value; without the field it is "$".
func (d *decider) evaluated(f *frame, t asl.Template, s seen) (value.Value, error) {
	if t.Query != nil {
		return d.queried(f, t.Query, s)
	}
	return d.filled(f, t.Payload, s)
}

// input returns the effective input.
func (d *decider) input(f *frame) (value.Value, error) {
	return d.selected(f, f.state.Base().InputPath, f.input)
}

// parameters returns the effective input, or what Parameters or Arguments make of it.
func (d *decider) parameters(f *frame, t asl.Template) (value.Value, error) {
	v, err := d.input(f)
	if err == nil {
		v, err = d.evaluated(f, t, seen{dollar: v})
	}
	if err == nil && d.exceeds(v) {
		err = errTooLarge
	}
	return v, err
}

// errorResultPath is the name of the failure of a ResultPath that cannot be applied.
const errorResultPath = "States.ResultPathMatchFailure"

// evalError is an error of evaluation that is not the usual one: States.Runtime with a text that
// names the state.
type evalError struct {
	name, text string
	// bare says that AWS shows the text without naming the state.
	bare bool
}

// Error returns the text.
func (e *evalError) Error() string { return e.text }

// placed applies a ResultPath: result becomes part of the raw input.
func placed(t asl.Target, raw, result value.Value) (value.Value, error) {
	switch {
	case t.Discard:
		return raw, nil
	case t.Path == nil:
		return result, nil
	}
	v, err := t.Path.Set(raw, result)
	if err != nil {
		return value.Null, &evalError{name: errorResultPath, text: err.Error()}
	}
	return v, nil
}

// output returns the output of a state that has a result: ResultSelector, ResultPath onto the raw
// input, OutputPath; or, in JSONata, Output.
func (d *decider) output(f *frame, selector *intrinsic.Template, t asl.Target, v value.Value) (value.Value, error) {
	if q := f.state.Base().Output; q != nil {
		return d.queried(f, q, result(v))
	}
	v, err := d.filled(f, selector, seen{dollar: v})
	if err != nil {
		return value.Null, err
	}
	v, err = placed(t, f.input, v)
	if err != nil {
		return value.Null, err
	}
	return d.selected(f, f.state.Base().OutputPath, v)
}

// passed returns the output of a state that has no result: what OutputPath selects of the effective
// input, or what the query makes, if there is one.
func (d *decider) passed(f *frame, q *asl.Query, input value.Value) (value.Value, error) {
	if q != nil {
		return d.queried(f, q, seen{})
	}
	return d.selected(f, f.state.Base().OutputPath, input)
}

// exit leaves the state with its output, unless err says that there is none or it is too large. The
// variables of assign get their values from what s says.
func (d *decider) exit(f *frame, output value.Value, err error, next string, assign asl.Template, s seen) {
	d.exitAfter(f, f.prev, output, err, next, assign, s)
}

// exitAfter is exit where a failure follows the event at.
func (d *decider) exitAfter(f *frame, at int64, output value.Value, err error, next string, assign asl.Template, s seen) {
	var assigned value.Value
	if err == nil {
		assigned, err = d.assigned(f, assign, s)
	}
	if err != nil {
		d.refuse(f, err, at)
		return
	}
	output = output.Kept()
	if d.exceeds(output) {
		d.refuse(f, errTooLarge, at)
		return
	}
	d.step(f, StateExited{Type: f.state.Type(), Name: f.state.Base().Name, Output: output, Next: next, Assigned: assigned})
}

// refuse fails the state because of an error of evaluation, after the event at. All but few end
// the execution.
func (d *decider) refuse(f *frame, err error, at int64) {
	at = d.evaluationFailed(f, err, at)
	d.fail(f, stateFailure{failure: refusal(f, err), at: at})
}

// refusal is the failure that an error of evaluation comes to, in AWS's words.
func refusal(f *frame, err error) asl.Failure {
	if err == errTooLarge {
		return tooLarge(f.state.Base().Name)
	}
	if query := (*asl.QueryError)(nil); errors.As(err, &query) {
		return failure(asl.ErrorQueryEvaluation, cause(f, query.Message))
	}
	special := &evalError{name: asl.ErrorRuntime}
	errors.As(err, &special)
	if special.bare {
		return failure(special.name, err.Error())
	}
	return failure(special.name, cause(f, err.Error()))
}

// cause puts the name of f's state before a text, as AWS does.
func cause(f *frame, text string) string {
	return fmt.Sprintf("An error occurred while executing the state '%s' (entered at the event id #%d). %s",
		f.state.Base().Name, f.enteredID, text)
}

func failure(name, cause string) asl.Failure {
	return asl.Failure{Error: &name, Cause: shortened(&cause)}
}

// maxCause is how long a cause may be, in bytes: see the API reference, SensitiveCause.
const maxCause = 32_768

// shortened returns a cause, cut where it is too long.
func shortened(cause *string) *string {
	if cause == nil || len(*cause) <= maxCause {
		return cause
	}
	end := maxCause
	for !utf8.RuneStart((*cause)[end]) {
		end--
	}
	return new(strings.Clone((*cause)[:end]))
}

// exceeds says that a value is longer than a payload may be.
func (d *decider) exceeds(v value.Value) bool { return v.Size() > d.x.identity.Limits.PayloadBytes }

// errTooLarge says that what a state gives is longer than a payload may be.
var errTooLarge = errors.New("the data is too large")

// tooLarge is the failure of a state or task that gave more than [Limits.PayloadBytes].
func tooLarge(what string) asl.Failure {
	return failure(asl.ErrorDataLimitExceeded, fmt.Sprintf(
		"The state/task '%s' returned a result with a size exceeding the maximum number of bytes service limit.", what))
}
