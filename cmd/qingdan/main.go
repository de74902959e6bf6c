// Command qingdan (清单) carries administrative powers through their whole
// life: reported, checked against the law, cut, published. See README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"qingdan/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := cli.Run(ctx, os.Args[1:], cli.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr})
	stop()
	os.Exit(code)
}
