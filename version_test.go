package stepwell_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// returning is a machine that returns one number.
func returning(n int) string {
	return fmt.Sprintf(`{"StartAt":"P","States":{"P":{"Type":"Pass","Result":%d,"End":true}}}`, n)
}

// on is a request with an ARN of a machine of the account as one member; what it qualifies may follow
// the name.
func on(member, machine string) string {
	return `{` + quote(member) + `:` + quote(machineARN+machine) + `}`
}

func update(machine, definition string) string {
	return with(on("stateMachineArn", machine), `"definition":`+quote(definition))
}

// alias is a request to create one.
func alias(name, routing string) string {
	return `{"name":` + quote(name) + `,"routingConfiguration":[` + routing + `]}`
}

// route is an entry of a routing configuration.
func route(qualified string, weight int) string {
	return fmt.Sprintf(`{"stateMachineVersionArn":%q,"weight":%d}`, machineARN+qualified, weight)
}

// run starts an execution by the ARN of a machine, version or alias, and describes it once it has ended.
func (a *api) run(qualified string) map[string]any {
	a.t.Helper()
	execution := a.must("StartExecution", on("stateMachineArn", qualified))["executionArn"].(string)
	if _, err := a.server.Wait(a.t.Context(), execution); err != nil {
		a.t.Fatal(err)
	}
	return a.must("DescribeExecution", `{"executionArn":`+quote(execution)+`}`)
}

// column is one member of every element of a list.
func column(answer map[string]any, list, member string) string {
	var all []string
	for _, item := range answer[list].([]any) {
		all = append(all, fmt.Sprint(item.(map[string]any)[member]))
	}
	return strings.ReplaceAll(strings.Join(all, " "), machineARN, "")
}

// TestVersionLife: publish by each operation, describe, run, list, delete.
func TestVersionLife(t *testing.T) {
	a := newAPI(t)
	first := a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true,"versionDescription":"one"`))
	if first["stateMachineVersionArn"] != machineARN+"m:1" {
		t.Errorf("created as %v", first)
	}
	again := a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true,"versionDescription":"one"`))
	if again["creationDate"] != first["creationDate"] || again["stateMachineVersionArn"] != machineARN+"m:1" {
		t.Errorf("the same again: %v, want %v", again, first)
	}
	for _, other := range []string{`"publish":true,"versionDescription":"two"`, `"publish":true`, `"publish":false`} {
		if status, answer := a.call("CreateStateMachine", with(create("m", returning(1)), other)); status == http.StatusOK {
			t.Errorf("%s is the same as %v: %v", other, first, answer)
		}
	}
	same := a.must("UpdateStateMachine", with(update("m", returning(1)), `"publish":true,"versionDescription":"ignored"`))
	if same["stateMachineVersionArn"] != machineARN+"m:1" || same["revisionId"] != nil {
		t.Errorf("an update that changes nothing published %v", same)
	}
	a.must("UpdateStateMachine", update("m", returning(2)))
	second := a.must("PublishStateMachineVersion", with(on("stateMachineArn", "m"), `"description":"two"`))
	if twice := a.must("PublishStateMachineVersion", on("stateMachineArn", "m")); fmt.Sprint(twice) != fmt.Sprint(second) {
		t.Errorf("published again as %v, want %v", twice, second)
	}
	third := a.must("UpdateStateMachine", with(update("m", returning(3)), `"publish":true,"versionDescription":"three"`))
	if third["stateMachineVersionArn"] != machineARN+"m:3" {
		t.Errorf("updated to %v", third)
	}
	for n, description := range []string{1: "one", 2: "two", 3: "three"} {
		if n == 0 {
			continue
		}
		version := fmt.Sprintf("m:%d", n)
		d := a.must("DescribeStateMachine", on("stateMachineArn", version))
		if d["stateMachineArn"] != machineARN+version || d["description"] != description || d["definition"] != returning(n) || d["name"] != "m" {
			t.Errorf("version %d is described as %v", n, d)
		}
		if got := a.run(version); got["output"] != fmt.Sprint(n) || got["stateMachineVersionArn"] != machineARN+version ||
			got["stateMachineArn"] != machineARN+"m" || got["stateMachineAliasArn"] != nil {
			t.Errorf("version %d runs as %v", n, got)
		}
	}
	if d := a.must("DescribeStateMachine", on("stateMachineArn", "m")); d["description"] != nil || d["revisionId"] != third["revisionId"] {
		t.Errorf("the machine is described as %v", d)
	}

	a.must("DeleteStateMachineVersion", on("stateMachineVersionArn", "m:3"))
	a.must("DeleteStateMachineVersion", on("stateMachineVersionArn", "m:3"))
	if v := a.must("PublishStateMachineVersion", on("stateMachineArn", "m")); v["stateMachineVersionArn"] != machineARN+"m:4" {
		t.Errorf("after the deletion of version 3 came %v", v)
	}
	if got := column(a.must("ListStateMachineVersions", on("stateMachineArn", "m")), "stateMachineVersions", "stateMachineVersionArn"); got != "m:4 m:2 m:1" {
		t.Errorf("the versions are %s", got)
	}
	if got := column(a.must("ListExecutions", on("stateMachineArn", "m:2")), "executions", "stateMachineVersionArn"); got != "m:2" {
		t.Errorf("the executions of version 2 are of %s", got)
	}
	if got := column(a.must("ListExecutions", on("stateMachineArn", "m")), "executions", "stateMachineVersionArn"); got != "m:3 m:2 m:1" {
		t.Errorf("the executions of the machine are of %s", got)
	}
}

