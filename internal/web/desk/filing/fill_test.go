package filing_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff/stafftest"
)

// present reads the wording that stands of a power.
func (o *office) present(id sqldb.ID) (power.Change, power.Version) {
	o.T.Helper()
	c, err := inventory.Current(context.Background(), o.DB, id)
	must(o.T, err)
	v, err := power.VersionByID(context.Background(), o.DB, c.Version)
	must(o.T, err)
	return c, v
}

func (o *office) powers() []power.Change {
	o.T.Helper()
	all, err := power.Changes(context.Background(), o.DB)
	must(o.T, err)
	return all
}

// save sends a form as the script does.
func (o *office) save(p *stafftest.Person, path string, v url.Values) (int, savedAnswer) {
	o.T.Helper()
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+path, strings.NewReader(v.Encode()))
	must(o.T, err)
	r.RemoteAddr = "192.0.2.1:40000"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	a := o.Do(p, r)
	var x savedAnswer
	if err := json.Unmarshal([]byte(a.Body), &x); err != nil {
		o.T.Fatalf("%d %s: %v", a.Status, a.Body, err)
	}
	return a.Status, x
}

type savedAnswer struct {
	Saved, Draft, Error, At string
	No                      int
	Stale, SignedOut        bool
}

// copied is a form with other values.
func copied(v url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, x := range v {
		out[k] = x
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Set(pairs[i], pairs[i+1])
	}
	return out
}

func TestANewPowerIsFilledInOnceHoweverOftenTheFormIsSent(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		v := copied(form(t, o.page(o.clerk, "/desk/filing/new")), "name", "取水许可", "category", "行政审批", "basis", "《中华人民共和国水法》第四十八条", "then", "finish")
		a := o.Post(o.clerk, "/desk/filing/new", v)
		if a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if again := o.Post(o.clerk, "/desk/filing/new", v); again.Status != http.StatusSeeOther || again.Location != a.Location {
			t.Errorf("sent twice: %d to %s, first to %s", again.Status, again.Location, a.Location)
		}
		all := o.powers()
		if len(all) != 1 || all[0].State != power.SelfCheck || all[0].Department != o.health {
			t.Fatalf("powers %+v", all)
		}
		drafts, err := inventory.Drafts(context.Background(), o.DB, o.clerk.ID)
		if err != nil || len(drafts) != 0 {
			t.Errorf("drafts left behind: %+v, %v", drafts, err)
		}
		body := o.page(o.clerk, a.Location)
		has(t, body, "取水许可", "已提交新版本", "缺少承办机构", "《中华人民共和国水法》第四十八条")
		if _, version := o.present(all[0].Power); version.Initiative != power.OnApplication || len(version.Citations) != 1 {
			t.Errorf("initiative %q, citations %+v", version.Initiative, version.Citations)
		}
	})
}

func TestAFormThatIsRefusedKeepsEveryWord(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		v := copied(form(t, o.page(o.clerk, "/desk/filing/new")), "content", "只写了行使内容", "code", "有 空格", "then", "finish")
		a := o.Post(o.clerk, "/desk/filing/new", v)
		if a.Status != http.StatusBadRequest {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		has(t, a.Body, "没有提交", "没有填写事项名称", "没有选择权力类别", "编码里有空格", "只写了行使内容", `id="f-name-wrong"`, `aria-invalid="true"`)
		if len(o.powers()) != 0 {
			t.Error("a power without name came in")
		}
		drafts, err := inventory.Drafts(context.Background(), o.DB, o.clerk.ID)
		if err != nil || len(drafts) != 1 || drafts[0].Elements.Content != "只写了行使内容" {
			t.Errorf("the words are not kept as a draft: %+v, %v", drafts, err)
		}
		has(t, o.page(o.clerk, "/desk/filing"), "没有提交的新事项", "还没有名称的事项")
		hasNot(t, o.page(o.colleague, "/desk/filing"), "还没有名称的事项")
	})
}

