package press_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult/press"
	"qingdan/internal/testkit"
)

const city = "371500"

// desk is a city on 2014-12-12, the day after its press conference.
type desk struct {
	db                 *sqldb.DB
	l                  *ledger.Ledger
	now                time.Time
	water              sqldb.ID
	legal, clerk, road *people.Who
}

func desks(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	for _, engine := range []sqldb.Engine{sqldb.SQLite, sqldb.PostgreSQL} {
		t.Run(engine.String(), func(t *testing.T) {
			d := &desk{now: time.Date(2014, 12, 12, 2, 0, 0, 0, time.UTC)}
			db, err := sqldb.Open(t.Context(), testkit.DSN(t, engine))
			must(t, err)
			t.Cleanup(func() { must(t, db.Close()) })
			d.db = db
			d.l, err = ledger.Open(t.Context(), db, ledger.Options{Clock: func() time.Time { return d.now }})
			must(t, err)
			d.legal = &people.Who{Account: sqldb.NewID(), Name: "法示例", Roles: []people.Role{people.Legal}}
			must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
				if err := org.SetSite(ctx, tx, org.Site{Division: city, Name: "示例市"}); err != nil {
					return err
				}
				d.water, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市水利局", Nature: "法定机关"})
				return err
			}))
			d.clerk = &people.Who{Account: sqldb.NewID(), Name: "填示例", Roles: []people.Role{people.Clerk}, Department: d.water}
			d.road = &people.Who{Account: sqldb.NewID(), Name: "路示例", Roles: []people.Role{people.Head}, Department: sqldb.NewID()}
			fn(t, d)
		})
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, want errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != want {
		t.Errorf("%s: got %v, want an error of kind %d", what, err, want)
	}
}

func (d *desk) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return d.l.Write(context.Background(), who.Actor(), fn)
}

func (d *desk) hold(who *people.Who, c press.Conference, asked ...press.Asked) (id sqldb.ID, err error) {
	err = d.act(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = press.RecordConference(ctx, tx, who, c, asked)
		return err
	})
	return id, err
}

func (d *desk) answer(who *people.Who, q sqldb.ID, text string) error {
	return d.act(who, func(ctx context.Context, tx *ledger.Tx) error {
		return press.AnswerQuestion(ctx, tx, who, q, text, "")
	})
}

func conference() press.Conference {
	return press.Conference{Title: "权力清单新闻发布会", Day: "2014-12-11", Place: "市政府新闻办", Speakers: []press.Speaker{{Name: "王某", Post: "市法制办主任"}}}
}

