package asl

import "strings"

func (s *stateReader) task() State {
	t := &Task{Common: s.baseWithNext(TypeTask)}
	if s.require("Resource") {
		t.Resource = s.resource()
	}
	s.credentials(t.Resource)
	t.Credentials = s.templateOrQuery("Credentials", "Credentials")
	t.Parameters = s.templateOrQuery("Parameters", "Arguments")
	t.ResultSelector = s.template("ResultSelector")
	t.ResultPath = s.target("ResultPath")
	s.timeouts(t)
	t.Retry = s.retry()
	t.Catch = s.catch()
	return t
}

// resource compiles "Resource" and checks what the resource asks of its parameters.
func (s *stateReader) resource() Resource {
	arn, ok := s.text("Resource")
	if !ok {
		return Resource{}
	}
	r, ok := ParseResource(arn)
	switch {
	case !strings.HasPrefix(arn, "arn:"):
		s.refuseField("Resource", "Value is not a valid resource ARN")
		return Resource{}
	case !ok || !r.known():
		s.refuseField("Resource", "The resource provided %s is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.", arn)
		return Resource{}
	}
	s.parameters(r)
	return r
}

// timeouts compiles the two limits of a task; a missed heartbeat must come before the timeout.
func (s *stateReader) timeouts(t *Task) {
	t.TimeoutSeconds = s.integerOrQuery("TimeoutSeconds", 1, MaxSeconds)
	t.HeartbeatSeconds = s.integerOrQuery("HeartbeatSeconds", 1, MaxSeconds)
	if timeout := t.TimeoutSeconds.Value; timeout > 0 && t.HeartbeatSeconds.Value >= timeout {
		s.refuseField("HeartbeatSeconds", "The value of 'HeartbeatSeconds' must be smaller than the value of 'TimeoutSeconds'")
	}
}

// credentials checks the shape of "Credentials".
func (s *stateReader) credentials(r Resource) {
	c, ok := s.object("Credentials")
	switch {
	case !ok:
	case r.Kind == ActivityResource:
		s.refuse("The field 'Credentials' is not supported for activities")
	case !c.has("RoleArn") && !c.has("RoleArn.$"):
		c.refuse("The field 'RoleArn' is required but was missing")
	}
}

// parameters checks that a service integration has its parameters, and the required ones of
// those services whose list is known.
func (s *stateReader) parameters(r Resource) {
	if r.Kind != ServiceResource {
		return
	}
	field := "Parameters"
	if s.language == languageJSONata {
		field = "Arguments"
	}
	v, found := s.get(field)
	if !found {
		s.refuse("%s field is required for resource ARN: %s", field, r.ARN)
		return
	}
	for _, name := range requiredParameters[r.Service+":"+r.Action] {
		_, plain := v.Get(name)
		_, dynamic := v.Get(name + ".$")
		if !plain && !dynamic && !s.isExpression(v) {
			s.refuseField(field, "The field '%s' is required but was missing", name)
		}
	}
}
