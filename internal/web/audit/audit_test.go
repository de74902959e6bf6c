package audit_test

import (
	"testing"
)

func TestSmoke(t *testing.T) {
	benches(t, func(t *testing.T, b *bench) {
		filled(b)
		a := b.Get(b.reviewer, "/audit/queue")
		want(t, "queue", a, 200, "取水许可", "!道路货物", "依据的层级不够", "已确认")
		t.Log(names(a.Body))
	})
}
