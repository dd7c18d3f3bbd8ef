package cli

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the linker; a plain go build falls back to what the toolchain recorded.
var version string

var versionCommand = &command{
	name: "version", summary: "print the version", help: "Prints the version, and what it was built with.",
	run: func(_ context.Context, env Env, c *command, args []string) error {
		f := c.flags(env)
		if err := parse(env, f, args); err != nil {
			return err
		}
		if f.NArg() > 0 {
			return usageError("version takes no arguments, but got %q", f.Args())
		}
		_, err := fmt.Fprintf(env.Stdout, "stepwell %s %s %s/%s\n", versionText(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	},
}

func versionText() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
