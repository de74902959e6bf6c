package web

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/testkit"
)

// today is the civil day of clock.
const today = "2026-11-24"

// shifted is an office whose list cites every article of two laws as they were
// before they were amended, and was checked after the new texts came in: the
// numbers of its citations lead into those now.
type shifted struct {
	*office
	pages http.Handler // of the public
	moved touched      // only its number moved, and another article took that
	gone  touched      // it is no more, and another article took its number
	same  touched      // it changed under its number
}

// touched is a power whose only citation a change of law touches.
type touched struct {
	impact.Task
	impact.Reason
	event    impact.Event
	law      string // its address
	from, to *lawtext.Document
}

func (x touched) item() string { return "/powers/" + x.Code }

func shift(t testing.TB, db *sqldb.DB, l *ledger.Ledger) *shifted {
	t.Helper()
	s := &shifted{office: openOffice(t, db, l), pages: handler(t, db)}
	texts := s.gold()
	for _, r := range s.replays[:2] {
		from, to := lawtext.Parse(texts[r.old].Text), lawtext.Parse(texts[r.new].Text)
		for _, x := range s.tasks(impact.Query{Event: r.event.ID}) {
			w := x.Reasons[0]
			_, taken := to.Find(w.Old)
			found := touched{x, w, r.event, "/laws/" + r.event.Document.String(), from, to}
			switch {
			case w.Kind == impact.NumberMoved && taken:
				s.moved = found
			case w.Kind == impact.ArticleGone && taken:
				s.gone = found
			case w.Kind == impact.TextChanged && w.New == w.Old && differing(from, to, w.Old) != "":
				s.same = found
			}
		}
	}
	if s.moved.Code == "" || s.same.Code == "" || s.gone.Code == "" {
		t.Fatal("the real amendments lack a kind of change")
	}
	s.check()
	return s
}

func (s *shifted) check() {
	s.t.Helper()
	_, err := inventory.CheckAndSave(s.t.Context(), s.ledger, s.db, operator, today, nil)
	must(s.t, err)
}

func (s *shifted) close(x touched, a impact.Answer) {
	s.t.Helper()
	a.Today = today
	must(s.t, impact.Close(s.t.Context(), s.ledger, operator, x.Task.ID, a))
}

// publish lists what is on its way.
func (s *shifted) publish(effective string) {
	s.t.Helper()
	s.check()
	s.write(func(ctx context.Context, tx *ledger.Tx) error {
		changes, err := power.Changes(ctx, tx, power.Review)
		if err != nil {
			return err
		}
		for _, c := range changes {
			if c.Kind == power.KindCancel {
				continue
			}
			if err := power.Move(ctx, tx, c, power.Proposed); err != nil {
				return err
			}
		}
		return tx.Say(ctx, "371500", "test.kept", sqldb.ID{}, struct{}{})
	})
	p, err := publish.Publish(s.t.Context(), s.ledger, operator, publish.Order{Division: "371500", Title: "聊城市权力清单", Effective: effective,
		ConsultedFrom: "2026-09-01", ConsultedTo: "2026-09-30", ApprovedBy: "聊城市人民政府", Approval: "聊政示例〔2026〕2号", ApprovedOn: "2026-11-01"})
	must(s.t, err)
	if len(p.Refused) > 0 {
		s.t.Fatal(p.Refused[0])
	}
}

// opening gives the first words of an article.
func opening(t testing.TB, d *lawtext.Document, n lawtext.Number) string {
	t.Helper()
	a, ok := d.Find(n)
	if !ok {
		t.Fatalf("no article %s", n)
	}
	return a.Paragraphs[0].Text
}

// differing gives a paragraph of an article that the other text has nowhere;
// "" when there is none.
func differing(d, other *lawtext.Document, n lawtext.Number) string {
	a, _ := d.Find(n)
	for _, p := range a.Paragraphs {
		if !slices.ContainsFunc(other.Articles, func(o lawtext.Article) bool { return strings.Contains(o.Text(), p.Text) }) {
			return p.Text
		}
	}
	return ""
}

// basisOf gives the part of a power's page that shows its basis.
func basisOf(t testing.TB, page string) string {
	t.Helper()
	m := regexp.MustCompile(`(?s)<section class="card" id="basis">.*?</section>`).FindString(page)
	if m == "" {
		t.Fatal("the page shows no basis")
	}
	return m
}

// usesOf gives the powers that a law's page shows beside an article.
func usesOf(t testing.TB, page string, n lawtext.Number) string {
	t.Helper()
	_, rest, ok := strings.Cut(page, `id="a`+n.String()+`"`)
	if !ok {
		t.Fatalf("no article %s on the page", n)
	}
	article, _, _ := strings.Cut(rest, `class="article"`)
	return article
}

// rewritten is the answer that cites an article under its new number.
func rewritten(x touched) impact.Answer {
	return impact.Answer{Basis: "《" + x.event.Title + "》" + x.New.Chinese(), Reason: "改为新条号"}
}

