// Package loop holds the programs that let Node and Python run a Lambda handler: each loads the
// handler that _HANDLER names and gives it the calls that the Runtime API has.
//
// An interpreter reads its program from standard input, so that nothing is written to disk.
package loop

import _ "embed" // the programs

var (
	//go:embed node.mjs
	node string
	//go:embed python.py
	python string
)

// Source returns the program for a language, "nodejs" or "python", and "" for any other.
func Source(language string) string {
	switch language {
	case "nodejs":
		return node
	case "python":
		return python
	}
	return ""
}

// Args returns the arguments that let an interpreter read its program from standard input.
func Args(language string) []string {
	switch language {
	case "nodejs":
		return []string{"--input-type=module", "-"}
	case "python":
		return []string{"-"}
	}
	return nil
}
