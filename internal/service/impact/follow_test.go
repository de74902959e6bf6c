package impact_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/calendar"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
	"qingdan/internal/service/reading"
	"qingdan/internal/testkit"
)

// articles of the invented law; the words of each are its own.
const (
	aim      = "为了加强示例活动的管理，保护公众利益，制定本条例。"
	licence  = "从事示例活动的单位和个人，应当向县级人民政府主管部门申请示例许可证。"
	check    = "主管部门应当对取得示例许可证的单位进行监督检查，并公布检查结果。"
	fine     = "违反本条例规定的，由主管部门责令改正，处一万元以下的罚款。\n\n有下列情形之一的，吊销示例许可证：\n\n（一）出租示例许可证的；\n\n（二）伪造示例许可证的。"
	heavier  = "违反本条例规定的，由主管部门责令改正，处五万元以下的罚款。\n\n有下列情形之一的，吊销示例许可证：\n\n（一）出租示例许可证的；\n\n（二）伪造示例许可证的。"
	training = "主管部门应当每年组织示例从业人员参加业务培训，不得收取费用。"
)

// text writes an invented law with the given articles and a commencement
// article.
func text(title, note, from string, articles ...string) law.Source {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n（%s）\n\n", title, note)
	for i, a := range append(articles, "本条例自"+from+"起施行。") {
		fmt.Fprintf(&b, "第%s条 %s\n\n", chinese(i+1), a)
	}
	return law.Source{ID: title + note, Level: "地方性法规", Region: "山东省", Text: b.String()}
}

func chinese(n int) string { return string([]rune("一二三四五六七八九")[n-1]) }

const title = "山东省示例条例"

func first() law.Source {
	return text(title, "2010年3月1日山东省人民代表大会常务委员会通过", "2010年5月1日", aim, licence, check, fine)
}

// second inserts an article on training, so that the check moves, and raises the
// fine.
func second(from string) law.Source {
	return text(title, "2010年3月1日山东省人民代表大会常务委员会通过　2025年3月1日修订", from, aim, licence, training, check, heavier)
}

func cite(articles ...int) string {
	var parts []string
	for _, n := range articles {
		parts = append(parts, citation.Ref{Law: title, Article: n}.String())
	}
	return strings.Join(parts, "，")
}

func both(t *testing.T, fn func(h *house)) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) { fn(open(t, db, l)) })
}

func (h *house) want(what string, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), h.tasks()); diff != "" {
		h.t.Errorf("%s: open tasks (-want +got)\n%s", what, diff)
	}
}

// tests:动态管理/1
func TestEveryKindOfCitationIsTouchedAsItsWordsAre(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条未变", cite(2))
		h.power("2 条移位", cite(3))
		h.power("3 条修改", cite(4))
		h.power("4 项未变", "《"+title+"》第四条第二款第（二）项")
		h.power("5 两条", cite(3, 4))
		h.power("6 范围", "《"+title+"》第二条至第四条")
		h.power("7 只写名称", "《"+title+"》")
		h.power("8 别的法", "《山东省别的条例》第四条")
		h.power("9 本来就没有的条", cite(9))
		h.follow(today)
		h.want("before the amendment")
		h.law(second("2025年5月1日"))
		h.follow(today)
		h.want("after the amendment",
			"2 条移位 仅条号变动 3→4",
			"3 条修改 条文修改 4→5",
			"4 项未变 条文修改 4→5",
			"5 两条 仅条号变动 3→4", "5 两条 条文修改 4→5",
			"6 范围 仅条号变动 3→4", "6 范围 条文修改 0→3", "6 范围 条文修改 4→5")
	})
}

func TestAnItemThatStandsUnchangedInAChangedArticleIsToldApart(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 款项", "《"+title+"》第四条第二款第（二）项")
		h.power("2 首款", "《"+title+"》第四条第一款")
		h.law(text(title, "2010年3月1日山东省人民代表大会常务委员会通过　2025年3月1日修正", "2010年5月1日", aim, licence, check, heavier))
		h.follow(today)
		h.want("the first paragraph changed", "1 款项 同条其他款项修改 4→4", "2 首款 条文修改 4→4")
	})
}

func TestATextSeenBeforeTheVersionWasWrittenIsNoNews(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 旧文本时所写", cite(4))
		h.law(second("2025年5月1日"))
		h.power("2 新文本时所写", cite(5))
		h.follow(today)
		h.want("both texts came in before the first look", "1 旧文本时所写 条文修改 4→5")
	})
}

