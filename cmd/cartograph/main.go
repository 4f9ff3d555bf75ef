// Command cartograph brings abandoned carts back. See `cartograph --help`.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // small images have no time zone database

	"github.com/cartograph-dev/cartograph/internal/app"
)

// version is set when a release is built.
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := app.Main(ctx, os.Args[1:], app.Standard(version))
	stop()
	os.Exit(code)
}
