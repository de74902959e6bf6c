package admin

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// auditTabs are the pages of the audit administrator.
func auditTabs(path string) []ui.Link {
	return tabs(path, ui.Link{Label: "操作记录", Href: auditPath}, ui.Link{Label: "登录记录", Href: signInsPath},
		ui.Link{Label: "个人信息查看记录", Href: viewsPath}, ui.Link{Label: "核验台账", Href: ledgerPath})
}

// scope is what the three lists of records have in common: whose, and from
// which day to which (both included). Wrong is what is wrong with what was typed;
// nothing is listed then.
type scope struct {
	Account  string // login
	From, To string // days
	Wrong    string

	account  sqldb.ID
	from, to time.Time
}

// readScope reads the parameters account, from and to. What nobody can mean is
// said on the page.
func (a *Admin) readScope(ctx context.Context, q url.Values) (scope, error) {
	s := scope{From: q.Get("from"), To: q.Get("to")}
	words, err := ui.ParseWords(q.Get("account"))
	if err != nil {
		return s, err
	}
	s.Account = words
	if s.from, s.Wrong = day(s.From, 0); s.Wrong != "" {
		s.From = ""
		return s, nil
	}
	if s.to, s.Wrong = day(s.To, 1); s.Wrong != "" {
		s.To = ""
		return s, nil
	}
	if !s.from.IsZero() && !s.to.IsZero() && !s.from.Before(s.to) {
		s.Wrong = "起始日期晚于截止日期。请调换"
		return s, nil
	}
	if words == "" {
		return s, nil
	}
	account, err := people.ByLogin(ctx, a.cfg.DB, words)
	if errs.KindOf(err) == errs.NotFound {
		s.Wrong = "没有登录名为“" + words + "”的账号。请核对登录名"
		return s, nil
	}
	s.account = account.ID
	return s, err
}

// day reads a day as the instant at its beginning, some days later.
func day(s string, later int) (t time.Time, wrong string) {
	if s == "" {
		return t, ""
	}
	t, err := time.ParseInLocation(time.DateOnly, s, beijing())
	if err != nil || t.Year() < 1970 || t.Year() > 9000 {
		return time.Time{}, "日期不对。请写成2014-12-30这样"
	}
	return t.AddDate(0, 0, later), ""
}

// values are the parameters of the scope.
func (s scope) values() url.Values {
	v := url.Values{}
	for key, value := range map[string]string{"account": s.Account, "from": s.From, "to": s.To} {
		if value != "" {
			v.Set(key, value)
		}
	}
	return v
}

// words say the scope, for exports.
func (s scope) words() []string {
	var out []string
	if s.Account != "" {
		out = append(out, "账号"+s.Account)
	}
	if s.From != "" {
		out = append(out, ui.Day(s.From)+"起")
	}
	if s.To != "" {
		out = append(out, "到"+ui.Day(s.To))
	}
	return out
}

// Records is what the pages of records have in common.
type Records struct {
	ui.Frame
	Tabs       []ui.Link
	Account    string
	From, To   string
	Wrong      string
	Chosen     bool // something was chosen
	Total      int
	Pager      ui.Pager
	ExportHref string
	Path       string
}

func (a *Admin) records(r *http.Request, who *people.Who, title, path string, s scope) (Records, error) {
	frame, err := a.cfg.Shell.Frame(r, who, title, path, auditTrail(path)...)
	return Records{Frame: frame, Tabs: auditTabs(path), Account: s.Account, From: s.From, To: s.To, Wrong: s.Wrong, Path: path}, err
}

func auditTrail(path string) []ui.Link {
	if path == auditPath {
		return nil
	}
	return []ui.Link{{Label: "操作记录", Href: auditPath}}
}

// exportBatch is how many rows an export reads at a time.
const exportBatch = 1000

// mostExported is how many rows one workbook takes.
const mostExported = 200_000

// checkExport refuses an export of a scope that cannot be meant, or of more than
// fits in a workbook that opens.
func (s scope) checkExport(total int) error {
	switch {
	case s.Wrong != "":
		return errs.Invalidf("筛选条件无效").Fix(s.Wrong)
	case total > mostExported:
		return errs.TooLargef("要导出的记录有%s条，超过%s条", ui.Num(total), ui.Num(mostExported)).Fix("请缩小日期范围，分几次导出")
	}
	return nil
}
