package cli_test

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"qingdan/internal/cli"
)

// clockVariable fixes the clock of a child process, for outputs that hold the
// day.
const clockVariable = "QINGDAN_TEST_CLOCK"

// TestMain lets the test binary stand in for qingdan: scripts and the tests of
// crashes run it as processes of its own, by that name.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"qingdan": qingdan})
}

func qingdan() {
	env := cli.Env{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	if day := os.Getenv(clockVariable); day != "" {
		now, err := time.Parse(time.RFC3339, day)
		if err != nil {
			panic(err)
		}
		env.Clock = func() time.Time { return now }
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(cli.Run(ctx, os.Args[1:], env))
}
