// Package rate limits how often somebody may do something: each key has a
// bucket of its own, and all keys together share one, so that neither one flood
// nor many small ones reach the database.
//
// What it keeps lies in memory and is bounded: a bucket that has filled up again
// says no more than none, and those still draining were let through by the
// shared bucket, whose rate bounds them.
package rate

import (
	"sync"
	"time"
)

// Allowance is a bucket: Burst at once, then one more each Every.
type Allowance struct {
	Burst int
	Every time.Duration
}

// bucket holds what is left of an allowance as the instant at which it is full
// again: the later, the emptier.
type bucket time.Time

// take takes one out at an instant, or says how long to wait for it.
func (b *bucket) take(a Allowance, now time.Time) (wait time.Duration) {
	full := time.Time(*b)
	if full.Before(now) {
		full = now
	}
	next := full.Add(a.Every)
	if wait = next.Sub(now) - time.Duration(a.Burst)*a.Every; wait > 0 {
		return wait
	}
	*b = bucket(next)
	return 0
}

// sweepFrom is how many keys are kept before those that mean nothing any more
// are looked for.
const sweepFrom = 1024

// Limiter lets things through. It is safe for concurrent use.
type Limiter struct {
	each, all Allowance

	mu     sync.Mutex
	keys   map[string]bucket
	shared bucket
	sweep  int // at how many keys to look for full ones
}

// New makes a limiter: each key may do what each allows, all of them together
// what all allows. Both must allow at least one.
func New(each, all Allowance) *Limiter {
	return &Limiter{each: each, all: all, keys: map[string]bucket{}, sweep: sweepFrom}
}

// Take lets a key do the thing once, and gives 0; or refuses, and says after how
// long to try again. What is refused costs nothing: neither does a flood of one
// key use up what the others share, nor does a busy hour use up anybody's own.
func (l *Limiter) Take(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	own := l.keys[key]
	if wait = own.take(l.each, now); wait > 0 {
		return wait
	}
	if wait = l.shared.take(l.all, now); wait > 0 {
		return wait
	}
	if len(l.keys) >= l.sweep {
		l.forget(now)
	}
	l.keys[key] = own
	return 0
}

// forget drops the keys whose buckets are full again. It looks again only when
// their number has doubled, so that a busy hour is not spent on looking.
func (l *Limiter) forget(now time.Time) {
	for k, b := range l.keys {
		if !time.Time(b).After(now) {
			delete(l.keys, k)
		}
	}
	l.sweep = max(sweepFrom, 2*len(l.keys))
}

// Len is how many keys are kept.
func (l *Limiter) Len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.keys)
}