// A power's page shows the words that its citations were written for until the
// list has others, and never another article that took their number.
func TestACitationOfAChangedLawKeepsItsOwnWords(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := shift(t, db, l)
		basis := func(path string) string { return basisOf(t, body(t, s.pages, path)) }
		for _, x := range []touched{s.moved, s.gone} {
			has(t, string(x.Kind), basis(x.item()), []string{opening(t, x.from, x.Old), "依据已变动", x.Words(), "部门正在核对", "2018年1月1日起施行的文本",
				x.law + "/compare?from=" + x.event.From.String() + "&amp;to=" + x.event.To.String(), "at=" + x.Old.String() + "&amp;edition=" + x.event.From.String()},
				[]string{opening(t, x.to, x.Old), "现行有效"})
		}
		has(t, "changed", basis(s.same.item()), []string{differing(s.same.from, s.same.to, s.same.Old), "依据已变动"}, []string{"现行有效"})
		s.close(s.moved, rewritten(s.moved))
		s.close(s.gone, impact.Answer{Cancel: true, Reason: "不再需要"})
		s.close(s.same, impact.Answer{Reason: "文字调整不影响本事项"})
		old := []string{opening(t, s.moved.from, s.moved.Old), "依据已变动"}
		has(t, "new version", basis(s.moved.item()), append(old, "修改已提出，待下一版清单公布"), []string{opening(t, s.moved.to, s.moved.Old), "现行有效"})
		has(t, "cancelled", basis(s.gone.item()), []string{opening(t, s.gone.from, s.gone.Old), "依据已变动", "已提出取消，正在按程序办理"}, []string{"现行有效"})
		has(t, "unchanged", basis(s.same.item()), []string{s.same.Words(), "现行有效", "<strong>部门已确认不受影响</strong>：文字调整不影响本事项。", "/compare?from="},
			[]string{differing(s.same.from, s.same.to, s.same.Old), "依据已变动", "起施行的文本"})
		var data struct {
			Basis []struct{ State, Text, Change string }
		}
		must(t, json.Unmarshal([]byte(body(t, s.pages, s.moved.item()+".json")), &data))
		if b := data.Basis[0]; b.State != "依据已变动" || b.Change != s.moved.Words() || !strings.HasPrefix(b.Text, old[0]) {
			t.Errorf("data %+v", b)
		}
		s.publish("2026-11-20")
		has(t, "listed anew", basis(s.moved.item()), []string{opening(t, s.moved.to, s.moved.New), "现行有效"}, []string{"依据已变动", "待下一版清单公布"})
		has(t, "the old version", basis(s.moved.item()+"/v/1"), old, []string{opening(t, s.moved.to, s.moved.Old), "现行有效", "待下一版清单公布"})
	})
}

// A version stays on the list while a later wording of it is on its way: the
// task hangs on that one, and the notice stays on the page.
func TestTheNoticeStaysWhileALaterWordingIsOnItsWay(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	s := shift(t, db, l)
	s.write(func(ctx context.Context, tx *ledger.Tx) error {
		c, err := power.Newest(ctx, tx, s.moved.Power)
		if err != nil {
			return err
		}
		v, err := power.VersionByID(ctx, tx, c.Version)
		if err != nil {
			return err
		}
		v.Elements.Office = "监督科"
		_, err = power.Revise(ctx, tx, c, v, power.HandedUp, "改承办机构")
		return err
	})
	s.follow(today)
	if open := s.tasks(impact.Query{Power: s.moved.Power, State: impact.Open}); len(open) != 1 || open[0].Version == s.moved.Version {
		t.Fatalf("the task did not go over to the later wording: %+v", open)
	}
	has(t, "item", basisOf(t, body(t, s.pages, s.moved.item())), []string{opening(t, s.moved.from, s.moved.Old), "依据已变动", "部门正在核对"},
		[]string{opening(t, s.moved.to, s.moved.Old)})
	old := body(t, s.pages, s.moved.law+"?edition="+s.moved.event.From.String()+"&at="+s.moved.Old.String())
	has(t, "law", usesOf(t, old, s.moved.Old), []string{s.moved.item()}, nil)
}

// A withdrawn text stands on no page, and what was cited from it is not looked
// for under its number in another one.
func TestACitationOfAWithdrawnTextShowsNoOther(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	s := shift(t, db, l)
	s.write(func(ctx context.Context, tx *ledger.Tx) error {
		return law.Withdraw(ctx, tx, s.moved.event.From, "误导入")
	})
	s.follow(today)
	s.check()
	for _, path := range []string{s.moved.item(), s.moved.item() + "/extract"} {
		has(t, path, body(t, s.pages, path), []string{"所据文本已撤回", s.moved.Words()}, []string{opening(t, s.moved.from, s.moved.Old), opening(t, s.moved.to, s.moved.Old)})
	}
}

