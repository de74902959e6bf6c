package figures

import (
	"net/url"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

func TestLacksInWords(t *testing.T) {
	for want, in := range map[string][]string{
		"":            nil,
		"设定依据、承办机构":   {"缺少设定依据", "缺少承办机构"},
		"设定依据；收费没有依据": {"缺少设定依据", "收费没有依据"},
		"收费没有依据；申请材料有兜底要求": {"收费没有依据", "申请材料有兜底要求"},
	} {
		if got := lacksInWords(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// FuzzQuery: whatever an address says, the queries are read or refused as the
// reader's mistake, and what was read leads back to itself.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{"fate=kept&category=行政许可&department=k", "origin=split&after=A1", "element=缺少设定依据&department=none", "element=%00%ff", "department=" + strings.Repeat("x", 500)} {
		f.Add(s)
	}
	l := List{Departments: []Department{{ID: sqldb.NewID(), Key: "k", Name: "甲局"}}}
	f.Fuzz(func(t *testing.T, raw string) {
		v, err := url.ParseQuery(raw)
		if err != nil {
			return
		}
		readers := func(err error) bool {
			return err == nil || errs.KindOf(err) == errs.Invalid || errs.KindOf(err) == errs.NotFound
		}
		if _, err := parseRows(v, l); !readers(err) {
			t.Fatalf("%q: %v", raw, err)
		}
		q, err := parseGaps(v, l)
		if !readers(err) {
			t.Fatalf("%q: %v", raw, err)
		}
		if err != nil {
			return
		}
		if back, err := parseGaps(q.values(), l); err != nil || back != q {
			t.Fatalf("%q: %+v became %+v, %v", raw, q, back, err)
		}
	})
}
