package session

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"qingdan/internal/errs"
)

// Cost is what one hashing of a password takes (argon2id, RFC 9106).
type Cost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// DefaultCost is 46 MiB in one pass, the first of the equally strong choices
// of the OWASP Password Storage Cheat Sheet: about 50 ms on one core.
func DefaultCost() Cost { return Cost{Memory: 46 << 10, Time: 1, Threads: 1} }

// most is what a stored hash may ask for: more would be no hash of ours, and
// would eat the machine.
func most() Cost { return Cost{Memory: 256 << 10, Time: 10, Threads: 16} }

const (
	saltSize = 16
	hashSize = 32
)

// Hash is a password hashed, in the form $argon2id$v=19$m=…,t=…,p=…$salt$hash.
// It is secret, and never printed in a log.
type Hash string

// String hides the hash from logs and messages.
func (Hash) String() string { return "（口令的散列值）" }

// hash makes the hash of a password under a fresh salt.
func (c Cost) hash(password string) (Hash, error) {
	salt := make([]byte, saltSize)
	if _, err := rand.Read(salt); err != nil {
		return "", errs.Wrap("salt", err)
	}
	return c.format(salt, c.key(password, salt, hashSize)), nil
}

func (c Cost) key(password string, salt []byte, size uint32) []byte {
	return argon2.IDKey([]byte(normal(password)), salt, c.Time, c.Memory, c.Threads, size)
}

func (c Cost) format(salt, key []byte) Hash {
	b := base64.RawStdEncoding
	return Hash(fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.Memory, c.Time, c.Threads, b.EncodeToString(salt), b.EncodeToString(key)))
}

var errHash = errors.New("session: a stored hash that is none of ours")

// read takes a hash apart. One of another form or beyond most() is an error.
func (h Hash) read() (c Cost, salt, key []byte, err error) {
	parts := strings.Split(string(h), "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return c, nil, nil, errHash
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &c.Memory, &c.Time, &c.Threads); err != nil {
		return c, nil, nil, errHash
	}
	if m := most(); c.Memory > m.Memory || c.Time > m.Time || c.Threads > m.Threads || c.Time == 0 || c.Threads == 0 {
		return c, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
		return c, nil, nil, errHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 64 || len(salt) < 8 {
		return c, nil, nil, errHash
	}
	return c, salt, key, nil
}

// fits compares a password in constant time.
func (h Hash) fits(password string) (bool, error) {
	c, salt, key, err := h.read()
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, c.key(password, salt, uint32(len(key)))) == 1, nil
}

// waiting is how many may wait for the gate beside those inside; more are
// asked to come again, so that a flood costs neither memory nor the others'
// time.
const waiting = 64

// enter takes a place for one hashing; leave gives it back. Too many before
// one is Unavailable.
func (g *Gate) enter(ctx context.Context) error {
	if g.queue.Add(1) > waiting {
		g.queue.Add(-1)
		return errs.New(errs.Unavailable, "正在登录的人太多").Fix("请过一会儿再试")
	}
	defer g.queue.Add(-1)
	select {
	case g.places <- struct{}{}:
		return nil
	case <-ctx.Done():
		return errs.Wrap("wait to hash", ctx.Err())
	}
}

func (g *Gate) leave() { <-g.places }

// Hash makes the hash of a password that CheckPassword accepted, for
// SetPassword. It waits for a place at the gate; Unavailable when too many wait.
// Do not call it inside a write closure.
func (g *Gate) Hash(ctx context.Context, password string) (Hash, error) {
	if err := g.enter(ctx); err != nil {
		return "", err
	}
	defer g.leave()
	return g.cost.hash(password)
}

// compare holds a password against a hash; an empty one costs the same and
// never fits, so that nobody learns from the time which logins exist.
func (g *Gate) compare(ctx context.Context, h Hash, password string) (bool, error) {
	if err := g.enter(ctx); err != nil {
		return false, err
	}
	defer g.leave()
	if len(password) > maxPassword {
		password, h = password[:maxPassword], "" // the same work, and never right
	}
	if h == "" {
		g.cost.key(password, make([]byte, saltSize), hashSize)
		return false, nil
	}
	return h.fits(password)
}