func TestTheLibraryBeingFilledIsNoChangeOfLaw(t *testing.T) {
	both(t, func(h *house) {
		h.power("1 先有事项", cite(4))
		h.law(first())
		h.law(second("2025年5月1日"))
		if rep := h.follow(today); rep.Tasks != 0 {
			t.Errorf("%d tasks for a law that nobody could see before", rep.Tasks)
		}
		h.law(text("山东省无人引用条例", "2010年3月1日通过", "2010年5月1日", aim, licence))
		h.follow(today)
		h.want("an older text comes in later")
	})
}

func TestARepealTouchesEveryCitationAndSaysFromWhen(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条", cite(4))
		h.power("2 只写名称", "《"+title+"》")
		repealing := text("山东省示例新条例", "2025年3月1日山东省人民代表大会常务委员会通过", "2025年5月1日", aim, licence)
		repealing.Text = strings.Replace(repealing.Text, "起施行。", "起施行。《"+title+"》同时废止。", 1)
		cause := h.law(repealing)
		h.follow(today)
		h.want("the law is repealed", "1 条 法规废止 4→0", "2 只写名称 法规废止 0→0")
		events, err := impact.Events(h.t.Context(), h.db, today, impact.Event{}, 10)
		must(h.t, err)
		if len(events) != 1 || events[0].Kind != impact.Repealed || events[0].Day != "2025-05-01" || events[0].Cause != cause || events[0].Open != 2 {
			h.t.Errorf("event %+v", events)
		}
	})
}

func TestALawToComeOpensTasksWhoseClockBeginsOnItsDay(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条", cite(4))
		h.law(second("2027年5月6日"))
		h.follow(today)
		h.want("the new text is made, not yet in force", "1 条 条文修改 4→5")
		all, err := impact.Tasks(h.t.Context(), h.db, impact.Query{})
		must(h.t, err)
		due, provisional, err := calendar.Builtin().AddWorkdays("2027-05-06", impact.DefaultTerm)
		must(h.t, err)
		if all[0].Starts != "2027-05-06" || all[0].Due != due || !all[0].Provisional || !provisional {
			h.t.Errorf("starts %s, due %s, provisional %v, want %s provisional", all[0].Starts, all[0].Due, all[0].Provisional, due)
		}
		// whoever writes between the two days may mean either text, and is asked once
		h.power("2 其间所写", cite(4))
		h.power("3 其间所写，移位", cite(3))
		h.follow("2027-01-04")
		h.want("nothing has begun yet", "1 条 条文修改 4→5", "2 其间所写 条文修改 4→5", "3 其间所写，移位 条文修改 3→4")
		h.follow("2027-05-07")
		h.want("the text has begun", "1 条 条文修改 4→5", "2 其间所写 条文修改 4→5", "3 其间所写，移位 条文修改 3→4")
		h.follow("2027-05-08")
		h.want("a day later", "1 条 条文修改 4→5", "2 其间所写 条文修改 4→5", "3 其间所写，移位 条文修改 3→4")
	})
}

func TestTheClockIsRecountedWhenTheCalendarChanges(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条", cite(4))
		h.law(second("2027年4月28日"))
		h.follow(today)
		before, err := impact.Tasks(h.t.Context(), h.db, impact.Query{})
		must(h.t, err)
		var days []workday.Special
		for _, d := range []string{"2027-01-01", "2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04", "2027-05-05", "2027-10-01"} {
			days = append(days, workday.Special{Day: d, Name: "假日", Off: true})
		}
		_, err = calendar.Import(h.t.Context(), h.ledger, actor, days, "测试通知")
		must(h.t, err)
		rep := h.follow(today)
		after, err := impact.Tasks(h.t.Context(), h.db, impact.Query{})
		must(h.t, err)
		if rep.Counted != 1 || after[0].Due <= before[0].Due || after[0].Provisional || after[0].Calendar == before[0].Calendar {
			h.t.Errorf("counted %d; before %s (%s), after %s (%s), provisional %v", rep.Counted, before[0].Due, before[0].Calendar, after[0].Due, after[0].Calendar, after[0].Provisional)
		}
	})
}

