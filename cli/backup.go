package cli

import (
	"context"
	"fmt"

	"github.com/stepwell/stepwell"
)

var backupCommand = &command{
	name: "backup", args: "DIR", summary: "copy a store that no server has open",
	help: `Writes a consistent copy of the store into DIR, which must not exist or be empty. The copy is a
store like any other: serve --store pebble:DIR opens it.`,
	run: backup,
}

func backup(ctx context.Context, env Env, c *command, args []string) error {
	f := c.flags(env)
	from := f.String("store", "pebble:stepwell-data", "the store to copy, as `pebble:DIR`")
	if err := parse(env, f, args); err != nil {
		return err
	}
	if f.NArg() != 1 {
		return usageError("backup wants the directory to write to")
	}
	err := stepwell.Backup(ctx, *from, f.Arg(0))
	if err == nil {
		fmt.Fprintf(env.Stdout, "Copied %s to %s.\n", *from, f.Arg(0))
	}
	return err
}