func TestDraftsSaveThemselvesAndAreNeverOverwrittenInSilence(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		path := "/desk/filing/powers/" + id.String()
		v := copied(form(t, o.page(o.clerk, path+"/edit")), "content", "一边的话")
		status, first := o.save(o.clerk, path+"/draft", v)
		if status != http.StatusOK || first.No != 1 || len(first.Saved) != len("15:04:05") {
			t.Fatalf("%d %+v", status, first)
		}
		_, second := o.save(o.clerk, path+"/draft", copied(v, "no", "1", "draft", first.Draft, "content", "一边后来的话"))
		if second.No != 2 {
			t.Errorf("the second save has the number %d", second.No)
		}
		status, stale := o.save(o.clerk, path+"/draft", copied(v, "no", "1", "draft", first.Draft, "content", "另一边的话"))
		if status != http.StatusConflict || !stale.Stale || stale.Error == "" {
			t.Errorf("an old window: %d %+v", status, stale)
		}
		d, err := inventory.DraftOf(context.Background(), o.DB, o.clerk.ID, id)
		if err != nil || d.Elements.Content != "一边后来的话" || d.No != 2 {
			t.Errorf("draft %d %q, %v", d.No, d.Elements.Content, err)
		}
		// Without script the same window shows both.
		a := o.Post(o.clerk, path+"/draft", copied(v, "no", "1", "draft", first.Draft, "content", "另一边的话"))
		if a.Status != http.StatusConflict {
			t.Errorf("%d", a.Status)
		}
		has(t, a.Body, "两边都有改动", "在别的窗口里又保存过", "<ins>另一边</ins>的话", "<del>一边后来</del>的话", "back=%2Fdesk%2Ffiling%2Fpowers%2F"+id.String()+"%2Fedit")
		// Coming back, the draft is there and can be thrown away.
		body := o.page(o.clerk, path+"/edit")
		has(t, body, "没有提交的草稿", "改了 1 处", "一边后来的话", "改过，看现在的版本")
		if v := form(t, body); v.Get("no") != "2" || v.Get("content") != "一边后来的话" {
			t.Errorf("the form has save %s, %q", v.Get("no"), v.Get("content"))
		}
		has(t, o.page(o.clerk, "/desk/filing?mark=drafts"), "取水许可", "有草稿")
		has(t, o.page(o.colleague, path+"/edit"), "本部门还有 1 人在改这个事项")
		if a := o.Post(o.colleague, "/desk/filing/drafts/"+d.ID.String()+"/drop", nil); a.Status != http.StatusSeeOther {
			t.Errorf("%d", a.Status)
		}
		if _, err := inventory.DraftOf(context.Background(), o.DB, o.clerk.ID, id); err != nil {
			t.Error("somebody else threw the draft away: ", err)
		}
		o.Post(o.clerk, "/desk/filing/drafts/"+d.ID.String()+"/drop", nil)
		if _, err := inventory.DraftOf(context.Background(), o.DB, o.clerk.ID, id); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the draft is still there: %v", err)
		}
	})
}

func TestASessionThatEndsMidFormLosesNothing(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		path := "/desk/filing/powers/" + id.String()
		v := copied(form(t, o.page(o.clerk, path+"/edit")), "content", "登录失效时写的话", "then", "finish")
		gone := &stafftest.Person{Token: "nobody"}
		if status, x := o.save(gone, path+"/draft", v); status != http.StatusForbidden || !x.SignedOut {
			t.Errorf("the script is told %d %+v", status, x)
		}
		a := o.Post(gone, path+"/edit", v)
		if a.Status != http.StatusForbidden {
			t.Errorf("%d", a.Status)
		}
		has(t, a.Body, "登录失效时写的话", "没有提交")
		if _, version := o.present(id); version.No != 1 {
			t.Error("a version came from nobody")
		}
	})
}

