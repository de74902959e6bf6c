package law_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/registry/law"
)

func TestAQuotationIsHeldAgainstTheArticleClauseByClause(t *testing.T) {
	const article = "违反本条例规定，擅自占用场地的，由主管部门责令改正，处一千元以上五千元以下的罚款。\n（一）占用人行道的；\n（二）占用绿地的。"
	for name, c := range map[string]struct {
		quote   string
		kind    law.Quoting
		missing []string
	}{
		"word for word":             {article, law.QuoteSame, nil},
		"opening and one item":      {"擅自占用场地的，由主管部门责令改正，处一千元以上五千元以下的罚款：（二）占用绿地的", law.QuoteSame, nil},
		"other widths and quotes":   {"擅自占用场地的,由主管部门责令改正,处一千元以上五千元以下的罚款", law.QuoteSame, nil},
		"another amount":            {"擅自占用场地的，由主管部门责令改正，处二千元以上一万元以下的罚款。", law.QuoteSimilar, []string{"处二千元以上一万元以下的罚款"}},
		"another article":           {"取得许可证的单位应当按照许可的范围从事活动，不得转让。", law.QuoteDifferent, []string{"取得许可证的单位应当按照许可的范围从事活动", "不得转让"}},
		"too short to say anything": {"责令改正", "", nil},
		"nothing quoted":            {"", "", nil},
	} {
		got := law.Quoted(c.quote, article)
		if got.Kind != c.kind || !cmp.Equal(got.Missing, c.missing) {
			t.Errorf("%s: %+v, want %s missing %q", name, got, c.kind, c.missing)
		}
	}
	if got := law.Quoted("擅自占用场地的，由主管部门责令改正", ""); got.Kind != "" {
		t.Errorf("without an article: %+v", got)
	}
}
