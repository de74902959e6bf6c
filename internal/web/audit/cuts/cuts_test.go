package cuts

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff/stafftest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// house is a site with two departments, their powers under review and people.
type house struct {
	*stafftest.Site
	db                                        *sqldb.DB
	water, build                              sqldb.ID
	powers                                    map[string]sqldb.ID
	reviewer, other, leading, clerk           *stafftest.Person
	headWater, headBuild, supervisor, machine *stafftest.Person
}

func houses(t *testing.T, fn func(t *testing.T, h *house)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		h := &house{Site: stafftest.New(t, db, l), db: db, powers: map[string]sqldb.ID{}}
		h.water, h.build = h.Department("示例市水利局"), h.Department("示例市住房城乡建设委")
		h.Group(1, h.water, h.build)
		h.Group(2)
		h.reviewer, h.other, h.leading = h.As(people.Reviewer, sqldb.ID{}, 1), h.As(people.Reviewer, sqldb.ID{}, 2), h.As(people.Leading, sqldb.ID{}, 0)
		h.clerk, h.headWater, h.headBuild = h.As(people.Clerk, h.water, 0), h.As(people.Head, h.water, 0), h.As(people.Head, h.build, 0)
		h.supervisor, h.machine = h.As(people.Supervisor, sqldb.ID{}, 0), h.As(people.SystemAdmin, sqldb.ID{}, 0)
		for code, d := range map[string]sqldb.ID{"W1": h.water, "W2": h.water, "B1": h.build} {
			h.Act(func(ctx context.Context, tx *ledger.Tx) error {
				basis := "《示例取水条例》第二条"
				v := power.Version{Department: d, Category: power.CategoryPermit, Name: "取水许可" + code, Level: "市级", Elements: power.Elements{Basis: basis, Object: "取水单位"}, Citations: power.ParseBasis(basis)}
				ids, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Review, Version: v})
				h.powers[code] = ids.Power
				return err
			})
		}
		h.Act(func(ctx context.Context, tx *ledger.Tx) error {
			_, err := finding.Save(ctx, tx, "2026-01-01", 3, nil)
			return err
		})
		room, err := New(Config{DB: db, Ledger: l, Clock: h.Now, Shell: h.Shell})
		must(t, err)
		h.Hang(room.Routes())
		fn(t, h)
	})
}

func (h *house) sheet(code string) string { return sheetHref(h.powers[code]) }

func (h *house) proposes(code string, fields ...string) stafftest.Answer {
	h.T.Helper()
	v := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		v.Set(fields[i], fields[i+1])
	}
	return h.Post(h.reviewer, h.sheet(code), v)
}

func (h *house) says(a stafftest.Answer, status int, words ...string) {
	h.T.Helper()
	if a.Status != status {
		h.T.Fatalf("%d, want %d: %.900s", a.Status, status, a.Body)
	}
	for _, w := range words {
		if !strings.Contains(a.Body, w) {
			h.T.Errorf("the page does not say %q: %.1500s", w, a.Body[strings.Index(a.Body, "<main"):])
		}
	}
}

func TestASheetAsksOnlyWhatTheFateNeeds(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		for fate, fields := range map[string]string{"": "", "取消": "ground followup reason", "下放": "target legal followup reason", "转移": "kind target receiver followup reason",
			"整合": "into reason", "冻结": "ground reason", "转出": "kind reason", "调整类别": "target reason", "保留": "ground reason"} {
			a := h.Get(h.reviewer, h.sheet("W1")+"?fate="+url.QueryEscape(fate))
			h.says(a, http.StatusOK, "《示例取水条例》第二条", "取水单位", "取水许可B1")
			for _, name := range []string{"ground", "kind", "target", "into", "legal", "receiver", "followup", "reason"} {
				asked := strings.Contains(a.Body, `name="`+name+`"`)
				if want := strings.Contains(" "+fields+" ", " "+name+" "); asked != want {
					t.Errorf("%s asks for %s: %v", fate, name, asked)
				}
			}
		}
		h.says(h.Get(h.reviewer, h.sheet("W1")+"?fate=%E6%95%B4%E5%90%88&into=B1"), http.StatusOK, `value="B1"`)
		own := h.Get(h.headBuild, h.sheet("B1"))
		h.says(own, http.StatusOK, "2 项", "另有 2 项没有列出")
		if strings.Contains(own.Body, "取水许可W1") {
			t.Error("a department sees what another one has under review")
		}
		for who, status := range map[*stafftest.Person]int{h.clerk: http.StatusOK, h.supervisor: http.StatusOK, h.other: http.StatusNotFound, h.machine: http.StatusForbidden, h.headBuild: http.StatusNotFound} {
			if a := h.Get(who, h.sheet("W1")); a.Status != status {
				t.Errorf("%v: %d, want %d", who.Roles, a.Status, status)
			}
		}
	})
}

