package inventory

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// Total is one cell of the whole: how many powers a department has in a
// category, by where they stand.
type Total struct {
	Department sqldb.ID
	Category   power.Category
	State      power.State // of the change that added the power
	Origin     power.Origin
	Count      int
}

// Totals counts the whole from the rows, every power once.
//
// rule:两摸清/1 摸清总量：按部门、类别、状态、来源逐项点数
func Totals(ctx context.Context, r sqldb.Reader) ([]Total, error) {
	all, err := readTotals(ctx, r)
	return all, errs.Wrap("totals", err)
}

// Completeness names what a power's content and extent (内涵外延) still lack:
// content, object, exercising level, and the article that each rests on.
//
// rule:两摸清/2 摸清内涵外延：行使内容、对象、层级、依据条款是否写全
func Completeness(v power.Version) []string {
	var out []string
	for _, f := range []struct{ name, value string }{
		{"行使内容", v.Elements.Content}, {"服务对象", v.Elements.Object}, {"行使层级", v.Level},
	} {
		if strings.TrimSpace(f.value) == "" {
			out = append(out, "缺"+f.name)
		}
	}
	if v.Initiative == "" {
		out = append(out, "缺依申请或依职权")
	}
	article := false
	for _, c := range v.Citations {
		article = article || c.Ref.Article > 0
	}
	if !article {
		out = append(out, "缺依据条款")
	}
	return out
}
