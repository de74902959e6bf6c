package law_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
)

const end = "第三条 本办法自2010年5月1日起施行。\n"

func TestATextWithASeriousFindingIsRefusedAtItsLineUnlessAccepted(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a numbering gap":   {"示例办法\n\n第一条 甲。\n\n第二条 乙。\n\n第七条 本办法自2010年5月1日起施行。\n", "第 7 行"},
		"two laws in one":   {"示例办法\n\n第一条 甲。\n\n第二条 乙。\n\n" + end + "\n另一办法\n\n第一条 丙。\n\n第二条 丁。\n\n第三条 本办法自2011年5月1日起施行。\n", "第 11 行"},
		"a doubled article": {"示例办法\n\n第一条 甲。\n\n第二条 乙。\n\n第二条 丙。\n\n" + end, "第 7 行"},
		"cut in a sentence": {"示例办法\n\n第一条 甲。\n\n第二条 违反本办法的，由水行政主管部门责令改正，处一万", "第二条"},
		"garbled":           {"示例办法\n\n第一条 甲\ufffd。\n\n第二条 乙。\n\n" + end, "第 3 行"},
	} {
		s := law.Source{ID: "X", Level: "规范性文件", Text: c.text}
		_, err := law.Read(s, "")
		words := errs.Message(err)
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(words, c.want) || !strings.Contains(words, "《示例办法》") || !strings.Contains(words, "--accept") {
			t.Errorf("%s: %v, want Invalid naming %s and the mend", name, err, c.want)
		}
		p, err := law.Read(s, "原文如此")
		if err != nil || p.Title != "示例办法" || len(p.Doc.Articles) == 0 {
			t.Errorf("%s, accepted: %v, %q", name, err, p.Title)
		}
	}
	if _, err := law.Read(law.Source{ID: "无题.txt", Text: "\n"}, "理由"); errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "无题.txt") {
		t.Errorf("a text without title: %v", err)
	}
}

func TestInvisibleCharactersDoNotHideATitleOrAnArticle(t *testing.T) {
	p, err := law.Read(law.Source{Text: "示\u200b例办法\n\n\ufeff第一条 甲\u200d。\n\n第二条 乙。\n\n" + end}, "")
	must(t, err)
	if p.Key != "示例办法" || len(p.Doc.Articles) != 3 || p.Doc.Articles[0].Text() != "甲。" {
		t.Errorf("key %q, %d articles, first %q", p.Key, len(p.Doc.Articles), p.Doc.Articles[0].Text())
	}
}

func TestDaysOfTheTextComeBeforeThoseOfTheSource(t *testing.T) {
	const body = "\n\n第一条 甲。\n\n第二条 乙。\n\n"
	for name, c := range map[string]struct {
		source          law.Source
		made, effective string
	}{
		"text says both":         {law.Source{Text: "示例办法\n\n（2010年3月1日公布）" + body + end, Publish: "1999-01-01", Effective: "1999-01-01"}, "2010-03-01", "2010-05-01"},
		"text says neither":      {law.Source{Text: "示例办法" + body + "第三条 本办法由市政府负责解释。\n", Publish: "2009-01-01", Effective: "2009-02-01"}, "2009-01-01", "2009-02-01"},
		"from the day it is out": {law.Source{Text: "示例办法\n\n（2010年3月1日公布）" + body + "第三条 本办法自公布之日起施行。\n"}, "2010-03-01", "2010-03-01"},
		"guess against a day":    {law.Source{Text: "示例办法\n\n（2010年3月1日公布　2015年3月1日修正）" + body + end, Effective: "2015-06-01"}, "2015-03-01", "2015-06-01"},
	} {
		p, err := law.Read(c.source, "")
		must(t, err)
		if p.Made != c.made || p.Effective != c.effective {
			t.Errorf("%s: made %q, effective %q, want %q, %q", name, p.Made, p.Effective, c.made, c.effective)
		}
	}
}