// TestRevisions: what a version is published of can be said, and an execution keeps it.
func TestRevisions(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", create("m", returning(1)))
	a.must("PublishStateMachineVersion", with(on("stateMachineArn", "m"), `"revisionId":"INITIAL"`))
	revision := a.must("UpdateStateMachine", update("m", returning(2)))["revisionId"].(string)
	for given, want := range map[string]string{
		"INITIAL":  "Failed to publish the State Machine version for revision INITIAL. The current State Machine revision is " + revision + ".",
		revision:   "",
		"whatever": "Failed to publish the State Machine version for revision whatever. The current State Machine revision is " + revision + ".",
	} {
		status, answer := a.call("PublishStateMachineVersion", with(on("stateMachineArn", "m"), `"revisionId":`+quote(given)))
		if message, _ := answer["message"].(string); message != want || (status == http.StatusConflict) != (want != "") {
			t.Errorf("revision %s: got %d %v, want %q", given, status, answer, want)
		}
	}
	execution := a.run("m:2")["executionArn"].(string)
	a.must("UpdateStateMachine", update("m", returning(3)))
	a.must("DeleteStateMachineVersion", on("stateMachineVersionArn", "m:2"))
	d := a.must("DescribeStateMachineForExecution", `{"executionArn":`+quote(execution)+`}`)
	if d["definition"] != returning(2) || d["revisionId"] != revision || d["stateMachineArn"] != machineARN+"m" {
		t.Errorf("the machine of the execution is described as %v", d)
	}
	events := a.must("GetExecutionHistory", `{"executionArn":`+quote(execution)+`}`)["events"].([]any)
	if got := events[0].(map[string]any)["executionStartedEventDetails"].(map[string]any)["stateMachineVersionArn"]; got != machineARN+"m:2" {
		t.Errorf("the history begins with the version %v", got)
	}
}

// TestAliasLife: create, the same again, describe, update, run, list, delete.
func TestAliasLife(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true`))
	a.must("UpdateStateMachine", with(update("m", returning(2)), `"publish":true`))
	request := with(alias("prod", route("m:1", 100)), `"description":"d"`)
	first := a.must("CreateStateMachineAlias", request)
	if again := a.must("CreateStateMachineAlias", request); first["stateMachineAliasArn"] != machineARN+"m:prod" || fmt.Sprint(again) != fmt.Sprint(first) {
		t.Errorf("created as %v, then as %v", first, again)
	}
	a.must("CreateStateMachineAlias", alias("blue", route("m:2", 100)))
	if got := a.run("m:prod"); got["output"] != "1" || got["stateMachineVersionArn"] != machineARN+"m:1" || got["stateMachineAliasArn"] != machineARN+"m:prod" {
		t.Errorf("the alias runs as %v", got)
	}
	a.must("UpdateStateMachineAlias", with(on("stateMachineAliasArn", "m:prod"), `"routingConfiguration":[`+route("m:1", 0)+`,`+route("m:2", 100)+`]`))
	a.must("UpdateStateMachineAlias", with(on("stateMachineAliasArn", "m:prod"), `"description":"e"`))
	d := a.must("DescribeStateMachineAlias", on("stateMachineAliasArn", "m:prod"))
	if d["name"] != "prod" || d["description"] != "e" || d["creationDate"] != first["creationDate"] ||
		column(d, "routingConfiguration", "stateMachineVersionArn") != "m:1 m:2" || column(d, "routingConfiguration", "weight") != "0 100" {
		t.Errorf("the alias is described as %v", d)
	}
	if got := a.run("m:prod"); got["output"] != "2" || got["stateMachineVersionArn"] != machineARN+"m:2" {
		t.Errorf("the alias runs as %v", got)
	}
	a.run("m:blue")
	for qualified, want := range map[string]string{"m": "m:blue m:prod m:prod", "m:prod": "m:prod m:prod", "m:2": "m:blue m:prod", "m:1": "m:prod"} {
		if got := column(a.must("ListExecutions", on("stateMachineArn", qualified)), "executions", "stateMachineAliasArn"); got != want {
			t.Errorf("the executions of %s are of %q, want %q", qualified, got, want)
		}
	}
	for qualified, want := range map[string]string{"m": "m:blue m:prod", "m:2": "m:blue m:prod", "m:1": "m:prod"} {
		if got := column(a.must("ListStateMachineAliases", on("stateMachineArn", qualified)), "stateMachineAliases", "stateMachineAliasArn"); got != want {
			t.Errorf("the aliases of %s are %q, want %q", qualified, got, want)
		}
	}
	a.must("DeleteStateMachineAlias", on("stateMachineAliasArn", "m:prod"))
	a.must("DeleteStateMachineAlias", on("stateMachineAliasArn", "m:prod"))
	a.must("DeleteStateMachineVersion", on("stateMachineVersionArn", "m:1"))
	a.must("DeleteStateMachine", on("stateMachineArn", "m"))

	a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true`))
	if got := a.must("ListStateMachineAliases", on("stateMachineArn", "m"))["stateMachineAliases"]; len(got.([]any)) != 0 {
		t.Errorf("a machine made anew has the aliases %v", got)
	}
	if got := a.must("ListStateMachineVersions", on("stateMachineArn", "m"))["stateMachineVersions"]; len(got.([]any)) != 1 {
		t.Errorf("a machine made anew has the versions %v", got)
	}
}