func TestAWithdrawnTextIsUndoneCleanly(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条", cite(4))
		h.follow(today)
		wrong := h.law(second("2025年5月1日"))
		h.follow(today)
		h.want("the wrong text is in", "1 条 条文修改 4→5")
		h.power("2 据误文本所写", cite(5))
		h.write(func(ctx context.Context, tx *ledger.Tx) error { return law.Withdraw(ctx, tx, wrong, "误导入") })
		rep := h.follow(today)
		if rep.Void != 1 {
			h.t.Errorf("%d tasks fell away, want 1", rep.Void)
		}
		h.want("what rests on the withdrawn text is asked about", "2 据误文本所写 条文修改 5→4")
		lib, err := law.ReadLibrary(h.t.Context(), h.db)
		must(h.t, err)
		if got := lib.Resolve(citation.Ref{Law: title, Article: 4}, today); got.State != law.Resolved || !strings.Contains(lib.Text(got), "一万元") {
			h.t.Errorf("article 4 after the withdrawal: %s %q", got.State, lib.Text(got))
		}
		if err := h.ledger.Write(h.t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
			return law.Withdraw(ctx, tx, wrong, "再来一次")
		}); errs.KindOf(err) != errs.Conflict {
			h.t.Errorf("withdrawing twice: %v", err)
		}
		if again := h.law(second("2025年5月1日")); again != wrong {
			h.t.Errorf("the same text again is another edition")
		}
		h.follow(today)
		h.want("the text is back after all", "1 条 条文修改 4→5")
	})
}

func TestALawWithdrawnWholeIsAskedAbout(t *testing.T) {
	both(t, func(h *house) {
		only := h.law(first())
		h.power("1 条", cite(4))
		h.follow(today)
		h.write(func(ctx context.Context, tx *ledger.Tx) error { return law.Withdraw(ctx, tx, only, "误导入") })
		h.follow(today)
		h.want("no text is left", "1 条 文本撤回 4→0")
	})
}

func decision() law.Source {
	return law.Source{ID: "决定", Level: "地方性法规", Region: "山东省", Text: "山东省人民代表大会常务委员会关于修改《" + title + "》的决定\n\n" +
		"（2025年3月1日山东省人民代表大会常务委员会通过）\n\n" +
		"山东省人民代表大会常务委员会决定，对《" + title + "》作如下修改：\n\n" +
		"一、将第四条第一款修改为：“违反本条例规定的，由主管部门责令改正，处五万元以下的罚款。”\n\n" +
		"本决定自2025年5月1日起施行。\n"}
}

func TestAnAmendingActOpensTasksBeforeTheNewTextIsIn(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.power("1 条", cite(4))
		h.power("2 别的条", cite(2))
		h.follow(today)
		h.law(decision())
		h.follow(today)
		h.want("the act is in", "1 条 修改决定涉及 4→0")
		// the new text says what the act said, and renumbers the check besides
		h.power("3 移位", cite(3))
		h.follow(today)
		h.law(second("2025年5月1日"))
		h.follow(today)
		h.want("the new text is in", "1 条 条文修改 4→5", "3 移位 仅条号变动 3→4")
	})
}

func TestAnAmendingActWhoseOutcomeIsInSaysNothingNew(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.law(second("2025年5月1日"))
		h.power("1 条", cite(5))
		h.follow(today)
		h.law(decision())
		h.follow(today)
		h.want("the outcome was there before the act")
	})
}

const (
	cityFine = "擅自占用示例场地从事经营活动的，由示例行政主管部门责令限期改正，处五百元以上三千元以下的罚款。"
	lawFine  = "擅自占用示例场地从事经营活动的，由县级以上人民政府示例行政主管部门责令限期改正，处一千元以上五千元以下的罚款。"
	newTitle = "中华人民共和国示例场地法"
)

// check writes where citations lead today, as a check does.
func (h *house) check() {
	h.t.Helper()
	lib, err := law.ReadLibrary(h.t.Context(), h.db)
	must(h.t, err)
	var links []power.Link
	must(h.t, power.Versions(h.t.Context(), h.db, nil, func(_ string, v power.Version) error {
		for i, c := range v.Citations {
			res := lib.Resolve(c.Ref, today)
			links = append(links, power.Link{Version: v.ID, Seq: i + 1, Document: res.Document.ID, Edition: res.Edition.ID, Article: res.Article, State: string(res.State)})
		}
		return nil
	}))
	must(h.t, h.db.Write(h.t.Context(), func(tx *sqldb.Tx) error { return power.ReplaceLinks(h.t.Context(), tx, links) }))
}

