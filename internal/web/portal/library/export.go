package library

import (
	"fmt"
	"net/http"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// lawsExport sends exactly what the filter leaves as a workbook.
func (l *Library) lawsExport(w http.ResponseWriter, r *http.Request) error {
	frame, list, err := l.cfg.Begin(r, "法规库", LawsPath)
	if err != nil {
		return err
	}
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		return err
	}
	s, err := l.books(r.Context(), list)
	if err != nil {
		return err
	}
	sel, err := l.selection(r.Context(), s, q)
	if err != nil {
		return err
	}
	lines := sel.left(q)
	if len(lines) == 0 {
		return errs.NotFoundf("没有符合条件的法规，无从导出").Fix("请去掉一个条件再导出")
	}
	out := ui.Sheet{Name: "法规库", Site: frame.Site, Columns: []ui.Column{{Head: "名称", Width: 56}, {Head: "效力层级", Width: 20}, {Head: "领域", Width: 20},
		{Head: "状态", Width: 12}, {Head: "制定机关", Width: 36}, {Head: "公布日期", Width: 12}, {Head: "施行日期", Width: 12}, {Head: "收录版本数", Width: 12},
		{Head: "引用的权力项数", Width: 16}}}
	out.What = fmt.Sprintf("%s 法规库，共%d部；状态按%s计算", frame.Site.Name, len(lines), ui.Day(l.cfg.Today()))
	if chosen := q.said(); chosen != "" {
		out.What += "；筛选：" + chosen
	}
	return out.Send(w, r, func(add ui.Adder) error {
		for _, n := range lines {
			e := n.Editions[n.at]
			if err := add(n.Title, string(n.Level), n.field(), string(n.standing), n.Issuer, e.Made, e.Effective, len(n.Editions), n.Uses); err != nil {
				return err
			}
		}
		return nil
	})
}

// said says a query in words.
func (q query) said() string {
	var words []string
	for _, w := range []string{q.Words, q.Level, q.Field, q.State} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, "，")
}
