package admin_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
)

// attempt tries to sign in as the sign-in page does.
func (h *hall) attempt(login, password, address string) error {
	h.Helper()
	a := session.Attempt{Login: login, Password: password, Address: address, Profile: session.ProfileOf(session.Graded)}
	if account, err := people.ByLogin(context.Background(), h.DB, login); err == nil {
		a.Account, a.Login, a.Barred = account.ID, account.Login, account.Disabled
	}
	_, err := h.gate.SignIn(context.Background(), a)
	return err
}

func TestALockedAccountIsUnlockedAndResetByTheSecurityAdministrator(t *testing.T) {
	halls(t, func(h *hall) {
		path := "/admin/security/accounts/" + h.clerk.ID.String()
		h.says(h.post(h.security, path+"/password", http.StatusBadRequest), "没有勾选")
		first := secret.FindStringSubmatch(h.post(h.security, path+"/password", http.StatusOK, "sure", "1"))
		if first == nil {
			h.Fatal("no password is shown")
		}
		for i := range 5 {
			if h.attempt("clerk", "wrong", fmt.Sprintf("192.0.2.%d", 10+i)) == nil {
				h.Fatal("a wrong password opens")
			}
		}
		if h.attempt("clerk", first[1], "192.0.2.30") == nil {
			h.Error("a locked account opens")
		}
		h.says(h.get(h.security, "/admin/security?is=locked", http.StatusOK), "clerk", "锁定至")
		h.says(h.get(h.security, path, http.StatusOK), "连续输错口令，锁定到")
		body := h.post(h.security, path+"/unlock", http.StatusSeeOther)
		h.says(body, "账号已解锁")
		h.silent(body, "连续输错口令")
		if err := h.attempt("clerk", first[1], "192.0.2.31"); err != nil {
			h.Errorf("after unlocking: %v", err)
		}
		second := secret.FindStringSubmatch(h.post(h.security, path+"/password", http.StatusOK, "sure", "1"))
		if second == nil || second[1] == first[1] {
			h.Fatal("no new password is shown")
		}
		if h.attempt("clerk", first[1], "192.0.2.32") == nil {
			h.Error("the old password opens")
		}
		h.post(h.security, "/admin/security/accounts/"+h.security.ID.String()+"/password", http.StatusForbidden, "sure", "1")
		h.post(h.security, path+"/factor", http.StatusSeeOther, "sure", "1")
		for _, kind := range []string{"account.unlocked", "account.factor_reset", "account.password_reset"} {
			for _, e := range h.entries(kind) {
				if e.Actor.ID != h.security.ID.String() || e.Subject != h.clerk.ID {
					h.Errorf("%s by %s on %s", kind, e.Actor.ID, e.Subject)
				}
			}
		}
	})
}

func TestSignInsNeverShowWhatWasTypedForNobody(t *testing.T) {
	halls(t, func(h *hall) {
		const typed = "MyPassw0rd-typed-as-login"
		for _, login := range []string{typed, "clerk", "<script>alert(1)</script>"} {
			if h.attempt(login, "wrong", "192.0.2.77") == nil {
				h.Fatal("a wrong password opens")
			}
		}
		body := h.get(h.audit, "/admin/audit/sign-ins", http.StatusOK)
		h.silent(body, typed, strings.ToLower(typed), "MyPass", "<script>alert")
		h.says(body, "未登记的登录名", "没有这个登录名", "clerk", "口令不对", "192.0.2.77")
		for _, row := range h.sheet(h.audit, "/admin/audit/sign-ins.xlsx") {
			if strings.Contains(strings.ToLower(strings.Join(row, " ")), "mypass") {
				h.Errorf("the export shows %v", row)
			}
		}
		for query, want := range map[string]int{"?outcome=wrong": 1, "?outcome=failed": 3, "?outcome=ok": 0, "?outcome=unknown": 2, "?account=clerk": 1, "?address=192.0.2.77": 3, "?address=192.0.2.99": 0,
			"?from=2001-01-01&to=2001-01-02": 0, "?from=2001-01-01": 3} {
			if got := len(h.walk(h.audit, "/admin/audit/sign-ins"+query)); got != want {
				h.Errorf("%s: %d sign-ins, want %d", query, got, want)
			}
			if got := len(h.sheet(h.audit, "/admin/audit/sign-ins.xlsx"+query)) - 2; got != want {
				h.Errorf("%s: %d exported, want %d", query, got, want)
			}
		}
		for query, words := range map[string]string{"?account=" + typed: "没有登录名为", "?from=x": "日期不对", "?to=2014-02-30": "日期不对", "?from=2020-01-02&to=2020-01-01": "起始日期晚于截止日期"} {
			h.says(h.get(h.audit, "/admin/audit/sign-ins"+query, http.StatusOK), words)
			h.get(h.audit, "/admin/audit/sign-ins.xlsx"+query, http.StatusBadRequest)
		}
		for _, query := range []string{"?outcome=x", "?after=x", "?after=" + strings.Repeat("A", 30)} {
			h.get(h.audit, "/admin/audit/sign-ins"+query, http.StatusBadRequest)
		}
	})
}

