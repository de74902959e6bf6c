package law_test

import (
	"strings"
	"testing"

	"qingdan/internal/engine/citation"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/testkit"
)

func TestOnlyADecisionOfTheStateCouncilIsOne(t *testing.T) {
	for title, want := range map[string]law.Level{
		"国务院对确需保留的示例项目设定行政许可的决定":     law.StateDecision,
		"国务院关于示例事项的决定（2016年修正）":      law.StateDecision,
		"国务院关于预防示例事故的特别规定":           law.AdminRegulation,
		"国务院关于示例时间的规定":               law.AdminRegulation,
		"国务院关于在示例地区暂时调整《国务院示例决定》的规定": law.AdminRegulation,
	} {
		if got := levelOf(t, law.Source{Level: "行政法规", Title: title}); got != want {
			t.Errorf("%s: %s, want %s", title, got, want)
		}
	}
}

func TestNoTextIsInForceBeforeItIsMade(t *testing.T) {
	const body = "示例办法\n\n第一条 甲。\n\n第二条 乙。\n"
	for name, c := range map[string]struct {
		source law.Source
		want   string
	}{
		"only the day it was made is known":    {law.Source{Publish: "2019-03-01", Text: body}, "2019-03-01"},
		"the source's day is of a former text": {law.Source{Publish: "2019-03-01", Effective: "2004-07-01", Text: body}, "2019-03-01"},
		"nothing is known":                     {law.Source{Text: body}, ""},
	} {
		p, err := law.Read(c.source, "测试文本")
		must(t, err)
		if p.Effective != c.want {
			t.Errorf("%s: in force from %q, want %q", name, p.Effective, c.want)
		}
	}
}

// Why a damaged text was taken stands in the ledger; a sound one needs no why.
func TestTheReasonOfAnAcceptedTextIsKept(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	for _, s := range []string{"示例甲办法\n\n第一条 甲。\n\n第二条 乙。\n\n第七条 丙。\n", "示例乙办法\n\n第一条 甲。\n\n第二条 乙。\n\n第三条 本办法自2010年5月1日起施行。\n"} {
		p, err := law.Read(law.Source{Text: s}, "原文如此")
		must(t, err)
		known, err := law.Known(t.Context(), db, p)
		must(t, err)
		_, err = law.Load(t.Context(), l, actor, p)
		must(t, err)
		then, err := law.Known(t.Context(), db, p)
		must(t, err)
		if known || !then {
			t.Errorf("%s: known %v before and %v after loading", p.Title, known, then)
		}
	}
	all, err := l.Entries(t.Context(), ledger.Powers, 0, 10)
	must(t, err)
	for i, want := range []bool{true, false} {
		if got := strings.Contains(string(all[i].Public), `"accepted":"原文如此"`); got != want {
			t.Errorf("%s: accepted %v, want %v", all[i].Public, got, want)
		}
	}
}

func TestARepealOfUnknownDayRevivesNothing(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	load(t, l, law.Source{ID: "旧", Level: "行政法规", Text: text("示例旧条例", "2001年3月1日国务院公布", "2001年5月1日", "")})
	load(t, l, law.Source{ID: "新", Level: "行政法规", Text: text("示例新条例", "2012年3月1日国务院公布", "2012年7月1日", "《示例旧条例》同时废止。")})
	p, err := law.Read(law.Source{ID: "又", Level: "行政法规", Text: "示例又条例\n\n第一条 甲。\n\n第二条 《示例旧条例》同时废止。\n"}, "测试文本")
	must(t, err)
	_, err = law.Load(t.Context(), l, actor, p)
	must(t, err)
	if got := library(t, db).Resolve(citation.Ref{Law: "示例旧条例", Article: 2}, "2014-10-15"); got.State != law.NotInForce || got.Edition.Repealed != "2012-07-01" {
		t.Errorf("%s, repealed %q, want it repealed from 2012-07-01", got.State, got.Edition.Repealed)
	}
}