// TestAliasDividesStarts: by the weights, and a start that is sent again leads to the same version.
func TestAliasDividesStarts(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", with(create("m", returning(1)), `"publish":true`))
	a.must("UpdateStateMachine", with(update("m", returning(2)), `"publish":true`))
	a.must("CreateStateMachineAlias", alias("both", route("m:1", 50)+`,`+route("m:2", 50)))
	for i := range 60 {
		a.must("StartExecution", with(on("stateMachineArn", "m:both"), fmt.Sprintf(`"name":"n%d"`, i)))
		a.must("StartExecution", on("stateMachineArn", "m:both"))
	}
	of := strings.Fields(column(a.must("ListExecutions", with(on("stateMachineArn", "m:both"), `"maxResults":1000`)), "executions", "stateMachineVersionArn"))
	ones := len(slices.DeleteFunc(slices.Clone(of), func(v string) bool { return v != "m:1" }))
	if len(of) != 120 || ones < 20 || ones > 100 { // each bound is off by over seven deviations
		t.Errorf("of %d executions %d run version 1", len(of), ones)
	}
}

// TestTagLife: tags of machines and activities are kept from their creation, added to, replaced, removed.
func TestTagLife(t *testing.T) {
	a := newAPI(t)
	given := `"tags":[{"key":"a","value":"1"},{"key":"b"},{"key":"a","value":"2"}]`
	a.must("CreateStateMachine", with(create("x", passOnly), given))
	a.must("CreateActivity", `{"name":"x",`+given+`}`)
	for _, arn := range []string{machineARN + "x", "arn:aws:states:us-east-1:123456789012:activity:x"} {
		resource := `{"resourceArn":` + quote(arn) + `}`
		tags := func() string {
			answer := a.must("ListTagsForResource", resource)
			return column(answer, "tags", "key") + "=" + column(answer, "tags", "value")
		}
		if got := tags(); got != "a b=2 " {
			t.Errorf("%s was created with %q", arn, got)
		}
		a.must("TagResource", with(resource, `"tags":[{"key":"c","value":"3"},{"key":"b","value":"4"},{"key":"c","value":"5"}]`))
		a.must("TagResource", with(resource, `"tags":[]`))
		if got := tags(); got != "a b c=2 4 5" {
			t.Errorf("%s was tagged to %q", arn, got)
		}
		a.must("UntagResource", with(resource, `"tagKeys":["a","none","a"]`))
		if got := tags(); got != "b c=4 5" {
			t.Errorf("%s was untagged to %q", arn, got)
		}
		var many []string
		for i := range 49 {
			many = append(many, fmt.Sprintf(`{"key":"k%d","value":""}`, i))
		}
		if status, answer := a.call("TagResource", with(resource, `"tags":[`+strings.Join(many, ",")+`]`)); status != 400 ||
			answer["__type"] != "TooManyTags" || answer["resourceName"] != arn {
			t.Errorf("51 tags of %s: %d %v", arn, status, answer)
		}
		if got := tags(); got != "b c=4 5" {
			t.Errorf("after a refusal %s has %q", arn, got)
		}
	}
	if status, answer := a.call("TagResource", `{"resourceArn":`+quote(machineARN+"x")+`,"tags":[{"value":"v"}]}`); status != 400 {
		t.Errorf("a tag without a key: %d %v", status, answer)
	}
	if status, answer := a.call("CreateActivity", `{"name":"y","tags":[{"value":"v"}]}`); status != 400 {
		t.Errorf("an activity with a tag without a key: %d %v", status, answer)
	}
}