func TestAHigherLawThatRulesTheSameMatterIsShown(t *testing.T) {
	both(t, func(h *house) {
		city := text("聊城市示例场地条例", "2016年3月1日聊城市人民代表大会常务委员会通过", "2016年5月1日", aim, licence, cityFine)
		city.Level = "设区的市地方性法规"
		h.law(city)
		h.power("1 下位法", "《聊城市示例场地条例》第三条")
		h.power("2 别的条", "《聊城市示例场地条例》第二条")
		h.power("3 已引上位法", "《聊城市示例场地条例》第三条，《"+newTitle+"》第二条")
		h.follow(today)
		higher := text(newTitle, "2026年3月1日全国人民代表大会常务委员会通过", "2026年9月1日", aim, lawFine)
		higher.Level, higher.Region = "法律", ""
		h.law(higher)
		h.check()
		h.follow(today)
		h.want("a law rules what a city did", "1 下位法 上位法已作规定 3→2")
		if why := h.task("1 下位法").Reasons[0].Note; !strings.Contains(why, newTitle) || !strings.Contains(why, "聊城市示例场地条例") {
			h.t.Errorf("note %q", why)
		}
		x, err := impact.Explain(h.t.Context(), h.db, h.task("1 下位法").ID, today)
		must(h.t, err)
		if w := x.Reasons[0]; w.Old != cityFine || w.New != lawFine || w.Lower != "聊城市示例场地条例" {
			h.t.Errorf("explained as %+v", w)
		}
	})
}

func TestATitleMadeAnewAtALowerLevelMayNotCarryThePower(t *testing.T) {
	both(t, func(h *house) {
		old := text("示例物品管理办法", "2010年3月1日国务院公布", "2010年5月1日", aim, licence, "违反本办法的，由主管部门扣押示例物品。")
		old.Level, old.Region = "行政法规", ""
		h.law(old)
		h.power("1 条", "《示例物品管理办法》第三条")
		h.follow(today)
		anew := text("示例物品管理办法", "2025年3月1日示例部公布", "2025年5月1日", aim, licence, "违反本办法的，由主管部门没收示例物品。")
		anew.Level, anew.Region = "规范性文件", ""
		end := text("示例物品条例", "2025年2月1日国务院公布", "2025年5月1日", aim, licence)
		end.Level, end.Region = "行政法规", ""
		end.Text = strings.Replace(end.Text, "起施行。", "起施行。《示例物品管理办法》同时废止。", 1)
		h.law(end)
		h.law(anew)
		h.follow(today)
		h.want("the title is another document now", "1 条 层级不再足够 0→0", "1 条 条文修改 3→3")
	})
}

func TestAnAliasIsFollowedLikeTheTitle(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		found, err := law.FindDocuments(h.t.Context(), h.db, title)
		must(h.t, err)
		h.write(func(ctx context.Context, tx *ledger.Tx) error {
			return law.AddAlias(ctx, tx, found[0].ID, "山东省旧示例条例", law.Former, "2009年改名")
		})
		h.power("1 曾用名", "《山东省旧示例条例》第四条")
		h.law(second("2025年5月1日"))
		h.follow(today)
		h.want("cited by its former name", "1 曾用名 条文修改 4→5")
	})
}