// tests:开门搞清单/2
func TestWhatWasNotAnsweredAtAConferenceIsOwedWithADay(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, err := d.hold(d.legal, conference(),
			press.Asked{Outlet: "示例日报", Text: "一共保留多少项？", Answer: "保留 4298 项。", Speaker: "王某"},
			press.Asked{Outlet: "示例电视台", Text: "取水许可要多久？", Department: d.water})
		must(t, err)
		_, err = d.hold(d.legal, conference(), press.Asked{Text: "为什么？", Answer: "因为有依据。", AnsweredOn: "2014-12-10"})
		refused(t, "answered before it was asked", err, errs.Invalid)
		all, err := press.Questions(t.Context(), d.db, city, press.Query{Conference: id})
		must(t, err)
		if len(all) != 2 || all[0].State != press.Answered || all[0].AnsweredOn != "2014-12-11" || all[0].Due != "" || all[1].State != press.Owed {
			t.Fatalf("questions %+v", all)
		}
		owed := all[1]
		if owed.Due != "2014-12-18" { // five working days after Thursday
			t.Errorf("owed by %s", owed.Due)
		}
		for day, want := range map[string]press.Light{"2014-12-16": press.Green, "2014-12-17": press.Yellow, "2014-12-18": press.Yellow, "2014-12-19": press.Red, "no day": press.NoLight} {
			if got := owed.Light(day); got != want {
				t.Errorf("on %s %q, want %q", day, got, want)
			}
		}
		if n, due, err := press.OwedBy(t.Context(), d.db, d.clerk.Scope(people.AnswerPublic)); err != nil || n != 1 || due != owed.Due {
			t.Errorf("the office owes %d by %s, %v", n, due, err)
		}
		refused(t, "another department", d.answer(d.road, owed.ID, "十个工作日。"), errs.NotFound)
		refused(t, "no answer", d.answer(d.clerk, owed.ID, " "), errs.Invalid)
		d.now = d.now.AddDate(0, 0, 10)
		must(t, d.answer(d.clerk, owed.ID, "十个工作日。"))
		refused(t, "the same again", d.answer(d.clerk, owed.ID, "十个工作日。"), errs.Invalid)
		d.now = d.now.AddDate(0, 0, 1)
		must(t, d.answer(d.legal, owed.ID, "八个工作日。"))
		q, err := press.QuestionByID(t.Context(), d.db, owed.ID)
		must(t, err)
		if q.Answer != "八个工作日。" || q.AnsweredOn != "2014-12-22" || !q.Late() || q.Light("2014-12-30") != press.NoLight {
			t.Errorf("answered %+v", q)
		}
		if given, err := press.AnswersOf(t.Context(), d.db, owed.ID); err != nil || len(given) != 2 || given[1].Text != "十个工作日。" {
			t.Errorf("answers %+v, %v", given, err)
		}
		c, err := press.ConferenceByID(t.Context(), d.db, id)
		must(t, err)
		if c.Questions != 2 || c.Owing != 0 || len(c.Speakers) != 1 || c.Speakers[0].Post != "市法制办主任" {
			t.Errorf("the conference is %+v", c)
		}
	})
}

func TestHotQuestionsAreAskedAndWithdrawn(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		ask := func(who *people.Who, day string, a press.Asked) (id sqldb.ID, err error) {
			err = d.act(who, func(ctx context.Context, tx *ledger.Tx) (err error) {
				id, err = press.Ask(ctx, tx, who, day, a)
				return err
			})
			return id, err
		}
		first, err := ask(d.legal, "2014-12-01", press.Asked{Text: "我电话13800138000，清单在哪里查？", Department: d.water})
		must(t, err)
		for what, a := range map[string]press.Asked{"nothing": {}, "no such department": {Text: "为什么？", Department: sqldb.NewID()}, "a day before": {Text: "为什么？", Due: "2014-11-01"}} {
			_, err := ask(d.legal, "2014-12-01", a)
			refused(t, what, err, errs.Invalid)
		}
		_, err = ask(d.legal, "2014-12-13", press.Asked{Text: "明天的问题？"})
		refused(t, "tomorrow", err, errs.Invalid)
		_, err = ask(d.clerk, "2014-12-01", press.Asked{Text: "为什么？"})
		refused(t, "by a department", err, errs.Forbidden)
		told, err := ask(d.legal, "2014-11-28", press.Asked{Text: "哪些事项下放了？", Answer: "名单已经公布。", AnsweredOn: "2014-12-08"})
		must(t, err)
		if q, err := press.QuestionByID(t.Context(), d.db, told); err != nil || q.Due != "2014-12-05" || !q.Late() {
			t.Errorf("told after six working days: %+v, %v", q, err)
		}
		must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
			return press.Withdraw(ctx, tx, d.legal, told, "登记在别处了")
		}))
		second, err := ask(d.legal, "2014-12-02", press.Asked{Text: "取消的还会回来吗？"})
		must(t, err)
		refused(t, "a department on the legal office's", d.answer(d.clerk, second, "不会。"), errs.NotFound)
		all, err := press.Questions(t.Context(), d.db, city, press.Query{Hot: true})
		must(t, err)
		if len(all) != 2 || all[0].ID != second || strings.Contains(all[1].Text, "13800138000") {
			t.Errorf("questions %+v", all)
		}
		if next, err := press.Questions(t.Context(), d.db, city, press.Query{After: all[0].Place(), Limit: 1}); err != nil || len(next) != 1 || next[0].ID != first {
			t.Errorf("the next page is %+v, %v", next, err)
		}
		if found, err := press.Questions(t.Context(), d.db, city, press.Query{Words: "哪里查", State: press.Owed}); err != nil || len(found) != 1 {
			t.Errorf("by words %+v, %v", found, err)
		}
		withdraw := func() error {
			return d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
				return press.Withdraw(ctx, tx, d.legal, first, "重复登记的问题")
			})
		}
		must(t, withdraw())
		refused(t, "withdrawing twice", withdraw(), errs.Conflict)
		refused(t, "answering what is withdrawn", d.answer(d.clerk, first, "在网站上。"), errs.Conflict)
		if left, _ := press.Questions(t.Context(), d.db, city, press.Query{}); len(left) != 1 {
			t.Errorf("%d questions are left", len(left))
		}
	})
}