func TestRepealsAreReadFromTheTextsOwnLastArticles(t *testing.T) {
	repeals := func(last string) []string {
		p, err := law.Read(law.Source{Text: "示例办法\n\n第一条 依据《示例上位法》废止旧制，制定本办法。\n\n第二条 乙。\n\n第三条 丙。\n\n第四条 " + last + "\n"}, "")
		must(t, err)
		return p.Repeals
	}
	for last, want := range map[string][]string{
		"本办法自2010年5月1日起施行。2001年公布的《示例旧办法》同时废止。": {"示例旧办法"},
		"本办法自2010年5月1日起施行。《示例旧办法》和《示例老规定》同时废止。": {"示例旧办法", "示例老规定"},
		"本办法自2010年5月1日起施行。原《示例办法》同时废止。":         {"示例办法"}, // another document of its own title
		"本办法自2010年5月1日起施行。《示例旧办法》第三条同时废止。":      nil,      // an article only
		"本办法自2010年5月1日起施行。《示例旧办法》部分条款废止。":       nil,
		"本办法自2010年5月1日起施行。《示例旧办法》继续有效。":         nil,
	} {
		if diff := cmp.Diff(want, repeals(last)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", last, diff)
		}
	}
}

// levelOf reads a text of the source for its level.
func levelOf(t *testing.T, s law.Source) law.Level {
	t.Helper()
	s.Text = s.Title + "\n\n第一条 甲。\n"
	p, err := law.Read(s, "测试")
	must(t, err)
	return p.Level
}

func TestTheLevelFollowsSourceThenFolderThenTitle(t *testing.T) {
	for _, c := range []struct {
		level, origin, title string
		want                 law.Level
	}{
		{"宪法", "", "中华人民共和国宪法", law.Constitution},
		{"法律", "", "中华人民共和国示例法", law.Statute}, {"监察法规", "", "示例监察条例", law.Statute},
		{"行政法规", "", "示例条例", law.AdminRegulation}, {"行政法规", "", "国务院关于示例事项的决定", law.StateDecision},
		{"地方性法规", "", "山东省示例条例", law.LocalRegulation}, {"地方性法规", "", "内蒙古自治区示例条例", law.LocalRegulation},
		{"地方性法规", "", "上海市示例条例", law.LocalRegulation}, {"地方性法规", "", "上海港口示例条例", law.LocalRegulation},
		{"地方性法规", "", "聊城市示例条例", law.CityRegulation}, {"设区的市地方性法规", "", "山东省示例条例", law.CityRegulation},
		{"部门规章", "", "示例办法", law.MinistryRule}, {"司法解释", "", "关于示例的解释", law.Interpretation},
		{"省级政府规章", "", "示例办法", law.ProvinceRule}, {"设区的市政府规章", "", "示例办法", law.CityRule}, {"规范性文件", "", "示例通知", law.Normative},
		{"汇编", "x/01.法律/示例法.md", "示例法", law.Statute}, {"汇编", "x/02.行政法规/示例条例.md", "示例条例", law.AdminRegulation},
		{"汇编", "x/03.部门规章/示例办法.md", "示例办法", law.MinistryRule}, {"汇编", "x/规范性文件/示例通知.md", "示例通知", law.Normative},
		{"汇编", "x/地方性法规/山东省示例条例.md", "山东省示例条例", law.LocalRegulation}, {"汇编", "x/地方性法规/聊城市示例条例.md", "聊城市示例条例", law.CityRegulation},
		{"汇编", "x/地方政府规章/山东省示例办法.md", "山东省示例办法", law.ProvinceRule}, {"汇编", "x/地方政府规章/聊城市示例办法.md", "聊城市示例办法", law.CityRule},
		{"汇编", "x/水利/关于适用法律若干问题的通知.md", "关于适用法律若干问题的通知", law.Normative}, // a file's name is no folder
		{"汇编", "x/水利/a.md", "中华人民共和国示例法", law.Statute}, {"汇编", "x/水利/a.md", "中华人民共和国示例条例", law.AdminRegulation},
		{"", "", "示例办法", law.Normative},
	} {
		if got := levelOf(t, law.Source{Level: c.level, Origin: c.origin, Title: c.title}); got != c.want {
			t.Errorf("level %q, origin %q, title %q: %s, want %s", c.level, c.origin, c.title, got, c.want)
		}
	}
}

func TestThePlainTextsFolderTellsItsLevel(t *testing.T) {
	for file, want := range map[string]law.Level{"行政法规/示例.txt": law.AdminRegulation, "某处/部门规章/示例.md": law.MinistryRule, "示例.txt": law.Normative} {
		must(t, law.ReadSources([]byte("示例办法\n\n第一条 甲。\n\n第二条 乙。\n\n"+end), file, func(s law.Source, bad error) error {
			p, err := law.Read(s, "")
			if bad != nil || err != nil || p.Level != want {
				t.Errorf("%s: %s, %v, %v, want %s", file, p.Level, bad, err, want)
			}
			return nil
		}))
	}
}