func TestARefusedSheetKeepsWhatWasTyped(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		a := h.proposes("W1", "fate", "下放", "target", "莘县", "legal", "委托", "reason", "按照上级要求办理", "followup", "每年抽查")
		h.says(a, http.StatusBadRequest, `value="莘县"`, "按照上级要求办理", "每年抽查", "说明中却没有写委托")
		if regexp.MustCompile(`value="委托"[^>]* checked`).FindString(a.Body) == "" {
			t.Error("the chosen form is lost")
		}
		h.says(h.proposes("W1", "fate", "转移", "target", "协会", "kind", "行业组织", "reason", "可以由协会承担"), http.StatusBadRequest, "凭什么资质承接")
		h.says(h.proposes("W1", "fate", "冻结", "ground", "冻结", "reason", "近年没有办件", "version", sqldb.NewID().String()), http.StatusConflict, "已有新的内容", "近年没有办件")
		h.says(h.proposes("W1", "fate", "冻结", "ground", "冻结", "reason", "<script>alert(1)</script>没有办件"), http.StatusSeeOther)
		page := h.Get(h.reviewer, h.sheet("W1")+"?done=1")
		h.says(page, http.StatusOK, "建议已提出", "&lt;script&gt;", "现有建议")
	})
}

func TestProposalsAreDecidedAfterALook(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.says(h.proposes("W1", "fate", "保留"), http.StatusSeeOther)
		h.says(h.proposes("B1", "fate", "整合", "into", "W1", "reason", "与水利局的事项同出一条，由水利局负责"), http.StatusSeeOther)
		h.says(h.proposes("W2", "fate", "冻结", "ground", "冻结", "reason", "近年没有办件"), http.StatusSeeOther)
		if a := h.Get(h.reviewer, decidePath); a.Status != http.StatusForbidden {
			t.Errorf("a reviewer decides: %d", a.Status)
		}
		h.says(h.Get(h.clerk, Root), http.StatusOK, "共 <strong>2</strong> 项")
		list := h.Get(h.leading, decidePath)
		h.says(list, http.StatusOK, "取水许可B1", "并入“取水许可W1”")
		ids := regexp.MustCompile(`name="proposal" value="([^"]+)"`).FindAllStringSubmatch(list.Body, -1)
		if len(ids) != 3 {
			t.Fatalf("%d proposals to tick", len(ids))
		}
		form := url.Values{"on": {"2026-01-05"}, "by": {""}, "proposal": {ids[0][1]}}
		h.says(h.Post(h.leading, decidePath, form), http.StatusBadRequest, "没有填写决定机关", " checked")
		form.Set("by", "示例市人民政府")
		form.Del("proposal")
		h.says(h.Post(h.leading, decidePath, form), http.StatusBadRequest, "没有选择建议")
		form.Set("every", "1")
		look := h.Post(h.leading, decidePath, form)
		h.says(look, http.StatusOK, "将要执行 3 项", "确认执行 3 项", "示例市人民政府")
		if n, err := reduce.Tallies(t.Context(), h.db, people.Scope{All: true}, reduce.Query{}); err != nil || len(n) != 3 || n[0].State != reduce.Open {
			t.Fatalf("a look decided: %+v (%v)", n, err)
		}
		form.Del("every")
		for _, m := range regexp.MustCompile(`name="proposal" value="([^"]+)"`).FindAllStringSubmatch(look.Body, -1) {
			form.Add("proposal", m[1])
		}
		done := h.Post(h.leading, decidePath+"/confirm", form)
		h.says(done, http.StatusSeeOther)
		h.says(h.Get(h.leading, done.Location), http.StatusOK, "已按决定执行 3 项建议", "已决定")
		h.says(h.Post(h.leading, decidePath+"/confirm", form), http.StatusConflict, "没有执行")
		all, err := reduce.Balances(t.Context(), h.db)
		must(t, err)
		must(t, reduce.CheckBalance(all))
		if all[0].Kept != 1 || all[0].Left[reduce.Merge] != 1 || all[0].Left[reduce.Freeze] != 1 {
			t.Errorf("books %+v", all[0])
		}
	})
}

