package asl

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwell/stepwell/jsonpath"
	"github.com/stepwell/stepwell/value"
)

// reservedVariable is the one name that the language keeps for itself.
const reservedVariable = "states"

// assign compiles "Assign" and checks the names of its variables. See
// https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html.
func (o *reader) assign(sees ...statesField) Template {
	v, found := o.get("Assign")
	if !found {
		return Template{}
	}
	if v.Kind() != value.KindObject {
		o.refuseField("Assign", "Expected value of type Object")
		return Template{}
	}
	at := o.at.field("Assign")
	for key := range v.Members() {
		name := key
		if o.language != languageJSONata {
			name = strings.TrimSuffix(key, ".$")
		}
		o.c.checkVariable(name, at.field(key))
		o.c.level.assigned[name] = at.field(key)
	}
	return o.templateOrQuery("Assign", "Assign", sees...)
}

// checkVariable reports a name that no variable can have.
func (c *checker) checkVariable(name string, at *location) {
	switch {
	case name == reservedVariable:
		c.refused.add(CodeReservedVariable, at, "Cannot assign to reserved variable '$states'.")
	case c.limits.exceeds(name):
		c.refused.add(CodeInvalidVariable, at, fmt.Sprintf(
			"Invalid variable name '%s': the variable name exceeds the %d-character limit allowed by the service.", name, c.limits.NameCharacters))
	case !jsonpath.IsIdentifier(name):
		c.refused.add(CodeInvalidVariable, at, "Invalid variable name '"+name+"': the variable name contains invalid characters.")
	}
}

// mention is a place at which a path starts from a variable.
type mention struct {
	name string
	at   *location
}

// checkAssigned reports variables that paths start from and that no state of the machine assigns.
func (c *checker) checkAssigned() {
	assigned := make(map[string]bool)
	for _, l := range c.levels {
		for name := range l.assigned {
			assigned[name] = true
		}
	}
	for _, m := range c.mentions {
		if !assigned[m.name] {
			c.refuse(m.at, "The variable '$%s' is not assigned by any state.", m.name)
		}
	}
}

// checkScopes reports variables that are assigned in a block inside of one that has them too: the
// inner block sees the outer variable, and may not hide it.
func (c *checker) checkScopes() {
	for _, l := range c.levels {
		for _, name := range slices.Sorted(maps.Keys(l.assigned)) {
			for outer := l.outer; outer != nil; outer = outer.outer {
				if outer.assigned[name] != nil {
					c.refused.add(CodeInvalidVariable, l.assigned[name],
						"The variable name '"+name+"' was already defined in a parent scope.")
					break
				}
			}
		}
	}
}
