package interpreter

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/stepwell/stepwell/asl"
	"github.com/stepwell/stepwell/intrinsic"
	"github.com/stepwell/stepwell/value"
)

// startMap reads the items and begins the first iterations, on entry and again for each retry.
func (d *decider) startMap(f *frame, s *asl.Map) {
	items, keyed, err := d.items(f, s)
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	limit, err := d.maxConcurrency(f, s)
	if err == nil {
		err = d.checkTolerance(f, s)
	}
	if err != nil {
		d.refuse(f, err, f.prev)
		return
	}
	d.step(f, MapStarted{Items: items.Kept(), MaxConcurrency: limit, Keyed: keyed})
	at := f.prev
	for range min(items.Len(), d.concurrency(limit)) {
		if d.x.status != Running || !d.startIteration(f, s, at) {
			return
		}
	}
}

// maxConcurrency returns what the definition or its MaxConcurrencyPath says.
func (d *decider) maxConcurrency(f *frame, s *asl.Map) (int64, error) {
	n, err := d.integer(f, "MaxConcurrency", s.MaxConcurrency, math.MaxInt32)
	if err == nil && n < 0 {
		err = errors.New("MaxConcurrency cannot be negative.")
	}
	return n, err
}

// checkTolerance evaluates how many failures the Map tolerates. An inline Map tolerates none.
func (d *decider) checkTolerance(f *frame, s *asl.Map) error {
	n, err := d.integer(f, "ToleratedFailureCount", s.ToleratedFailureCount, math.MaxInt32)
	if err != nil {
		return err
	}
	if n < 0 {
		return errors.New("ToleratedFailureCount cannot be negative.")
	}
	percentage, err := d.percentage(f, "ToleratedFailurePercentage", s.ToleratedFailurePercentage)
	if err == nil && !(percentage >= 0 && percentage <= 100) {
		err = errors.New("ToleratedFailurePercentage must be between 0 and 100.")
	}
	return err
}

// concurrency is how many iterations of an inline Map run at once.
func (d *decider) concurrency(limit int64) int {
	most := d.x.identity.Limits.MapConcurrency
	if limit == 0 || limit > int64(most) {
		return most
	}
	return int(limit)
}

// items returns what the Map runs over: an array, or the members of an object as one.
func (d *decider) items(f *frame, s *asl.Map) (items value.Value, keyed bool, err error) {
	if s.JSONata {
		return d.queriedItems(f, s)
	}
	items, err = d.input(f)
	path := "$"
	if err == nil && s.ItemsPath != nil {
		path = s.ItemsPath.String()
		items, err = found(s.ItemsPath, d.scope(f, items))
	}
	if err == nil && items.Kind() == value.KindObject {
		return pairs(items), true, nil
	}
	if err == nil && items.Kind() != value.KindArray {
		text := fmt.Sprintf("Reference path \"%s\" must point to array.", strings.Replace(path, "$$", "$", 1))
		err = &evalError{name: asl.ErrorRuntime, text: text, bare: true}
	}
	return items, false, err
}

// queriedItems returns what a Map of JSONata runs over: Items, or its input.
func (d *decider) queriedItems(f *frame, s *asl.Map) (items value.Value, keyed bool, err error) {
	if s.Items == nil {
		if f.input.Kind() != value.KindArray {
			err = queryError("", "Map state input must be an array but was: %s", f.input.Compact())
		}
		return f.input, false, err
	}
	items, err = d.queried(f, s.Items, seen{}, value.KindArray, value.KindObject)
	if err == nil && items.Kind() == value.KindObject {
		return pairs(items), true, nil
	}
	return items, false, err
}

// pairs returns the members of an object, in their order, as the items that AWS makes of them.
func pairs(object value.Value) value.Value {
	var items []value.Value
	for key, member := range object.Members() {
		items = append(items, value.Object(
			value.Member{Key: "Key", Value: value.String(key)}, value.Member{Key: "Value", Value: member},
		))
	}
	return value.Array(items...)
}

// startIteration begins the next iteration of f, which follows the event at. Where there is no input
// for it, the Map has failed, and startIteration is false.
func (d *decider) startIteration(f *frame, s *asl.Map, at int64) bool {
	i := f.begun
	input, err := d.itemInput(f, s, i)
	if err != nil {
		d.refuseIteration(f, err, at)
		return false
	}
	d.emit(f.childID(i), at, MapIterationStarted{Name: s.Name, Index: i, Input: input.Kept()})
	return true
}

// refuseIteration fails a Map because its next iteration cannot begin; those that run are given up.
func (d *decider) refuseIteration(f *frame, err error, at int64) {
	why := stateFailure{failure: refusal(f, err), at: d.evaluationFailed(f, err, at)}
	if !why.isRuntime() {
		d.abortChildren(f, nil, why.at)
	}
	d.fail(f, why)
}

// itemInput returns the input of iteration i: its item, or what ItemSelector makes of it.
func (d *decider) itemInput(f *frame, s *asl.Map, i int) (value.Value, error) {
	item := f.items[i]
	if s.ItemSelector.IsZero() {
		return item, nil
	}
	input, err := d.input(f)
	if err != nil {
		return value.Null, err
	}
	extra := value.Member{Key: "Map", Value: value.Object(value.Member{Key: "Item", Value: itemContext(f, i)})}
	v, err := d.evaluated(f, s.ItemSelector, seen{dollar: input, item: &extra})
	if err == nil && d.exceeds(v) {
		err = errTooLarge
	}
	return v, err
}

// itemContext returns "$$.Map.Item" of iteration i.
func itemContext(f *frame, i int) value.Value {
	members := []value.Member{{Key: "Index", Value: value.Int(int64(i))}}
	item := f.items[i]
	if f.keyed {
		key, _ := item.Get("Key")
		members = append(members, value.Member{Key: "Key", Value: key})
		item, _ = item.Get("Value")
	}
	return value.Object(append(members, value.Member{Key: "Value", Value: item})...)
}

// endIteration records that iteration f is done, and begins the next one in its place. That one
// follows the last event of this one's states.
func (d *decider) endIteration(f *frame) {
	p, last := f.parent, f.prev
	s := p.state.(*asl.Map)
	d.step(f, MapIterationSucceeded{Name: s.Name, Index: f.index})
	if p.begun < len(p.children) && d.x.status == Running {
		d.startIteration(p, s, last)
	}
}

// joinMap leaves a Map with the outputs of its iterations.
func (d *decider) joinMap(f *frame, s *asl.Map) {
	d.step(f, MapSucceeded{})
	d.leaveJoined(f, s.ResultSelector, s.ResultPath)
}

// leaveJoined leaves a Parallel or Map whose children are done. A failure here follows the event
// that said so, while the exit does not.
func (d *decider) leaveJoined(f *frame, selector *intrinsic.Template, t asl.Target) {
	v := value.Array(f.outputs...).Kept()
	output, err := d.output(f, selector, t, v)
	d.exitAfter(f, d.x.visible, output, err, f.state.Base().Next, f.state.Base().Assign, result(v))
}
