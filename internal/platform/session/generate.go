package session

import (
	"crypto/rand"
	"math/big"
	"strings"

	"qingdan/internal/errs"
)

// Generate makes a first password for somebody else, to be read from paper or
// screen and changed at the first sign-in: four groups of four, 90 bits, without
// characters that look alike. Every profile accepts it.
func Generate() (string, error) {
	const letters = "abcdefghjkmnpqrstuvwxyzACDEFGHJKMNPQRSTUVWXYZ2345679"
	for {
		var b strings.Builder
		for i := range 16 {
			if i > 0 && i%4 == 0 {
				b.WriteByte('-')
			}
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
			if err != nil {
				return "", errs.Wrap("make a password", err)
			}
			b.WriteByte(letters[n.Int64()])
		}
		fits := true
		for _, p := range Profiles() {
			fits = fits && CheckPassword(p, b.String()) == nil
		}
		if fits {
			return b.String(), nil
		}
	}
}