func TestOfTwoFirstAnswersAtOnceOneIsTooLateOrCorrects(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		id, err := d.hold(d.legal, conference(), press.Asked{Text: "取水许可要多久？", Department: d.water})
		must(t, err)
		all, err := press.Questions(t.Context(), d.db, city, press.Query{Conference: id})
		must(t, err)
		var wg sync.WaitGroup
		var failed [4]error
		for i := range failed {
			wg.Go(func() { failed[i] = d.answer(d.clerk, all[0].ID, strings.Repeat("八", i+2)) })
		}
		wg.Wait()
		won := 0
		for _, err := range failed {
			if err == nil {
				won++
			} else if errs.KindOf(err) != errs.Conflict {
				t.Error(err)
			}
		}
		given, err := press.AnswersOf(t.Context(), d.db, all[0].ID)
		must(t, err)
		if won == 0 || len(given) != won {
			t.Errorf("%d got through, %d answers are kept", won, len(given))
		}
	})
}

func TestTheMediaPlanAndWhatTheyPrinted(t *testing.T) {
	desks(t, func(t *testing.T, d *desk) {
		plan := press.Plan{Round: "第一轮", Outlet: "示例日报", Day: "2014-12-15", Topic: "权力清单怎么看"}
		var id sqldb.ID
		must(t, d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
			id, err = press.AddPlan(ctx, tx, d.legal, plan)
			return err
		}))
		mark := func(s press.PlanState, note string) error {
			return d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error { return press.MarkPlan(ctx, tx, d.legal, id, s, note) })
		}
		refused(t, "dropped without a note", mark(press.Dropped, ""), errs.Invalid)
		refused(t, "no such state", mark("gone", ""), errs.Invalid)
		must(t, mark(press.Done, ""))
		refused(t, "the same again", mark(press.Done, ""), errs.Conflict)
		clip := func(c press.Clipping) error {
			return d.act(d.legal, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := press.AddClipping(ctx, tx, d.legal, c)
				return err
			})
		}
		good := press.Clipping{Plan: id, Title: "看得懂的清单", Outlet: "示例日报", Day: "2014-12-12", Link: "https://news.example.cn/1?a=b"}
		must(t, clip(good))
		for what, link := range map[string]string{"a script": "javascript:alert(1)", "no host": "https:///x", "a password": "https://a:b@example.cn/", "data": "data:text/html,x", "words": "见报纸"} {
			bad := good
			bad.Link = link
			refused(t, what, clip(bad), errs.Invalid)
		}
		bad := good
		bad.Plan = sqldb.NewID()
		refused(t, "no such plan", clip(bad), errs.NotFound)
		plans, err := press.Plans(t.Context(), d.db, city)
		must(t, err)
		clips, err := press.Clippings(t.Context(), d.db, city, press.Place{}, 10)
		must(t, err)
		if len(plans) != 1 || plans[0].State != press.Done || len(clips) != 1 || clips[0].Plan != id {
			t.Errorf("plans %+v, clippings %+v", plans, clips)
		}
		if more, _ := press.Clippings(t.Context(), d.db, city, clips[0].Place(), 10); len(more) != 0 {
			t.Errorf("after the last one %+v", more)
		}
		if _, err := d.hold(d.clerk, conference()); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("a department recording a conference: %v", err)
		}
		nobody := conference()
		nobody.Speakers = nil
		_, err = d.hold(d.legal, nobody)
		refused(t, "nobody spoke", err, errs.Invalid)
	})
}
