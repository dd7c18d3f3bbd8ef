package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FunctionARN is the function that the tasks of the workloads call. A server that is measured must have
// it as [FunctionKind] in its configuration; the bench's own server does.
const (
	FunctionARN  = "arn:aws:lambda:us-east-1:123456789012:function:stepwell-bench"
	FunctionKind = `fixed:{"ok":true}`
)

// workload is a kind of execution.
type workload struct {
	name string
	// definition takes the ARN of the activity, which only some have.
	definition func(activity string) string
	input      string
	// settled says that an execution has ended when StartExecution is answered: there is nothing to
	// wait for.
	settled bool
	// express says that its machine is an Express one, whose executions are started by
	// StartSyncExecution: nothing of them is stored.
	express bool
	// activity says that it needs an activity, and workers.
	activity bool
	// unlimited says why there is no limit to compare with; empty when there is one.
	unlimited string
}

// workloads are in the order of the documentation.
var workloads = []workload{
	{name: "pass5", definition: constant(chain("State", 5, `"Type":"Pass"`)), input: smallInput, settled: true},
	{name: "express5", definition: constant(chain("State", 5, `"Type":"Pass"`)), input: smallInput, express: true},
	{name: "steps3", definition: constant(chain("State", 2, task(FunctionARN))), input: smallInput},
	{name: "wait", definition: constant(chain("State", 1, `"Type":"Wait","Seconds":1`)), input: smallInput, unlimited: "it waits"},
	{
		name: "activity", definition: func(arn string) string { return chain("State", 1, task(arn)) }, input: smallInput,
		activity: true, unlimited: "its pace is that of the workers too",
	},
	{name: "parallel10", definition: constant(parallel(10)), input: smallInput},
	{name: "map1000", definition: constant(mapItems), input: numbers(1000)},
}

const smallInput = `{"order":"A-1001","amount":42.50,"items":["book","pen"]}`

// mapItems is an inline Map over its input.
const mapItems = `{"StartAt":"Map","States":{"Map":{"Type":"Map","ItemProcessor":{"StartAt":"Item",` +
	`"States":{"Item":{"Type":"Pass","End":true}}},"End":true}}}`

func constant(definition string) func(string) string {
	return func(string) string { return definition }
}

func task(resource string) string { return `"Type":"Task","Resource":"` + resource + `"` }

// chain is a definition of n equal states, one after another; their names begin with name.
func chain(name string, n int, state string) string {
	states := make([]string, n)
	for i := range states {
		next := `"End":true`
		if i < n-1 {
			next = fmt.Sprintf(`"Next":"%s%d"`, name, i+2)
		}
		states[i] = fmt.Sprintf(`"%s%d":{%s,%s}`, name, i+1, state, next)
	}
	return fmt.Sprintf(`{"StartAt":"%s1","States":{%s}}`, name, strings.Join(states, ","))
}

// parallel is a definition of n branches with one task each.
func parallel(n int) string {
	branches := make([]string, n)
	for i := range branches {
		branches[i] = chain(fmt.Sprintf("Branch%dState", i+1), 1, task(FunctionARN))
	}
	return `{"StartAt":"Parallel","States":{"Parallel":{"Type":"Parallel","Branches":[` + strings.Join(branches, ",") + `],"End":true}}}`
}

// numbers is a JSON array of the first n numbers.
func numbers(n int) string {
	items := make([]string, n)
	for i := range items {
		items[i] = strconv.Itoa(i)
	}
	return "[" + strings.Join(items, ",") + "]"
}

func findWorkload(name string) (workload, bool) {
	i := slices.IndexFunc(workloads, func(w workload) bool { return w.name == name })
	if i < 0 {
		return workload{}, false
	}
	return workloads[i], true
}

// Workloads returns the names of all workloads.
func Workloads() []string {
	names := make([]string, len(workloads))
	for i, w := range workloads {
		names[i] = w.name
	}
	return names
}
