package law_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/testkit"
)

var actor = ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// text is an invented law of four articles; the third has paragraphs and
// items.
func text(title, note, from, last string) string {
	return title + "\n\n（" + note + "）\n\n" +
		"第一条 为了加强示例管理，制定本条例。\n\n" +
		"第二条 从事示例活动的单位和个人，应当申请示例许可证。\n\n" +
		"第三条 违反本条例的，责令改正。\n\n有下列情形之一的，处一万元以下罚款：\n\n（一）没有许可证的；\n\n（二）转让许可证的。\n\n" +
		"第四条 本条例自" + from + "起施行。" + last + "\n"
}

func read(t *testing.T, s law.Source) law.Parsed {
	t.Helper()
	p, err := law.Read(s, "")
	must(t, err)
	return p
}

func load(t *testing.T, l *ledger.Ledger, s law.Source) law.Added {
	t.Helper()
	a, err := law.Load(t.Context(), l, actor, read(t, s))
	must(t, err)
	return a
}

func library(t *testing.T, db *sqldb.DB) *law.Library {
	t.Helper()
	l, err := law.ReadLibrary(t.Context(), db)
	must(t, err)
	return l
}

func size(t *testing.T, l *ledger.Ledger) int64 {
	t.Helper()
	must(t, l.Settle(t.Context()))
	n, _, err := l.Tree(t.Context(), ledger.Powers)
	must(t, err)
	return n
}

func count(t *testing.T, db *sqldb.DB) int {
	t.Helper()
	n, err := law.CountDocuments(t.Context(), db)
	must(t, err)
	return n
}

func TestTheSameTextTwiceIsOneEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := law.Source{ID: "X1", Title: "示例取水条例", Level: "行政法规", Text: text("示例取水条例", "2010年3月1日国务院公布", "2010年5月1日", "")}
		first := load(t, l, s)
		s.ID = "另一个来源"
		second := load(t, l, s)
		if !first.New || second.New || second.Document != first.Document || second.Edition != first.Edition {
			t.Errorf("first %+v, second %+v", first, second)
		}
		if n := size(t, l); n != 1 {
			t.Errorf("%d acts, want 1: what changes nothing is not recorded", n)
		}
		lib := library(t, db)
		e, ok := lib.Edition(first.Edition)
		want := law.Edition{ID: first.Edition, Document: first.Document, Title: "示例取水条例", Made: "2010-03-01", Effective: "2010-05-01", Articles: 4}
		if diff := cmp.Diff(want, e); !ok || diff != "" {
			t.Errorf("edition (-want +got):\n%s", diff)
		}
		if _, ok := lib.Edition(sqldb.NewID()); ok {
			t.Error("an edition nobody loaded was found")
		}
	})
}

func TestAddInsideAnotherActRecordsOnlyWhatIsNew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		p := read(t, law.Source{ID: "X1", Level: "行政法规", Text: text("示例取水条例", "2010年3月1日国务院公布", "2010年5月1日", "")})
		must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
			for _, want := range []bool{true, false} {
				a, err := law.Add(ctx, tx, p)
				if err != nil {
					return err
				}
				if a.New != want {
					t.Errorf("new %v, want %v", a.New, want)
				}
			}
			return nil
		}))
		if n := size(t, l); n != 1 || count(t, db) != 1 {
			t.Errorf("%d acts, %d documents", n, count(t, db))
		}
	})
}

func TestTheEditionInForceIsThatOfTheDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		const title = "示例取水条例"
		// the newer one comes in first: the order of loading says nothing
		newer := load(t, l, law.Source{ID: "新", Level: "行政法规", Text: text(title, "2010年3月1日国务院公布　2018年6月1日国务院修订", "2018年9月1日", "")})
		older := load(t, l, law.Source{ID: "旧", Level: "行政法规", Text: text(title, "2010年3月1日国务院公布", "2010年5月1日", "")})
		if newer.Document != older.Document || count(t, db) != 1 {
			t.Fatal("two editions of one title became two documents")
		}
		lib := library(t, db)
		ref := citation.Ref{Law: title + "（2018年修订）", Article: 2}
		for day, want := range map[string]law.Resolution{
			"2010-04-30": {State: law.NotInForce}, "2010-05-01": {State: law.Resolved, Edition: law.Edition{ID: older.Edition}},
			"2018-08-31": {State: law.Resolved, Edition: law.Edition{ID: older.Edition}}, "2018-09-01": {State: law.Resolved, Edition: law.Edition{ID: newer.Edition}},
		} {
			got := lib.Resolve(ref, day)
			if got.State != want.State || want.State == law.Resolved && got.Edition.ID != want.Edition.ID {
				t.Errorf("on %s: %s, edition %s", day, got.State, got.Edition.Effective)
			}
		}
	})
}

