package jsonata

// Limits bound what one evaluation may cost. A zero field means its default.
type Limits struct {
	// Steps is the work that an evaluation may do: each expression evaluated is one step, and so is
	// each element or some characters of what functions go through. AWS allows one second; how much
	// that is was guessed.
	Steps int
	// Depth is how deep expressions may be evaluated inside each other, the calls of functions
	// included, as the reference implementation nests its evaluate function. Measured on AWS.
	Depth int
	// Bytes is how large one value may become: 12 for each element of an array and 2 for each
	// character of a string, which fits what was measured on AWS at its edges. All that one
	// evaluation makes, garbage included, may take 12 times as many bytes of this process (guessed).
	Bytes int
}

// The defaults of Limits.
const (
	// DefaultSteps is a guess at what AWS does in its second.
	DefaultSteps = 10_000_000
	// DefaultDepth was measured: 100 is evaluated, 101 is refused.
	DefaultDepth = 100
	// DefaultBytes fits what was measured: [1..873782] is evaluated, [1..873783] refused, and so are
	// strings of 2^22 and of 2^23 characters.
	DefaultBytes = 10<<20 - 376
)

const (
	elementBytes   = 12
	characterBytes = 2
	itemSize       = 48  // bytes of this process for an item
	arraySize      = 128 // for an array without its items
	memberSize     = 64  // and for a member of an object
	functionSize   = 400 // and about as many for a function, with the frame that it keeps
	totalFactor    = 12  // what Limits.Bytes is multiplied with for all values together
	// itemsPerStep and charactersPerStep are how much is copied or looked at for one step.
	itemsPerStep      = 16
	charactersPerStep = 64
	// frameItems is how many items a frame counts as that a variable is looked for in.
	frameItems = 4
	// callSteps are the steps of a function that takes much longer than an expression.
	callSteps = 20
	// maxNesting is how deep arrays and objects may lie inside each other, as in package value.
	maxNesting = 1000
)

// withDefaults fills in the zero fields.
func (l Limits) withDefaults() Limits {
	if l.Steps == 0 {
		l.Steps = DefaultSteps
	}
	if l.Depth == 0 {
		l.Depth = DefaultDepth
	}
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	return l
}

// budget is what is left of the Limits of an evaluation.
type budget struct {
	limits Limits
	steps  int // left
	bytes  int // left for all values together
	depth  int // of evaluation
	nested int // of the value that is being gone through
	// dataChanged says that an object of the data was changed: what is still text may contain it.
	dataChanged bool
	// refused is a limit that was exceeded where no error could be returned.
	refused error
}

func newBudget(limits Limits) budget {
	return budget{limits: limits, steps: limits.Steps, bytes: totalFactor * limits.Bytes}
}

// spend takes steps.
func (b *budget) spend(steps int) error {
	b.steps -= steps
	if b.refused != nil {
		return b.refused
	}
	if b.steps < 0 {
		return errTimeout()
	}
	return nil
}

// charge takes steps. That there are no more is noticed by the next spend.
func (b *budget) charge(steps int) { b.steps -= steps }

// chargeText takes the steps of going through length bytes of text, likewise. What is compared, hashed,
// searched or read in one go is charged so: a short text costs nothing beside its expression.
func (b *budget) chargeText(length int) { b.charge(length / charactersPerStep) }

// chargeItems takes the steps of copying or looking at so many items, likewise.
func (b *budget) chargeItems(count int) { b.charge(count / itemsPerStep) }

// spendText takes the steps of going through length bytes of text.
func (b *budget) spendText(length int) error { return b.spend(length/charactersPerStep + 1) }

// spendSlowly takes the steps of working on each of length bytes of text.
func (b *budget) spendSlowly(length int) error { return b.spend(length/4 + 1) }

// allocate counts memory. That there is no more is noticed by the next spend.
func (b *budget) allocate(bytes int) {
	b.bytes -= bytes
	if b.bytes < 0 && b.refused == nil {
		b.refused = errMemory()
	}
}

// checkLength refuses arrays that are too long, at the next spend.
func (b *budget) checkLength(length int) {
	if length > b.limits.Bytes/elementBytes && b.refused == nil {
		b.refused = errMemory()
	}
}

// made accounts for a string that was made and refuses one that is too long.
func (b *budget) made(s string) (item, error) {
	if err := b.room(len(s)); err != nil {
		return undefined, err
	}
	return text(s), nil
}

// room accounts for a string of length bytes that will be made.
func (b *budget) room(length int) error {
	b.allocate(length)
	if err := b.fits(length); err != nil {
		return err
	}
	return b.spendText(length)
}

// fits refuses a string that is too long.
func (b *budget) fits(length int) error {
	if length > b.limits.Bytes/characterBytes {
		return errMemory()
	}
	return nil
}

// nest enters an array or object of the value that is being gone through.
func (b *budget) nest() error {
	b.nested++
	if b.nested > maxNesting {
		return errStack()
	}
	return nil
}

func (b *budget) unnest() { b.nested-- }

func errTimeout() error { return &Error{Message: "Expression evaluation timeout"} }

func errMemory() error {
	return &Error{Message: "Expression evaluation memory limit exceeded: Check for excessive memory usage"}
}

func errStack() error {
	return &Error{Message: "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive"}
}