// tests:动态管理/2
func TestATaskEndsWithANewVersionACancellationOrAReason(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		for _, code := range []string{"1 改", "2 不变", "3 取消"} {
			h.publish(h.power(code, cite(4)))
		}
		h.law(second("2025年5月1日"))
		h.follow(today)
		close := func(code string, a impact.Answer) error {
			a.Today = today
			return impact.Close(h.t.Context(), h.ledger, actor, h.task(code).ID, a)
		}
		for what, a := range map[string]impact.Answer{
			"no reason":               {},
			"a basis that is none":    {Basis: "按规定办理", Reason: "改"},
			"an article that is none": {Basis: cite(8), Reason: "改"},
			"both":                    {Basis: cite(5), Cancel: true, Reason: "改"},
		} {
			if err := close("1 改", a); errs.KindOf(err) != errs.Invalid {
				h.t.Errorf("%s: %v, want Invalid", what, err)
			}
		}
		changing := h.task("1 改")
		must(h.t, close("1 改", impact.Answer{Basis: cite(5), Reason: "按新条号引用"}))
		must(h.t, close("2 不变", impact.Answer{Reason: "幅度变化不影响本事项"}))
		must(h.t, close("3 取消", impact.Answer{Cancel: true, Reason: "不再需要"}))
		h.want("all three are answered")
		if err := impact.Close(h.t.Context(), h.ledger, actor, changing.ID, impact.Answer{Reason: "再来", Today: today}); errs.KindOf(err) != errs.Conflict {
			h.t.Errorf("closing twice: %v, want Conflict", err)
		}
		done, err := impact.TaskByID(h.t.Context(), h.db, changing.ID)
		must(h.t, err)
		v, err := power.VersionByID(h.t.Context(), h.db, done.NewVersion)
		must(h.t, err)
		if done.Outcome != impact.NewVersion || v.No != 2 || v.Elements.Basis != cite(5) || done.ClosedBy != actor.Name {
			h.t.Errorf("closed as %+v, version %d with basis %q", done, v.No, v.Elements.Basis)
		}
		if rep := h.follow(today); rep.Tasks != 0 {
			h.t.Errorf("the answers opened %d tasks", rep.Tasks)
		}
		total, err := reading.Count(h.t.Context(), h.db)
		must(h.t, err)
		if total.Documents != 1 || total.Editions != 2 || total.Powers != 3 || total.People != 1 {
			h.t.Errorf("readings %+v", total)
		}
	})
}

// third inserts one more article before the training.
func third(from string) law.Source {
	return text(title, "2010年3月1日山东省人民代表大会常务委员会通过　2026年3月1日修订", from, aim, licence,
		"示例活动的标准由省人民政府标准化主管部门制定并公布。", training, check, heavier)
}

func TestAChainOfEditionsIsFollowedFromTheTextThatWasSeen(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.publish(h.power("1 移位", cite(3)))
		h.law(second("2025年5月1日"))
		h.follow(today)
		h.want("once renumbered", "1 移位 仅条号变动 3→4")
		h.law(third("2026年5月6日"))
		rep := h.follow(today)
		h.want("twice renumbered: one task, from the text that was seen", "1 移位 仅条号变动 3→5")
		_, err := impact.UpdateMoved(h.t.Context(), h.ledger, actor, rep.Events[0].ID, nil, today)
		must(h.t, err)
		p, err := power.ByCode(h.t.Context(), h.db, "1 移位")
		must(h.t, err)
		c, err := power.Newest(h.t.Context(), h.db, p.ID)
		must(h.t, err)
		v, err := power.VersionByID(h.t.Context(), h.db, c.Version)
		must(h.t, err)
		if v.Elements.Basis != cite(5) {
			h.t.Errorf("basis %q, want %q", v.Elements.Basis, cite(5))
		}
		if rep := h.follow(today); rep.Tasks != 0 {
			h.t.Errorf("%d tasks after the update", rep.Tasks)
		}
	})
}

func TestUnchangedCarriesTheArticleOnAndNeverAnotherOne(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.publish(h.power("1 罚款", cite(4)))
		h.law(second("2025年5月1日"))
		h.follow(today)
		must(h.t, impact.Close(h.t.Context(), h.ledger, actor, h.task("1 罚款").ID, impact.Answer{Reason: "幅度变化不影响", Today: today}))
		h.law(third("2026年5月6日"))
		rep := h.follow(today)
		h.want("the fine moved on", "1 罚款 仅条号变动 5→6")
		if done, err := impact.UpdateMoved(h.t.Context(), h.ledger, actor, rep.Events[0].ID, nil, today); err == nil {
			h.t.Errorf("第四条, which is the check now, was rewritten: %+v", done)
		}
	})
}

func TestAnAnswerThatIsTakenBackOpensItsTaskAgain(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		for _, code := range []string{"1 改", "2 取消"} {
			h.publish(h.power(code, cite(4)))
		}
		h.law(second("2025年5月1日"))
		h.follow(today)
		must(h.t, impact.Close(h.t.Context(), h.ledger, actor, h.task("1 改").ID, impact.Answer{Basis: cite(5), Reason: "改", Today: today}))
		must(h.t, impact.Close(h.t.Context(), h.ledger, actor, h.task("2 取消").ID, impact.Answer{Cancel: true, Reason: "不要了", Today: today}))
		h.follow(today)
		h.want("both are answered")
		for _, code := range []string{"1 改", "2 取消"} {
			h.write(func(ctx context.Context, tx *ledger.Tx) error {
				p, err := power.ByCode(ctx, tx, code)
				if err != nil {
					return err
				}
				c, err := power.Newest(ctx, tx, p.ID)
				if err != nil {
					return err
				}
				return power.TakeBack(ctx, tx, c, "提错了")
			})
		}
		if rep := h.follow(today); rep.Reopened != 2 {
			h.t.Errorf("%d tasks opened again, want 2", rep.Reopened)
		}
		h.want("both answers are taken back", "1 改 条文修改 4→5", "2 取消 条文修改 4→5")
	})
}