func TestARepealedLawIsNotInForceFromThatDay(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		load(t, l, law.Source{ID: "旧", Level: "行政法规", Text: text("示例旧条例", "2001年3月1日国务院公布", "2001年5月1日", "")})
		load(t, l, law.Source{ID: "新", Level: "行政法规", Text: text("示例新条例", "2012年3月1日国务院公布", "2012年7月1日", "2001年3月1日国务院公布的《示例旧条例》同时废止。")})
		// made after the repeal under the repealed name: another law
		again := load(t, l, law.Source{ID: "再", Level: "行政法规", Text: text("示例旧条例", "2016年1月5日国务院公布", "2016年3月1日", "")})
		lib := library(t, db)
		for day, want := range map[string]law.State{
			"2001-04-30": law.NotInForce, "2012-06-30": law.Resolved, "2012-07-01": law.NotInForce, "2016-02-29": law.NotInForce, "2016-03-01": law.Resolved,
		} {
			got := lib.Resolve(citation.Ref{Law: "示例旧条例", Article: 2}, day)
			if got.State != want {
				t.Errorf("on %s: %s, want %s", day, got.State, want)
			}
			if day == "2016-03-01" && got.Edition.ID != again.Edition {
				t.Error("the edition in force is not the one made after the repeal")
			}
			if got.Document.Title != "示例旧条例" {
				t.Errorf("on %s: document %q", day, got.Document.Title)
			}
		}
	})
}

func TestSameNameInTwoRegionsIsAmbiguousWhileBothAreInForce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		a := load(t, l, law.Source{ID: "甲", Level: "规范性文件", Region: "甲省", Text: text("示例管理办法", "2010年3月1日甲省人民政府发布", "2010年5月1日", "")})
		b := load(t, l, law.Source{ID: "乙", Level: "规范性文件", Region: "乙省", Text: text("示例管理办法", "2014年3月1日乙省人民政府发布", "2014年5月1日", "")})
		if a.Document == b.Document {
			t.Fatal("two regions' documents became one")
		}
		lib := library(t, db)
		ref := citation.Ref{Law: "示例管理办法", Article: 2}
		for day, want := range map[string]law.State{"2010-04-30": law.NotInForce, "2014-04-30": law.Resolved, "2014-05-01": law.Ambiguous} {
			got := lib.Resolve(ref, day)
			if got.State != want {
				t.Errorf("on %s: %s, want %s", day, got.State, want)
			}
			if want == law.Resolved && got.Document.Region != "甲省" {
				t.Errorf("on %s the law of %s, want 甲省's: the other is not in force", day, got.Document.Region)
			}
		}
	})
}

func TestOneRegionDoesNotRepealAnothersLawOfTheSameName(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for _, region := range []string{"甲省", "乙省"} {
			load(t, l, law.Source{ID: region, Level: "规范性文件", Region: region, Text: text("示例管理办法", "2010年3月1日发布", "2010年5月1日", "")})
		}
		load(t, l, law.Source{ID: "新", Level: "规范性文件", Region: "甲省", Text: text("示例新办法", "2014年3月1日发布", "2014年5月1日", "《示例管理办法》同时废止。")})
		got := library(t, db).Resolve(citation.Ref{Law: "示例管理办法", Article: 2}, "2014-10-15")
		if got.State != law.Resolved || got.Document.Region != "乙省" {
			t.Errorf("%s of %q, want 乙省's law still in force", got.State, got.Document.Region)
		}
	})
}