// What is exported is what the filter leaves, and it is a decisions workbook.
func TestTheExportIsADecisionsWorkbook(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		h.says(h.proposes("W1", "fate", "转移", "target", "协会", "kind", "行业组织", "receiver", "登记的社团法人", "reason", "可以由协会承担"), http.StatusSeeOther)
		h.says(h.proposes("W2", "fate", "冻结", "ground", "冻结", "reason", "近年没有办件"), http.StatusSeeOther)
		a := h.Get(h.reviewer, Root+"/proposals.xlsx?fate="+url.QueryEscape("转移"))
		h.says(a, http.StatusOK)
		x, err := excelize.OpenReader(strings.NewReader(a.Body))
		must(t, err)
		defer x.Close()
		rows, err := x.GetRows(x.GetSheetName(0))
		must(t, err)
		for i, r := range rows {
			if len(r) > 1 && r[1] == "W1" {
				for cell, v := range map[string]string{"M": "市政府", "N": "2026-01-05"} {
					name, err := excelize.JoinCellName(cell, i+1)
					must(t, err)
					must(t, x.SetCellValue(x.GetSheetName(0), name, v))
				}
			}
		}
		b, err := x.WriteToBuffer()
		must(t, err)
		ds, err := reduce.ReadDecisions(b.Bytes(), "减权建议.xlsx")
		must(t, err)
		if len(ds) != 1 || ds[0].Code != "W1" || ds[0].Receiver != "登记的社团法人" || ds[0].By != "市政府" {
			t.Fatalf("%+v", ds)
		}
		if err := reduce.Justify(ds[0], reduce.Facts{}); err != nil {
			t.Error(err)
		}
	})
}

// tests:减权/边界
func TestBothSidesSeeAndConfirmABoundary(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		form := url.Values{"matter": {"涉河建设项目"}, "right": {h.build.String()}, "left_does": {"审查行洪影响"}, "right_does": {"审查选址"}, "basis": {""}, "from": {"2026-01-01"}, "left": {h.build.String()}}
		h.says(h.Post(h.headWater, boundariesPath, form), http.StatusBadRequest, "没有写明依据", "审查行洪影响", `value="涉河建设项目"`)
		form.Set("basis", "三定规定")
		h.says(h.Post(h.headWater, boundariesPath, form), http.StatusSeeOther)
		h.says(h.Post(h.headWater, boundariesPath, form), http.StatusConflict, "已有“涉河建设项目”的边界")
		page := h.Get(h.headBuild, boundariesPath)
		h.says(page, http.StatusOK, "涉河建设项目", "示例市水利局", "代表本部门确认")
		to := regexp.MustCompile(`action="([^"]+/confirm)"`).FindStringSubmatch(page.Body)[1]
		if strings.Contains(h.Get(h.headWater, boundariesPath).Body, "代表本部门确认") {
			t.Error("the side that recorded is asked to confirm")
		}
		h.says(h.Post(h.headBuild, to, nil), http.StatusSeeOther)
		h.says(h.Get(h.headWater, boundariesPath+"?state=confirmed"), http.StatusOK, "双方已确认", "共 <strong>1</strong> 条")
		if a := h.Post(h.reviewer, to, nil); a.Status != http.StatusForbidden {
			t.Errorf("a reviewer confirms: %d", a.Status)
		}
		end := strings.TrimSuffix(to, "/confirm") + "/end"
		h.says(h.Post(h.headBuild, end, url.Values{"day": {"2026-02-01"}}), http.StatusBadRequest, "没有写明理由")
		h.says(h.Post(h.headBuild, end, url.Values{"day": {"2026-02-01"}, "reason": {"机构改革"}}), http.StatusSeeOther)
		h.says(h.Get(h.headWater, boundariesPath+"/list.xlsx"), http.StatusOK)
	})
}