func TestTwoPeopleOnOnePowerSeeBothTexts(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		path := "/desk/filing/powers/" + id.String()
		mine := copied(form(t, o.page(o.clerk, path+"/edit")), "content", "张写的行使内容", "object", "张写的服务对象", "then", "finish")
		theirs := copied(form(t, o.page(o.colleague, path+"/edit")), "content", "李写的行使内容", "result", "李写的审批结果", "then", "finish")
		if a := o.Post(o.colleague, path+"/edit", theirs); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		a := o.Post(o.clerk, path+"/edit", mine)
		if a.Status != http.StatusConflict {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		has(t, a.Body, "两边都有改动", "有 1 处两边写得不一样", "张写", "李写", "张写的服务对象", "对直接取用水资源的申请作出许可")
		if _, version := o.present(id); version.Elements.Content != "李写的行使内容" || version.No != 2 {
			t.Fatalf("version %d %q", version.No, version.Elements.Content)
		}
		picks := url.Values{}
		for _, m := range hiddenField.FindAllStringSubmatch(a.Body, -1) {
			picks.Set(m[1], m[2])
		}
		for _, m := range radioField.FindAllStringSubmatch(a.Body, -1) {
			picks.Set(m[1], m[2])
		}
		if picks.Get("pick.object") != "mine" || picks.Get("pick.result") != "theirs" || picks.Get("pick.content") != "" {
			t.Errorf("chosen beforehand: %v", picks)
		}
		left := o.Post(o.clerk, path+"/merge", picks)
		if left.Status != http.StatusConflict {
			t.Errorf("a field without choice: %d", left.Status)
		}
		has(t, left.Body, "还有 1 处没有选定", "张写的")
		picks.Set("pick.content", "mine")
		merged := o.Post(o.clerk, path+"/merge", picks)
		if merged.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", merged.Status, merged.Body)
		}
		body := o.page(o.clerk, merged.Location)
		has(t, body, "已按你的选择合并")
		if a := o.Post(o.clerk, path+"/edit", copied(form(t, body), "then", "finish")); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		_, version := o.present(id)
		if e := version.Elements; e.Content != "张写的行使内容" || e.Object != "张写的服务对象" || e.Result != "李写的审批结果" || version.No != 3 {
			t.Errorf("version %d: %+v", version.No, e)
		}
	})
}

func TestTheSameFormTwiceOnAPowerMakesOneVersion(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		path := "/desk/filing/powers/" + id.String() + "/edit"
		shown := form(t, o.page(o.clerk, path))
		v := copied(shown, "content", "改过的内容", "then", "finish")
		for range 3 {
			if a := o.Post(o.clerk, path, v); a.Status != http.StatusSeeOther {
				t.Fatalf("%d %s", a.Status, a.Body)
			}
		}
		if _, version := o.present(id); version.No != 2 {
			t.Errorf("version %d", version.No)
		}
		drafts, err := inventory.Drafts(context.Background(), o.DB, o.clerk.ID)
		if err != nil || len(drafts) != 0 {
			t.Errorf("drafts left behind: %+v, %v", drafts, err)
		}
		a := o.Post(o.clerk, path, copied(form(t, o.page(o.clerk, path)), "then", "finish"))
		if a.Status != http.StatusBadRequest {
			t.Errorf("nothing new: %d", a.Status)
		}
		has(t, a.Body, "没有修改")
	})
}

func TestAnotherCategoryTakesItsWayOfStartingAlong(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水处罚"))
		path := "/desk/filing/powers/" + id.String() + "/edit"
		v := copied(form(t, o.page(o.clerk, path)), "category", "行政处罚", "then", "finish")
		if a := o.Post(o.clerk, path, v); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if _, version := o.present(id); version.Initiative != power.ExOfficio {
			t.Errorf("a penalty starts %s", version.Initiative)
		}
	})
}

