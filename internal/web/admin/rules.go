package admin

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// RulesPage is what the security administrator sets for passwords and sessions.
type RulesPage struct {
	ui.Frame
	Tabs     []ui.Link
	Done     string
	Profiles []ProfileChoice
	Wrong    string // what is wrong with the choice of a profile
	Form     Form
}

// ProfileChoice is a password profile with what it asks for.
type ProfileChoice struct {
	Value, Label, Basis string
	Demands             []string
	Chosen              bool
}

func (a *Admin) rulesPage(r *http.Request, who *people.Who) (RulesPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "安全规则", rulesPath, ui.Link{Label: "安全管理", Href: securityPath})
	if err != nil {
		return RulesPage{}, err
	}
	s, err := people.ReadSettings(r.Context(), a.cfg.DB)
	if err != nil {
		return RulesPage{}, err
	}
	page := RulesPage{Frame: frame, Tabs: securityTabs(rulesPath)}
	for _, p := range session.Profiles() {
		page.Profiles = append(page.Profiles, ProfileChoice{p.Key, p.Label, p.Basis, demands(p), p.Key == s.ProfileKey})
	}
	var factors []ui.Choice
	for _, f := range people.SecondFactors() {
		factors = append(factors, ui.Choice{Value: string(f), Label: f.Label(), Selected: f == s.SecondFactor})
	}
	page.Form = Form{Action: rulesPath, Button: "保存规则", Fields: []Field{
		{ID: "factor", Name: "factor", Label: "动态口令", Choices: factors, Help: "必须使用而还没有绑定的人，下次登录后先绑定"},
		{ID: "idle", Name: "idle", Label: "无操作退出", Value: minutes(s.Idle), Max: 2, Help: "多少分钟没有操作就要重新登录，5到60"},
		{ID: "absolute", Name: "absolute", Label: "最长时间", Value: minutes(s.Absolute), Max: 4, Help: "一次登录最多用多少分钟，60到1440"}}}
	return page, nil
}

func minutes(d time.Duration) string { return strconv.Itoa(int(d / time.Minute)) }

// demands says in words what a profile asks for.
func demands(p session.Profile) []string {
	out := []string{p.Demands()}
	if p.Common {
		out = append(out, "不能用常见口令，不能由登录名、姓名、单位名组成")
	}
	if p.MaxAge > 0 {
		out = append(out, "每"+strconv.Itoa(int(p.MaxAge.Hours()/24))+"天更换一次")
	} else {
		out = append(out, "不要求定期更换")
	}
	if p.History > 0 {
		out = append(out, "不能与最近"+strconv.Itoa(p.History)+"次用过的相同")
	}
	return append(out, "连续输错"+strconv.Itoa(p.Failures)+"次锁定"+minutes(p.Lock)+"分钟")
}

func (a *Admin) rules(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.rulesPage(r, who)
	if err != nil {
		return err
	}
	page.Done = doneWords(r)
	return a.show(w, r, http.StatusOK, "rules", page)
}

func (a *Admin) setRules(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	page, err := a.rulesPage(r, who)
	if err != nil {
		return err
	}
	page.Form.fill(r)
	for i := range page.Profiles {
		page.Profiles[i].Chosen = page.Profiles[i].Value == staff.Typed(r, "profile")
	}
	if !slices.ContainsFunc(page.Profiles, func(p ProfileChoice) bool { return p.Chosen }) {
		page.Wrong = "没有选择口令策略"
	}
	if page.Form.lacks() || page.Wrong != "" {
		return a.show(w, r, http.StatusBadRequest, "rules", page)
	}
	err = a.act(r, who, func(ctx context.Context, tx *ledger.Tx) error {
		idle, err := whole(staff.Typed(r, "idle"), "无操作退出")
		if err != nil {
			return err
		}
		absolute, err := whole(staff.Typed(r, "absolute"), "最长时间")
		if err != nil {
			return err
		}
		return people.SetSettings(ctx, tx, people.Settings{ProfileKey: staff.Typed(r, "profile"), Idle: span(idle), Absolute: span(absolute),
			SecondFactor: people.SecondFactor(staff.Typed(r, "factor"))})
	})
	if err != nil {
		status, err := page.Form.blame(err)
		if err != nil {
			return err
		}
		return a.show(w, r, status, "rules", page)
	}
	return done(w, r, rulesPath, "rules")
}

// span is a number of minutes; more than a day is cut to what the rules refuse
// anyway, so that no number overflows.
func span(n int) time.Duration { return time.Duration(min(max(n, 0), 1<<20)) * time.Minute }