// tests:动态管理/3
func TestOneClickUpdatesWhatOnlyMoved(t *testing.T) {
	both(t, func(h *house) {
		h.law(first())
		h.publish(h.power("1 移位", "依据："+cite(3)+"规定：“"+check+"”"))
		h.power("2 移位，未公布", cite(3))
		h.publish(h.power("3 又移又改", cite(3, 4)))
		h.publish(h.power("4 写法不定", "《"+title+"》第二、三条至第三条"))
		h.law(second("2025年5月1日"))
		rep := h.follow(today)
		done, err := impact.UpdateMoved(h.t.Context(), h.ledger, actor, rep.Events[0].ID, nil, today)
		must(h.t, err)
		if done.Done != 2 {
			h.t.Errorf("%d updated, want 2; left %+v", done.Done, done.Left)
		}
		left := h.tasks()
		if slices.ContainsFunc(left, func(s string) bool { return strings.HasPrefix(s, "1 ") || strings.HasPrefix(s, "2 ") }) {
			h.t.Errorf("still open: %q", left)
		}
		for code, want := range map[string]struct {
			basis string
			state power.State
		}{
			"1 移位":     {"依据：" + cite(4) + "规定：“" + check + "”", power.Proposed},
			"2 移位，未公布": {cite(4), power.HandedUp},
		} {
			p, err := power.ByCode(h.t.Context(), h.db, code)
			must(h.t, err)
			c, err := power.Newest(h.t.Context(), h.db, p.ID)
			must(h.t, err)
			v, err := power.VersionByID(h.t.Context(), h.db, c.Version)
			must(h.t, err)
			if v.Elements.Basis != want.basis || c.State != want.state || v.No != 2 {
				h.t.Errorf("%s: version %d, %s, basis %q", code, v.No, c.State, v.Elements.Basis)
			}
		}
		if _, err := impact.UpdateMoved(h.t.Context(), h.ledger, actor, rep.Events[0].ID, nil, today); err == nil && len(left) == 0 {
			h.t.Error("a second click found something to do")
		}
	})
}

func TestTheTermIsASetting(t *testing.T) {
	both(t, func(h *house) {
		for _, n := range []int{0, -3, 1000} {
			if err := h.ledger.Write(h.t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
				return impact.SetTerm(ctx, tx, n, "文件")
			}); errs.KindOf(err) != errs.Invalid {
				h.t.Errorf("a term of %d: %v", n, err)
			}
		}
		h.write(func(ctx context.Context, tx *ledger.Tx) error {
			return impact.SetTerm(ctx, tx, 20, "目录管理办法")
		})
		h.law(first())
		h.power("1 条", cite(4))
		h.law(second("2025年5月1日"))
		h.follow(today)
		due, _, err := calendar.Builtin().AddWorkdays(today, 20)
		must(h.t, err)
		if got := h.task("1 条"); got.Due != due || got.Starts != today {
			h.t.Errorf("from %s to %s, want %s", got.Starts, got.Due, due)
		}
	})
}

// publish takes a power's change to the list without the ceremony.
func (h *house) publish(id sqldb.ID) {
	h.t.Helper()
	h.write(func(ctx context.Context, tx *ledger.Tx) error {
		for _, to := range []power.State{power.Review, power.Proposed, power.Consulting, power.Approved, power.Published} {
			c, err := power.Newest(ctx, tx, id)
			if err != nil {
				return err
			}
			if err := power.Move(ctx, tx, c, to); err != nil {
				return err
			}
		}
		return tx.Say(ctx, "371500", "test.published", id, struct{}{})
	})
}

// task finds the open task of a power.
func (h *house) task(code string) impact.Task {
	h.t.Helper()
	all, err := impact.Tasks(h.t.Context(), h.db, impact.Query{State: impact.Open, Limit: 100})
	must(h.t, err)
	for _, t := range all {
		if t.Code == code {
			return t
		}
	}
	h.t.Fatalf("no open task of %s", code)
	return impact.Task{}
}