func TestACitationLeadsToItsPlaceOrSaysWhyNot(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		load(t, l, law.Source{ID: "X1", Level: "行政法规", Text: text("示例取水条例", "2010年3月1日国务院公布", "2010年5月1日", "")})
		lib := library(t, db)
		for _, c := range []struct {
			ref  string
			want law.State
		}{
			{"《示例取水条例》", law.NoArticle}, {"《示例取水条例》第二条", law.Resolved}, {"《中华人民共和国示例取水条例》第四条", law.Resolved},
			{"《示例取水条例》第三条第二款", law.Resolved}, {"《示例取水条例》第三条第二款第（二）项", law.Resolved}, {"《示例取水条例》第三条第（一）项", law.Resolved},
			{"《示例取水条例》第五条", law.ArticleMissing}, {"《示例取水条例》第二条之一", law.ArticleMissing}, {"《示例取水条例》第三条第三款", law.ArticleMissing},
			{"《示例取水条例》第三条第二款第（三）项", law.ArticleMissing}, {"《示例取水条例》第二条第（一）项", law.ArticleMissing},
			{"《示例用水条例》第二条", law.TitleUnknown},
		} {
			refs := citation.Parse(c.ref)
			if len(refs) != 1 {
				t.Fatalf("%s: %d references", c.ref, len(refs))
			}
			got := lib.Resolve(refs[0], "2014-10-15")
			if got.State != c.want {
				t.Errorf("%s: %s, want %s", c.ref, got.State, c.want)
			}
			if hasArticle := got.Article > 0; hasArticle != (c.want == law.Resolved) {
				t.Errorf("%s: article %d", c.ref, got.Article)
			}
			if (lib.Text(got) != "") != (c.want == law.Resolved) {
				t.Errorf("%s: text %q", c.ref, lib.Text(got))
			}
		}
		got := lib.Text(lib.Resolve(citation.Ref{Law: "示例取水条例", Article: 3}, "2014-10-15"))
		for _, part := range []string{"责令改正", "（一）没有许可证的", "（二）转让许可证的"} {
			if !strings.Contains(got, part) {
				t.Errorf("article 3 lacks %s: %q", part, got)
			}
		}
		if s := lib.Text(law.Resolution{}); s != "" {
			t.Errorf("text of nothing: %q", s)
		}
	})
}

func TestTitlesThatComeCloseAreOfferedBestFirst(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for _, title := range []string{"示例取水许可管理条例", "示例取水许可管理办法", "示例取水许可管理规定", "示例取水许可管理细则", "完全无关的规定"} {
			load(t, l, law.Source{ID: title, Level: "行政法规", Text: text(title, "2010年3月1日国务院公布", "2010年5月1日", "")})
		}
		lib := library(t, db)
		near := lib.Near("示例取水许可证管理条例")
		if len(near) != 3 || near[0] != "示例取水许可管理条例" {
			t.Errorf("near %q", near)
		}
		for _, n := range near {
			if n == "完全无关的规定" {
				t.Error("an unlike title was offered")
			}
		}
		if near := lib.Near("海洋渔业捕捞规则"); len(near) != 0 {
			t.Errorf("near to nothing: %q", near)
		}
	})
}

func TestALoadThatFailsLeavesNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		p := read(t, law.Source{ID: "X1", Level: "行政法规", Text: text("示例取水条例", "2010年3月1日国务院公布", "2010年5月1日", "")})
		err := l.Load(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
			if _, err := law.Add(ctx, tx, p); err != nil {
				return err
			}
			return errs.Invalidf("后来出错")
		})
		if errs.KindOf(err) != errs.Invalid || count(t, db) != 0 || size(t, l) != 0 {
			t.Errorf("error %v, %d documents, %d acts", err, count(t, db), size(t, l))
		}
		load(t, l, p.Source)
		must(t, l.Verify(t.Context(), ledger.Powers))
	})
}

func TestATextOfUnsaidLevelIsAnEditionOfTheOneDocumentOfItsTitle(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, _ *sqldb.DB, l *ledger.Ledger) {
		first := load(t, l, law.Source{ID: "旧", Level: "行政法规", Text: text("示例条例", "2001年3月1日国务院公布", "2001年5月1日", "")})
		next := load(t, l, law.Source{ID: "新.txt", Text: text("示例条例", "2001年3月1日国务院公布　2011年3月1日修订", "2011年5月1日", "")})
		if first.Document != next.Document || !next.New {
			t.Errorf("the later text is of another document")
		}
		load(t, l, law.Source{ID: "部", Level: "部门规章", Text: text("示例条例", "2005年3月1日示例部公布", "2005年5月1日", "")})
		_, err := law.Load(t.Context(), l, actor, read(t, law.Source{ID: "又.txt", Text: text("示例条例", "2012年3月1日公布", "2012年5月1日", "")}))
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "--level") {
			t.Errorf("two documents bear the title: %v", err)
		}
	})
}
