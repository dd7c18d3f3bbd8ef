package cli

import (
	"context"
	"fmt"

	"github.com/stepwell/stepwell"
)

var validateCommand = &command{
	name: "validate", args: "FILE...", summary: "check definitions",
	help: `Checks the definitions in the files (- is standard input) as creating a state machine would, and tells all that is
wrong with file, line and column. The exit code is 1 when something is.`,
	run: validate,
}

func validate(_ context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() == 0 {
		return usageError("validate wants files with definitions; stepwell validate --help says more")
	}
	bad := false
	for _, file := range f.Args() {
		definition, err := readFile(file)
		if err != nil {
			return err
		}
		bad = refused(env, file, definition) || bad
	}
	if bad {
		return errReported
	}
	return nil
}

// refused tells what is wrong with a definition, and says whether it cannot be created.
func refused(env Env, file, definition string) bool {
	bad := false
	for _, d := range stepwell.Validate(definition) {
		bad = bad || d.Severity == "ERROR"
		place := file
		if d.Line > 0 {
			place = fmt.Sprintf("%s:%d:%d", file, d.Line, d.Column)
		}
		fmt.Fprintf(env.Stderr, "%s: %s\n", place, d)
	}
	return bad
}
