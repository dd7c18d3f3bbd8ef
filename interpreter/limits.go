package interpreter

// Limits bound an Execution. A field that is zero has AWS's value; see "Quotas" in the Step Functions
// Developer Guide.
type Limits struct {
	// HistoryEvents is the largest visible id: that event ends the execution. AWS: 25,000.
	HistoryEvents int64
	// PayloadBytes is how long a task's result or a state's output may be. AWS: 262,144.
	PayloadBytes int
	// AssignBytes is how long the variables of one Assign may be, one of them or all together. AWS: 262,144.
	AssignBytes int
	// VariablesBytes is how long all variables of an execution may be. AWS: 10 MiB.
	VariablesBytes int
	// MapConcurrency is how many iterations of an inline Map run at once at most. AWS: 40.
	MapConcurrency int
}

// AWSLimits are the limits of AWS.
var AWSLimits = Limits{
	HistoryEvents: 25_000, PayloadBytes: 262_144, AssignBytes: 262_144, VariablesBytes: 10 << 20, MapConcurrency: 40,
}

func (l *Limits) setDefaults() {
	setDefault(&l.HistoryEvents, AWSLimits.HistoryEvents)
	setDefault(&l.PayloadBytes, AWSLimits.PayloadBytes)
	setDefault(&l.AssignBytes, AWSLimits.AssignBytes)
	setDefault(&l.VariablesBytes, AWSLimits.VariablesBytes)
	setDefault(&l.MapConcurrency, AWSLimits.MapConcurrency)
}

func setDefault[T int | int64](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}