// The extract of a day shows the article that the citation was written for as
// it read on the day, says what became of it, and its digest covers that.
func TestAnExtractFollowsTheArticleNotItsNumber(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := shift(t, db, l)
		type line struct{ Citation, State, Effective, Text, Change string }
		read := func(x touched) (string, line) {
			path := x.item() + "/extract?day=2026-11-01"
			var data struct{ Basis []line }
			must(t, json.Unmarshal([]byte(body(t, s.pages, path+"&format=json")), &data))
			return body(t, s.pages, path), data.Basis[0]
		}
		page, before := read(s.moved)
		if b := before; b.State != "当日条号已变动" || b.Effective != "2021-07-15" || b.Change != "2021年7月15日起，"+s.moved.Words() ||
			!strings.HasPrefix(b.Text, opening(t, s.moved.to, s.moved.New)) || !strings.HasSuffix(b.Citation, s.moved.Old.Chinese()) {
			t.Errorf("moved: %+v", b)
		}
		has(t, "moved", page, []string{before.Change, "/basis-changes?event=" + s.moved.event.ID.String()}, []string{opening(t, s.moved.to, s.moved.Old), "当日有效"})
		if _, b := read(s.same); b.State != "当日有效" || !strings.Contains(b.Text, differing(s.same.to, s.same.from, s.same.Old)) || b.Change == "" {
			t.Errorf("changed under its number: %+v", b)
		}
		if _, b := read(s.gone); b.State != "当日文本已删去这一条" || b.Text != "" || b.Change == "" {
			t.Errorf("gone: %+v", b)
		}
		s.close(s.moved, rewritten(s.moved))
		if _, after := read(s.moved); after != before {
			t.Error("an answer of today changes what the extract of a past day says")
		}
	})
}

// A citation that its law left behind counts at the article it was written for,
// in the old text, and at no article that took its number.
func TestALawCountsWhoCitesItsArticlesNotTheirNumbers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := shift(t, db, l)
		x := s.moved
		link := []string{`href="` + x.item() + `"`}
		beside := func(edition sqldb.ID, n lawtext.Number) string {
			return usesOf(t, body(t, s.pages, x.law+"?edition="+edition.String()+"&at="+n.String()), n)
		}
		article := func(n lawtext.Number) string {
			return body(t, s.pages, x.law+"/articles/"+n.String()+"?edition="+x.event.To.String())
		}
		has(t, "old text", beside(x.event.From, x.Old), link, nil)
		has(t, "new text, old number", beside(x.event.To, x.Old), nil, link)
		has(t, "new text, new number", beside(x.event.To, x.New), nil, link)
		has(t, "history of the article", article(x.New), link, nil)
		has(t, "history of another", article(x.Old), nil, link)
		same := body(t, s.pages, s.same.law+"?edition="+s.same.event.To.String()+"&at="+s.same.New.String())
		has(t, "changed under its number", usesOf(t, same, s.same.New), []string{`href="` + s.same.item() + `"`}, nil)
		s.close(x, rewritten(x))
		has(t, "answered, not listed", beside(x.event.From, x.Old), link, nil)
		s.publish("2026-11-20")
		has(t, "listed anew", beside(x.event.To, x.New), link, nil)
		has(t, "listed anew, old text", beside(x.event.From, x.Old), nil, link)
	})
}

// A new version that cites the number on purpose means the article that bears
// it now.
func TestAnAnswerMayMeanTheArticleThatTookTheNumber(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	s := shift(t, db, l)
	x := s.moved
	s.close(x, impact.Answer{Basis: "《" + x.event.Title + "》" + x.Old.Chinese() + "，《" + x.event.Title + "》" + x.New.Chinese(), Reason: "两条都是依据"})
	s.publish("2026-11-20")
	has(t, "item", basisOf(t, body(t, s.pages, x.item())), []string{opening(t, x.to, x.Old), opening(t, x.to, x.New)}, []string{"依据已变动"})
	link := []string{`href="` + x.item() + `"`}
	for _, n := range []lawtext.Number{x.Old, x.New} {
		page := body(t, s.pages, x.law+"?edition="+x.event.To.String()+"&at="+n.String())
		has(t, n.Chinese(), usesOf(t, page, n), link, nil)
	}
}

// Over both texts, every power that cites the law stands at one article.
func TestEveryCitingPowerStandsAtOneArticle(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	s := shift(t, db, l)
	x := s.moved
	at := map[string]int{}
	for _, edition := range []sqldb.ID{x.event.From, x.event.To} {
		for next := x.law + "?edition=" + edition.String(); next != ""; {
			page := body(t, s.pages, next)
			for _, m := range regexp.MustCompile(`<li><a href="/powers/([^"]+)"`).FindAllStringSubmatch(page, -1) {
				at[m[1]]++
			}
			next = nextOf(page)
		}
	}
	if len(at) != len(x.from.Articles) {
		t.Errorf("%d powers stand at articles, want %d", len(at), len(x.from.Articles))
	}
	for code, n := range at {
		if n != 1 {
			t.Errorf("%s stands at %d articles", code, n)
		}
	}
}