func TestActsAreListedInOrderAndExportedAsFiltered(t *testing.T) {
	halls(t, func(h *hall) {
		path := "/admin/accounts/" + h.clerk.ID.String() + "/name"
		for i := range 60 {
			h.post(h.system, path, http.StatusSeeOther, "phone", fmt.Sprintf("1380013%04d", i))
		}
		h.must(h.Ledger.Settle(context.Background()))
		h.must(h.Ledger.Settle(context.Background()))
		kinds := h.walk(h.audit, "/admin/audit?account=sysadmin&kind=account.renamed")
		if len(kinds) != 60 || slices.ContainsFunc(kinds, func(k string) bool { return k != "更改姓名或电话" }) {
			h.Errorf("%d acts of the system administrator: %v", len(kinds), kinds)
		}
		all := h.walk(h.audit, "/admin/audit")
		rows := h.sheet(h.audit, "/admin/audit.xlsx")[2:]
		if len(rows) != len(all) {
			h.Errorf("%d acts listed, %d exported", len(all), len(rows))
		}
		for i, row := range rows {
			if i > 0 && row[0] > rows[i-1][0] && len(row[0]) == len(rows[i-1][0]) {
				h.Errorf("%s stands after %s", row[0], rows[i-1][0])
			}
			if strings.Contains(strings.Join(row, " "), "1380013") || strings.Contains(strings.Join(row, " "), clerkName) {
				h.Errorf("personal data in %v", row)
			}
		}
		body := h.get(h.audit, "/admin/audit?kind=account.renamed", http.StatusOK)
		h.says(body, "sysadmin（王**）", "账号clerk", "人员和办件台账第")
		h.says(h.get(h.audit, "/admin/audit?log=powers", http.StatusOK), "权力台账第", "登记部门", "市水利局")
		if n := len(h.walk(h.audit, "/admin/audit?account=clerk")); n != 62 {
			h.Errorf("%d acts on the clerk's account, want 62", n)
		}
		for _, query := range []string{"?log=x", "?kind=%00", "?after=x"} {
			h.get(h.audit, "/admin/audit"+query, http.StatusBadRequest)
		}
	})
}

func TestVerifyingFindsATamperedLedger(t *testing.T) {
	halls(t, func(h *hall) {
		h.must(h.Ledger.Settle(context.Background()))
		h.says(h.get(h.audit, "/admin/audit/ledger", http.StatusOK), "尚未核验")
		h.says(h.post(h.audit, "/admin/audit/ledger", http.StatusOK), "两本台账都完整", "完整，未被改动")
		h.must(h.DB.Write(context.Background(), func(tx *sqldb.Tx) error {
			_, err := tx.Exec(context.Background(), `update ledger_entries set actor_name = ? where log = ? and seq = ?`, "别人", int(ledger.Cases), 2)
			return err
		}))
		body := h.post(h.audit, "/admin/audit/ledger", http.StatusOK)
		h.says(body, "与登记不符", "账本 cases 第 2 条")
		h.silent(body, "两本台账都完整")
	})
}

func TestTheRulesHoldForOpenSessionsAtOnce(t *testing.T) {
	halls(t, func(h *hall) {
		const path = "/admin/security/settings"
		for words, form := range map[string][]string{
			"没有选择口令策略":  {"factor", "optional", "idle", "30", "absolute", "600"},
			"没有填写无操作退出": {"profile", "mlps3", "factor", "optional", "absolute", "600"},
			"不是一个整数":    {"profile", "mlps3", "factor", "optional", "idle", "x", "absolute", "600"},
			"要在5到60分钟":  {"profile", "mlps3", "factor", "optional", "idle", "99999999999999", "absolute", "600"},
			"最长要在60到":   {"profile", "mlps3", "factor", "optional", "idle", "30", "absolute", "-1"},
			"没有选择谁必须":   {"profile", "mlps3", "factor", "nobody", "idle", "30", "absolute", "600"},
		} {
			h.says(h.post(h.security, path, http.StatusBadRequest, form...), words)
		}
		h.says(h.post(h.security, path, http.StatusSeeOther, "profile", "asvs5", "factor", "admins", "idle", "5", "absolute", "60"), "安全规则已保存", `value="5"`)
		h.Advance(6 * time.Minute)
		if a := h.Get(h.clerk, "/work"); a.Status != http.StatusSeeOther {
			h.Errorf("an idle session still gets %d", a.Status)
		}
		s, err := people.ReadSettings(context.Background(), h.DB)
		h.must(err)
		if s.ProfileKey != session.Modern || s.SecondFactor != people.Administrators || s.Absolute != time.Hour {
			h.Errorf("the settings are %+v", s)
		}
	})
}

