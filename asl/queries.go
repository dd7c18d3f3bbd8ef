package asl

import (
	"slices"
	"strings"

	"github.com/stepwell/stepwell/jsonata"
	"github.com/stepwell/stepwell/value"
)

// statesField is a member of "$states" that only some fields see.
type statesField string

const (
	statesResult statesField = "result"
	statesError  statesField = "errorOutput"
)

// query compiles a field whose value may hold expressions, nil when it is absent or the state is not
// JSONata's. sees lists what "$states" has there besides input and context.
func (o *reader) query(field string, sees ...statesField) *Query {
	v, found := o.get(field)
	if !found || o.language == languageJSONPath {
		return nil
	}
	c := &queryCompiler{reader: o, sees: sees}
	return &Query{root: c.compile(v, o.at.field(field))}
}

// templateOrQuery compiles a field that is a payload template in a JSONPath state and a query in a JSONata
// state, where it is called by another name.
func (o *reader) templateOrQuery(path, query string, sees ...statesField) Template {
	return Template{Payload: o.template(path), Query: o.query(query, sees...)}
}

// expressionQuery compiles a field that is an expression, nil when it is not.
func (o *reader) expressionQuery(field string) *Query {
	if v, found := o.get(field); !found || !o.isExpression(v) {
		return nil
	}
	return o.query(field)
}

// output compiles "Output".
func (o *reader) output(sees ...statesField) *Query { return o.query("Output", sees...) }

// integerOrQuery compiles a field that holds a whole number or, in a JSONata state, an expression, and
// the field of JSONPath that says where to find it.
func (o *reader) integerOrQuery(field string, least, most int64) Integer {
	o.atMostOne(field, field+"Path")
	n := Integer{Path: o.reference(field + "Path")}
	if n.Query = o.expressionQuery(field); n.Query != nil {
		return n
	}
	n.Value = o.integer(field, least, most, 0)
	return n
}

// percentageOrQuery is integerOrQuery for a field that holds a number between 0 and 100.
func (o *reader) percentageOrQuery(field string) Percentage {
	o.atMostOne(field, field+"Path")
	p := Percentage{Path: o.reference(field + "Path"), Query: o.expressionQuery(field)}
	if p.Query != nil {
		return p
	}
	v, ok := o.typed(field, value.KindNumber, "Number")
	switch p.Value = v.AsFloat(); {
	case !ok:
	case p.Value < 0:
		o.refuseField(field, "Minimum value is 0.0")
	case p.Value > 100:
		o.refuseField(field, "Maximum value is 100.0")
	}
	return p
}

// queryCompiler compiles one field.
type queryCompiler struct {
	*reader
	sees []statesField
}

// compile returns the node of v.
func (c *queryCompiler) compile(v value.Value, at *location) queryNode {
	switch v.Kind() {
	case value.KindString:
		if strings.HasPrefix(v.AsString(), queryOpen) {
			return c.expression(v.AsString(), at)
		}
	case value.KindArray:
		return c.compileArray(v, at)
	case value.KindObject:
		return c.compileObject(v, at)
	default: // holds no texts
	}
	return queryConstant{v.Compacted()}
}

func (c *queryCompiler) compileArray(v value.Value, at *location) queryNode {
	var nodes queryArray
	constant := true
	for i, element := range v.Elements() {
		n := c.compile(element, at.element(i))
		nodes = append(nodes, n)
		constant = constant && isConstantQuery(n)
	}
	if constant {
		return queryConstant{v.Compacted()}
	}
	return nodes
}

func (c *queryCompiler) compileObject(v value.Value, at *location) queryNode {
	var members queryObject
	constant := true
	for key, member := range v.Members() {
		n := c.compile(member, at.field(key))
		members = append(members, queryMember{key, n})
		constant = constant && isConstantQuery(n)
	}
	if constant {
		return queryConstant{v.Compacted()}
	}
	return members
}

func isConstantQuery(n queryNode) bool {
	_, ok := n.(queryConstant)
	return ok
}

// expression compiles a text that begins like an expression. A wrong one is reported and stands for
// null.
func (c *queryCompiler) expression(text string, at *location) queryNode {
	source, ok := cutExpression(text)
	if !ok {
		c.c.refuse(at, "JSONata string must start with {%% and end with %%}")
		return queryConstant{}
	}
	x, err := jsonata.Compile(source)
	if err != nil {
		c.c.refused.add(CodeInvalidQuery, at, err.Error())
		return queryConstant{}
	}
	c.checkReferences(x, at)
	for _, name := range x.Variables() {
		if name != reservedVariable && !jsonata.IsFunction(name) {
			c.c.mentioned = append(c.c.mentioned, name)
		}
	}
	return &queryExpression{x, at, c.state}
}

// checkReferences reports what an expression refers to that is not there: there is no value around it,
// and "$states" has not the same members everywhere.
func (c *queryCompiler) checkReferences(x *jsonata.Expression, at *location) {
	for _, name := range x.References() {
		message := "Reference to '" + name + "' at the top level is not supported."
		if name == "$$" {
			message = "Reference to '$$' is not supported."
		}
		c.c.refused.add(CodeUnsupportedQuery, at, message)
	}
	var missing []string
	for _, field := range x.Fields(reservedVariable) {
		name := statesField(field.Name)
		if (name == statesResult || name == statesError) && !slices.Contains(c.sees, name) && !slices.Contains(missing, field.Name) {
			missing = append(missing, field.Name)
			c.c.refused.add(CodeUnsupportedQuery, at, "Field '$states."+field.Name+"' does not exist.")
		}
	}
}
