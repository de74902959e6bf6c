package demo

import (
	"testing"

	"qingdan/internal/testkit"
)

func TestRealCity(t *testing.T) {
	dir, m := write(t, Options{Laws: testkit.Shared(t, "laws")})
	checkCity(t, dir, m)
	checkLoaded(t, dir, m)
}
