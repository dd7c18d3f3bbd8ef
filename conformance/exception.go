package conformance

// Exception is a recording that AWS's documentation contradicts, so that no server should conform
// to it.
type Exception struct {
	// ID is the case's.
	ID string
	// Documentation is the address of the page of AWS's documentation that says otherwise.
	Documentation string
	// Reason says what the page says and what was recorded.
	Reason string
}

// MaxExceptions is how many there may ever be: beyond it the server is wrong, not the recordings.
const MaxExceptions = 5

// Exceptions are left out of the score.
var Exceptions = []Exception{}

// isException says whether a case is left out of the score.
func isException(c Case) bool {
	for _, e := range Exceptions {
		if e.ID == c.ID() {
			return true
		}
	}
	return false
}
