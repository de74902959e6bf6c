package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"qingdan/internal/errs"
)

var cheap = Cost{Memory: 64, Time: 1, Threads: 1}

func TestHash(t *testing.T) {
	h, err := cheap.hash("Tq7-vmzK鹭")
	if err != nil {
		t.Fatal(err)
	}
	again, err := cheap.hash("Tq7-vmzK鹭")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(h), "$argon2id$v=19$m=64,t=1,p=1$") || h == again {
		t.Fatalf("hash %q, again %q", string(h), string(again))
	}
	for password, want := range map[string]bool{"Tq7-vmzK鹭": true, "Ｔｑ７－ｖｍｚＫ鹭": true, "tq7-vmzK鹭": false, "Tq7-vmzK": false, "": false, "Tq7-vmzK鹭 ": false} {
		if got, err := h.fits(password); got != want || err != nil {
			t.Errorf("%q: %v, %v, want %v", password, got, err, want)
		}
	}
	if s := fmt.Sprintf("%v %s", h, h); strings.Contains(s, "argon2id") {
		t.Errorf("the hash prints itself: %s", s)
	}
}

// A row that somebody tampered with is an error, and not a password that fits
// or a machine that stops.
func TestHashThatIsNone(t *testing.T) {
	good, err := cheap.hash("x")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []string{"", "x", "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
		strings.Replace(string(good), "m=64", "m=4194304", 1), strings.Replace(string(good), "t=1", "t=4000", 1),
		strings.Replace(string(good), "t=1", "t=0", 1), strings.Replace(string(good), "p=1", "p=0", 1), strings.Replace(string(good), "v=19", "v=16", 1),
		string(good)[:len(good)-30], string(good) + "$", string(good)[:len(good)-1] + "*"} {
		if fits, err := Hash(h).fits("x"); fits || err == nil {
			t.Errorf("%q: %v, %v", h, fits, err)
		}
	}
}

// A flood waits in a short queue or is sent away; it does not hash all at once.
func TestGateBoundsTheWork(t *testing.T) {
	g := New(nil, Options{Cost: cheap, Parallel: 1})
	ctx := context.Background()
	if err := g.enter(ctx); err != nil {
		t.Fatal(err)
	}
	waiters, stop := context.WithCancel(ctx)
	done := make(chan error, 200)
	for range 200 {
		go func() {
			_, err := g.compare(waiters, "", "x")
			done <- err
		}()
	}
	for range 200 - waiting {
		if err := <-done; errs.KindOf(err) != errs.Unavailable {
			t.Fatalf("one too many gets %v", err)
		}
	}
	stop()
	for range waiting {
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatalf("one who went away gets %v", err)
		}
	}
	g.leave()
	if _, err := g.Hash(ctx, "x"); err != nil {
		t.Fatalf("the gate stays shut: %v", err)
	}
}

// Nobody learns from the time whether a login exists.
func TestNobodyCostsTheSame(t *testing.T) {
	g := New(nil, Options{Cost: Cost{Memory: 16 << 10, Time: 2, Threads: 1}})
	h, err := g.Hash(context.Background(), "Tq7-vmzK")
	if err != nil {
		t.Fatal(err)
	}
	fastest := func(h Hash, password string) time.Duration {
		best := time.Hour
		for range 5 {
			start := time.Now()
			if _, err := g.compare(context.Background(), h, password); err != nil {
				t.Fatal(err)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	known := fastest(h, "wrong")
	for name, other := range map[string]time.Duration{"nobody": fastest("", "wrong"), "endless password": fastest(h, strings.Repeat("x", 1<<20))} {
		if other < known/2 || other > known*3 {
			t.Errorf("%s takes %v, an account with a wrong password %v", name, other, known)
		}
	}
}

func TestNetwork(t *testing.T) {
	for in, want := range map[string]string{"10.1.2.3": "10.1.2.3", "::ffff:10.1.2.3": "10.1.2.3", "[2001:db8:1:2:3:4:5:6]": "2001:db8:1:2::/64",
		"2001:db8:1:2::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "x\x00y": "xy", strings.Repeat("a", 99): strings.Repeat("a", 64)} {
		if got := network(in); got != want {
			t.Errorf("network(%q) = %q, want %q", in, got, want)
		}
	}
}