func TestGroupsAndSiteAreKept(t *testing.T) {
	halls(t, func(h *hall) {
		page := h.get(h.system, "/admin/groups", http.StatusOK)
		h.says(page, "第一审核小组", "暂未分配", "市卫生健康委员会")
		h.says(h.post(h.system, "/admin/groups", http.StatusSeeOther, "no", "2", "name", "第二审核小组"), "审核小组已建立", "第二审核小组")
		h.says(h.post(h.system, "/admin/groups", http.StatusConflict, "no", "2", "name", "又一个"), "已经存在")
		h.says(h.post(h.system, "/admin/groups", http.StatusBadRequest, "no", "100", "name", "百"), "1到99")
		h.says(h.post(h.system, "/admin/groups", http.StatusBadRequest, "no", "x", "name", "百"), "不是一个整数")
		h.says(h.post(h.system, "/admin/groups/name", http.StatusSeeOther, "no", "2", "name", "民生审核小组"), "小组名称已更新", "民生审核小组")
		const path = "/admin/groups/departments"
		h.says(h.post(h.system, path, http.StatusBadRequest, "group", "2"), "没有选中部门")
		h.says(h.post(h.system, path, http.StatusBadRequest, "department", h.water.String()), "没有选择所选部门改由")
		h.says(h.post(h.system, path, http.StatusBadRequest, "group", "2", "department", "x"), "所选部门无效")
		h.says(h.post(h.system, path, http.StatusBadRequest, "group", "7", "department", h.water.String()), "没有第7审核小组")
		h.says(h.post(h.system, path, http.StatusConflict, "group", "1", "department", h.water.String()), "已经是这样分工")

		reviewer := h.As(people.Reviewer, sqldb.ID{}, 2)
		if len(h.Who(reviewer).Reviews) != 0 {
			h.Error("the group reviews before it was told to")
		}
		h.says(h.post(h.system, path, http.StatusSeeOther, "group", "2", "department", h.water.String(), "department", h.health.String()), "审核分工已更新")
		if got := h.Who(reviewer).Reviews; len(got) != 2 {
			h.Errorf("the group reviews %v", got)
		}
		h.post(h.system, path, http.StatusSeeOther, "group", "0", "department", h.health.String())
		if got := h.Who(reviewer).Reviews; !slices.Equal(got, []sqldb.ID{h.water}) {
			h.Errorf("the group reviews %v", got)
		}

		h.says(h.post(h.system, "/admin/site", http.StatusBadRequest, "sponsor", "市人民政府", "division", "371500"), "没有填写网站名称")
		h.says(h.post(h.system, "/admin/site", http.StatusBadRequest, "name", "甲", "sponsor", "乙", "hotline", "请打12345", "division", "371500"), "只能写数字和横线")
		h.says(h.post(h.system, "/admin/site", http.StatusSeeOther, "name", "聊城市行政权力运行平台", "sponsor", "市人民政府", "hotline", "0635-12345", "division", "371500"),
			"站点资料已保存", "371500")
	})
}

func TestThePermissionTableIsReadWhole(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHall(t, db, l)
	page := h.get(h.security, "/admin/security/permits", http.StatusOK)
	for _, a := range people.Actions() {
		if strings.Contains(a.Label(), ".") || !strings.Contains(page, a.Label()) {
			h.Errorf("%s: %q is not on the page", a, a.Label())
		}
	}
	if rows := strings.Count(page, "<tr>") - 1; rows != len(people.Permits())+1 {
		h.Errorf("%d rows, want %d and the one of everybody", rows, len(people.Permits()))
	}
	one := h.get(h.security, "/admin/security/permits?role=audit_admin", http.StatusOK)
	h.says(one, people.ReadAudit.Label())
	h.silent(one, people.ManageAccounts.Label(), people.Conclude.Label())
	h.get(h.security, "/admin/security/permits?role=root", http.StatusBadRequest)
}

func TestHostileFormsAreRefusedInWords(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHall(t, db, l)
	a := h.Post(h.system, "/admin/accounts", url.Values{"login": {"x"}, "name": {strings.Repeat("长", 1<<20)}})
	if a.Status != http.StatusRequestEntityTooLarge {
		h.Errorf("a form of 3 MB: %d", a.Status)
	}
	body := h.post(h.system, "/admin/accounts", http.StatusBadRequest, "login", `"><script>x</script>`, "name", "\x00张\x1b三", "phone", "\xff")
	if strings.Contains(body, "<script>x") || !strings.Contains(body, "&lt;script&gt;x") {
		h.Error("what was typed comes back as markup, or not at all")
	}
}

func TestOperatorsOfTheMachineAreNamedWithoutTheNamesTheySignedFor(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	h := openHall(t, db, l)
	for _, name := range []string{"ops", "张三丰"} {
		h.must(l.Write(context.Background(), ledger.Actor{ID: "cli:ops", Name: name, Role: "操作员"}, func(ctx context.Context, tx *ledger.Tx) error {
			return tx.Say(ctx, "", "site.set", sqldb.ID{}, name)
		}))
	}
	body := h.get(h.audit, "/admin/audit?kind=site.set", http.StatusOK)
	h.says(body, ">本机用户ops<", "本机用户ops（张**）")
	h.silent(body, "张三丰")
}