func TestAPowerIsTakenBackWithAReason(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("取水许可"))
		path := "/desk/filing/powers/" + id.String()
		a := o.Post(o.clerk, path+"/withdraw", url.Values{"reason": {" "}})
		if a.Status != http.StatusBadRequest {
			t.Errorf("%d", a.Status)
		}
		has(t, a.Body, "没有写明撤回的理由")
		if a := o.Post(o.other, path+"/withdraw", url.Values{"reason": {"别的部门"}}); a.Status != http.StatusNotFound {
			t.Errorf("another department: %d", a.Status)
		}
		if a := o.Post(o.clerk, path+"/withdraw", url.Values{"reason": {"属于水利局的职责"}}); a.Status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.Status, a.Body)
		}
		if c, _ := o.present(id); c.State != power.Withdrawn {
			t.Errorf("state %s", c.State)
		}
		has(t, o.page(o.clerk, path), "撤回")
	})
}

// TestNobodySeesOrTouchesWhatIsNotTheirs walks every address of one power with
// everybody who has no business there.
func TestNobodySeesOrTouchesWhatIsNotTheirs(t *testing.T) {
	offices(t, func(t *testing.T, o *office) {
		id := o.file(o.clerk, wording("机密的取水许可"))
		sub := o.up()
		o.down(sub, "依据不足，请补充")
		opinion := o.said()[0].ID.String()
		path := "/desk/filing/powers/" + id.String()
		paper := "/desk/filing/submissions/" + sub.ID.String()
		unknown := "/desk/filing/powers/" + sqldb.NewID().String()
		words := o.Get(o.other, unknown)
		for _, get := range []string{path, path + "/edit", paper, paper + "/print", paper + "/feedback", "/desk/filing/opinions/" + opinion,
			"/desk/filing?department=" + o.health.String(), "/desk/filing.xlsx?department=" + o.health.String(),
			"/desk/filing/opinions?department=" + o.health.String(), "/desk/filing/opinions.xlsx?department=" + o.health.String(),
			"/desk/filing/handup?department=" + o.health.String()} {
			a := o.Get(o.other, get)
			if a.Status != http.StatusNotFound || a.Body != words.Body {
				t.Errorf("%s: %d %.200s", get, a.Status, a.Body)
			}
		}
		for _, post := range []string{path + "/edit", path + "/draft", path + "/merge", path + "/withdraw", path + "/attachments", "/desk/filing/opinions/" + opinion} {
			if a := o.Post(o.other, post, url.Values{"draft": {sqldb.NewID().String()}, "no": {"0"}, "base": {sqldb.NewID().String()}, "answer": {"refuse"}, "reason": {"冒名"}}); a.Status != http.StatusNotFound {
				t.Errorf("POST %s: %d %.200s", post, a.Status, a.Body)
			}
		}
		for _, page := range []string{"/desk/filing", "/desk/filing/opinions", "/desk/filing/handup", "/desk/filing?q=" + url.QueryEscape("机密")} {
			hasNot(t, o.page(o.other, page), "机密")
		}
		if o.said()[0].Reply != nil {
			t.Error("somebody of another department answered")
		}
		for _, p := range []*stafftest.Person{o.leader, o.legal} {
			has(t, o.page(p, path), "机密的取水许可")
			hasNot(t, o.page(p, path), path+"/edit", "/withdraw", "/attachments")
			has(t, o.page(p, "/desk/filing?department="+o.health.String()), "机密的取水许可", "只读")
			has(t, o.page(p, "/desk/filing"), "请先选择部门")
			for _, post := range []string{path + "/edit", path + "/draft", "/desk/filing/opinions/" + opinion, "/desk/filing/handup", "/desk/filing/handup/sign"} {
				if a := o.Post(p, post, url.Values{}); a.Status != http.StatusForbidden {
					t.Errorf("POST %s: %d", post, a.Status)
				}
			}
		}
		admin := o.As(people.SystemAdmin, sqldb.ID{}, 0)
		if a := o.Get(admin, path); a.Status != http.StatusForbidden {
			t.Errorf("an administrator: %d", a.Status)
		}
	})
}
