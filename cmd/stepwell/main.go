// Command stepwell serves and runs AWS Step Functions state machines.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/stepwell/stepwell/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := cli.Main(ctx, cli.OSEnv(), os.Args[1:])
	stop()
	os.Exit(code)
}