// TestChangesAtTheSameTime: none is lost, no number is given twice, and no alias is left without its version.
func TestChangesAtTheSameTime(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", create("m", passOnly))
	const workers, rounds = 8, 5
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for i := range rounds {
				published, _, text := a.post(target("UpdateStateMachine"), with(update("m", returning(100*w+i)), `"publish":true`))
				tagged, _, _ := a.post(target("TagResource"), `{"resourceArn":"`+machineARN+`m","tags":[{"key":"`+fmt.Sprint(w, "-", i)+`","value":""}]}`)
				if published != http.StatusOK || tagged != http.StatusOK {
					t.Errorf("published %d, tagged %d: %s", published, tagged, text)
				}
				version := fmt.Sprintf("m:%d", 1+(w*rounds+i)/2) // both workers of a pair take the same ones
				if w%2 == 0 {
					a.post(target("CreateStateMachineAlias"), alias(fmt.Sprintf("a%d-%d", w, i), route(version, 100)))
				} else {
					a.post(target("DeleteStateMachineVersion"), on("stateMachineVersionArn", version))
				}
			}
		})
	}
	all.Wait()
	if n := len(a.must("ListTagsForResource", on("resourceArn", "m"))["tags"].([]any)); n != workers*rounds {
		t.Errorf("%d tags, want %d", n, workers*rounds)
	}
	versions := strings.Fields(column(a.must("ListStateMachineVersions", with(on("stateMachineArn", "m"), `"maxResults":1000`)), "stateMachineVersions", "stateMachineVersionArn"))
	if len(versions) == 0 || versions[0] != fmt.Sprintf("m:%d", workers*rounds) {
		t.Errorf("after %d publications the versions are %v", workers*rounds, versions)
	}
	for _, name := range strings.Fields(column(a.must("ListStateMachineAliases", on("stateMachineArn", "m")), "stateMachineAliases", "stateMachineAliasArn")) {
		used := column(a.must("DescribeStateMachineAlias", on("stateMachineAliasArn", name)), "routingConfiguration", "stateMachineVersionArn")
		if !slices.Contains(versions, used) {
			t.Errorf("%s names %s, and the versions are %v", name, used, versions)
		}
	}
}

// TestPagesOfVersionsAndAliases: both lists come in pages, whole and in order; a token is good for its
// own list only.
func TestPagesOfVersionsAndAliases(t *testing.T) {
	a := newAPI(t)
	a.must("CreateStateMachine", create("m", passOnly))
	for i := range 12 {
		a.must("UpdateStateMachine", with(update("m", returning(i)), `"publish":true`))
		a.must("CreateStateMachineAlias", alias(string(rune('l'-i)), route(fmt.Sprintf("m:%d", 1+i%2), 100)))
	}
	for _, c := range []struct{ operation, machine, list, key, want string }{
		{"ListStateMachineVersions", "m", "stateMachineVersions", "stateMachineVersionArn", "m:12 m:11 m:10 m:9 m:8 m:7 m:6 m:5 m:4 m:3 m:2 m:1"},
		{"ListStateMachineAliases", "m", "stateMachineAliases", "stateMachineAliasArn", "m:a m:b m:c m:d m:e m:f m:g m:h m:i m:j m:k m:l"},
		{"ListStateMachineAliases", "m:2", "stateMachineAliases", "stateMachineAliasArn", "m:a m:c m:e m:g m:i m:k"},
	} {
		var got []string
		var foreign string
		for token, pages := "", 0; pages < 9; pages++ {
			answer := a.must(c.operation, with(on("stateMachineArn", c.machine), token+`"maxResults":5`))
			got = append(got, column(answer, c.list, c.key))
			next, more := answer["nextToken"].(string)
			if !more {
				break
			}
			token, foreign = `"nextToken":`+quote(next)+`,`, next
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s of %s: got %q, want %q", c.operation, c.machine, got, c.want)
		}
		if status, answer := a.call("ListStateMachines", `{"nextToken":`+quote(foreign)+`}`); status != 400 || answer["__type"] != "InvalidToken" {
			t.Errorf("a token of %s: %d %v", c.operation, status, answer)
		}
	}
}