// sources collects what a file holds: titles or texts, and refusals.
func sources(t *testing.T, b []byte, file string) (ids, refused []string) {
	t.Helper()
	err := law.ReadSources(b, file, func(s law.Source, bad error) error {
		if bad != nil {
			refused = append(refused, errs.Message(bad))
			return nil
		}
		ids = append(ids, s.ID)
		return nil
	})
	if err != nil {
		refused = append(refused, errs.Message(err))
	}
	return ids, refused
}

func TestABadLineIsNamedAndTheOthersAreRead(t *testing.T) {
	line := func(id, text string) string {
		b, err := json.Marshal(law.Source{ID: id, Text: text})
		must(t, err)
		return string(b)
	}
	file := line("A", "甲") + "\n\n{不是\n" + line("B", " ") + "\n" + line("C", "丙") + "\n"
	ids, refused := sources(t, []byte(file), "法规.jsonl")
	if diff := cmp.Diff([]string{"A", "C"}, ids); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if len(refused) != 2 || !strings.Contains(refused[0], "法规.jsonl 第 3 行") || !strings.Contains(refused[1], "法规.jsonl 第 4 行") {
		t.Errorf("refused %q", refused)
	}
}

func TestADamagedArchiveIsNotReadShort(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	for range 2000 {
		_, err := w.Write([]byte(`{"id":"A","text":"第一条 甲。"}` + "\n"))
		must(t, err)
	}
	must(t, w.Close())
	ids, refused := sources(t, z.Bytes(), "法规.jsonl.gz")
	if len(ids) != 2000 || refused != nil {
		t.Fatalf("%d read, refused %q", len(ids), refused)
	}
	for name, b := range map[string][]byte{"cut": z.Bytes()[:z.Len()/2], "head only": {0x1f, 0x8b, 8}} {
		_, refused = sources(t, b, "法规.jsonl.gz")
		if len(refused) == 0 || !strings.Contains(refused[len(refused)-1], "法规.jsonl.gz") {
			t.Errorf("%s: refused %q, want the file named", name, refused)
		}
	}
}

func TestPlainTextsComeInUTF8OrGBKAndNothingElse(t *testing.T) {
	const body = "示例办法\n\n第一条 甲。\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(body))
	must(t, err)
	for name, b := range map[string][]byte{"UTF-8": []byte(body), "GBK": gbk, "BOM": append([]byte{0xef, 0xbb, 0xbf}, body...)} {
		err := law.ReadSources(b, "a.txt", func(s law.Source, bad error) error {
			if bad != nil || s.ID != "a.txt" || s.Text != body {
				t.Errorf("%s: %+v, %v", name, s, bad)
			}
			return nil
		})
		must(t, err)
	}
	for name, b := range map[string][]byte{"empty": nil, "blank": []byte(" \n"), "picture": {0x89, 'P', 'N', 'G', 0, 1, 2, 3}} {
		if _, refused := sources(t, b, "a.txt"); len(refused) != 1 || !strings.Contains(refused[0], "a.txt") {
			t.Errorf("%s: refused %q, want the file named", name, refused)
		}
	}
}

func FuzzReadSources(f *testing.F) {
	f.Add([]byte("示例办法\n\n第一条 甲。\n"), "a.txt")
	f.Add([]byte(`{"id":"A","title":"甲","text":"第一条 甲。"}`+"\n{}\nnull\n[1]\n"), "a.jsonl")
	f.Add([]byte{0x1f, 0x8b, 8, 0}, "a.gz")
	f.Add([]byte("\xb5\xda\xd2\xbb\xcc\xf5"), "gbk.md")
	f.Fuzz(func(t *testing.T, b []byte, file string) {
		err := law.ReadSources(b, file, func(s law.Source, bad error) error {
			if bad == nil {
				if p, err := law.Read(s, "试"); err == nil && p.Key == "" && p.Title == "" {
					t.Error("a law without a name was read")
				}
			} else if errs.KindOf(bad) != errs.Invalid {
				t.Errorf("refused with %v, want Invalid", bad)
			}
			return nil
		})
		if err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("error %v, want Invalid", err)
		}
	})
}
