package citation

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// render joins the official forms, so that a table stays readable.
func render(refs []Ref) string {
	var out []string
	for _, r := range refs {
		out = append(out, r.String())
	}
	return strings.Join(out, " ")
}

func TestParseTraps(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"no citation", "依法查处三项违法行为，共12条线索", ""},
		{"law only", "《示例法》", "《示例法》"},
		{"laws only", "《甲法》、《乙条例》相关规定", "《甲法》 《乙条例》"},
		{"arabic", "《示例法》第38条第2款", "《示例法》第三十八条第二款"},
		{"full-width digits", "《示例法》第３８条", "《示例法》第三十八条"},
		{"slash list", "《示例法》第38/40条", "《示例法》第三十八条 《示例法》第四十条"},
		{"arabic range", "《示例法》第10-12条", "《示例法》第十条至第十二条"},
		{"hyphen for inserted article", "《示例法》第133-1条", "《示例法》第一百三十三条之一"},
		{"list sharing the word", "《示例法》第八、九、十条", "《示例法》第八条 《示例法》第九条 《示例法》第十条"},
		{"list without 第", "《示例法》八、九、十条", "《示例法》第八条 《示例法》第九条 《示例法》第十条"},
		{"shortened tens", "《示例法》第十三、四条", "《示例法》第十三条 《示例法》第十四条"},
		{"paragraph list", "《示例法》第五条第二、三款", "《示例法》第五条第二款 《示例法》第五条第三款"},
		{"paragraph list without comma", "《示例法》第五条第二三款", "《示例法》第五条第二款 《示例法》第五条第三款"},
		{"item list", "《示例法》第五条第（一）（三）项", "《示例法》第五条第（一）项 《示例法》第五条第（三）项"},
		{"item without its word", "《示例法》第五条（一）、（三）", "《示例法》第五条第（一）项 《示例法》第五条第（三）项"},
		{"enclosed item", "《示例法》第五条第㈢项", "《示例法》第五条第（三）项"},
		{"range of items", "《示例法》第五条第（二）至（四）项", "《示例法》第五条第（二）项至第（四）项"},
		{"range across articles", "《示例法》第五条第二款至第七条第一款", "《示例法》第五条第二款至第七条第一款"},
		{"range repeating its article", "《示例法》第五条第二款至第五条第四款", "《示例法》第五条第二款至第四款"},
		{"range of inserted articles", "《示例法》第一百二十条之一至第一百二十条之六", "《示例法》第一百二十条之一至第一百二十条之六"},
		{"inserted articles", "《示例法》第一百二十条之一、之二第一款", "《示例法》第一百二十条之一 《示例法》第一百二十条之二第一款"},
		{"之 without number", "《示例法》第五条之规定", "《示例法》第五条"},
		{"missing 条 before 款", "《示例法》第四十八第一款", "《示例法》第四十八条第一款"},
		{"missing 条 at the end", "《示例法》第四十八", "《示例法》第四十八条"},
		{"missing 第", "《示例法》四十八条二款", "《示例法》第四十八条第二款"},
		{"subitem", "《示例法》第五条第（二）项第1目", "《示例法》第五条第（二）项第1目"},
		{"dangling 第", "《示例法》第五条、第", "《示例法》第五条"},
		{"spaces and line break inside", "《示例法》 第 五 条\n第二款", "《示例法》第五条第二款"},
		{"zero-width", "《示例法》第五\u200b条\ufeff第二款", "《示例法》第五条第二款"},
		{"bar", "《甲法》第一条|《乙法》第二条", "《甲法》第一条 《乙法》第二条"},
		{"laws on lines", "《甲法》第一条\n\n《乙法》第二条", "《甲法》第一条 《乙法》第二条"},
		{"nothing between", "《甲法》第一条《乙法》第二条", "《甲法》第一条 《乙法》第二条"},
		{"inner marks", "《关于适用〈甲法〉的解释》第三条", "《关于适用〈甲法〉的解释》第三条"},
		{"inner double marks", "《某省实施《甲法》办法》第三条", "《某省实施〈甲法〉办法》第三条"},
		{"article inside a title", "《关于〈甲法〉第九条第三款的解释》", "《关于〈甲法〉第九条第三款的解释》"},
		{"outer marks missing", "某省实施《甲法》办法第三条", "《某省实施〈甲法〉办法》第三条"},
		{"outer marks missing in a notice", "某局关于印发《某方案》的通知（某发〔2011〕6号）", "《某局关于印发〈某方案〉的通知》"},
		{"rules to a law", "《甲法》实施细则第七条", "《〈甲法〉实施细则》第七条"},
		{"half-width marks", "<<甲法>>第七条", "《甲法》第七条"},
		{"closing mark missing", "《甲法第三条、《乙法》第六条", "《甲法》第三条 《乙法》第六条"},
		{"number in a title", "《甲法解释（二）》第三条", "《甲法解释（二）》第三条"},
		{"number of issue", "《甲决定》（国务院令第412号）第117项", "《甲决定》第（一百一十七）项"},
		{"edition in brackets", "《甲法》（2019年修正）第三条", "《甲法》第三条"},
		{"place below in brackets", "《甲法》第三条（第二款）", "《甲法》第三条第二款"},
		{"bracketed numbers count the laws", "（一）《甲法》第三条\n（二）《乙法》第四条（三）《丙法》第五条", "《甲法》第三条 《乙法》第四条 《丙法》第五条"},
		{"item before the next law", "《甲法》第三条（二）《乙法》第四条", "《甲法》第三条第（二）项 《乙法》第四条"},
		{"on trial behind the title", "《甲办法》（试行）第三条", "《甲办法（试行）》第三条"},
		{"number behind the title", "《甲解释》(二)第三条", "《甲解释（二）》第三条"},
		{"double dash", "《甲法》第10——12条", "《甲法》第十条至第十二条"},
		{"abbreviation without marks", "《某省甲条例》（以下简称甲条例）第三条，按照甲条例第四条", "《某省甲条例》第三条 《某省甲条例》第四条"},
		{"place in brackets", "《甲法》（第三条）", "《甲法》第三条"},
		{"abbreviation", "《甲法》（以下简称《法》）第三条，《法》第四条", "《甲法》第三条 《甲法》第四条"},
		{"licence is no law", "取得《食品经营许可证》的，依照《甲法》第三条", "《甲法》第三条"},
		{"licence keeps the law", "《甲法》第三条规定的《营业执照》和第四条", "《甲法》第三条 《甲法》第四条"},
		{"name without marks", "违反道路安全法第三条", "《道路安全法》第三条"},
		{"two names without marks", "依照甲安全法第三条和乙安全法第四条", "《甲安全法》第三条 《乙安全法》第四条"},
		{"that law", "《甲法》第三条，依照该法第四条", "《甲法》第三条 《甲法》第四条"},
		{"self", "本实施细则第三条", "本实施细则第三条"},
		{"self is no part of a word", "《甲基本法》，样本规定第三条", "《甲基本法》 《样本规定》第三条"},
		{"bare self", "违反本法规定的", ""},
		{"self behind 构成", "同时构成本法第三条规定之罪，成本办法另定", "本法第三条"},
		{"annex", "《甲规定》附录第三条、第四条", "《甲规定附录》第三条 《甲规定附录》第四条"},
		{"item of an annex", "《甲决定》附件第117项", "《甲决定》第（一百一十七）项"},
		{"annex of the law itself", "本规定第八条和附件一第七条、附件2第三条", "本规定第八条 本规定附件一第七条 本规定附件2第三条"},
		{"name without marks in running text", "当事人有证据证明裁决属于甲仲裁法第三条的情形，承担甲税法第四条的责任", "《甲仲裁法》第三条 《甲税法》第四条"},
		{"words of a name that lead elsewhere", "违反某省见义勇为人员条例第三条、公有住房和适用住房条例第四条", "《某省见义勇为人员条例》第三条 《公有住房和适用住房条例》第四条"},
		{"short title", "《条例》第三条", "《条例》第三条"},
		{"relative", "前款第三项、第四项", "前款第（三）项 前款第（四）项"},
		{"relative then absolute", "本法第三条，依照前款规定，第五条", "本法第三条 前款 本法第五条"},
		{"this article", "本条第二款", "本条第二款"},
		{"running words", "第三项目标，第一条件，前条件", ""},
		{"acts named by a rule", "本条例第十一条规定的一项", "本条例第十一条"},
		{"two items", "《甲公约》第五条第一、二两项", "《甲公约》第五条第（一）项 《甲公约》第五条第（二）项"},
		{"item of an annex in digits", "《甲条例》第三十五条3项", "《甲条例》第三十五条第（三）项"},
		{"name and nothing else", "中华人民共和国示例法\n某局关于印发职责规定的通知", "《中华人民共和国示例法》 《某局关于印发职责规定的通知》"},
		{"too large", "第123456条", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := render(Parse(c.in)); got != c.want {
				t.Errorf("Parse(%q)\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

// anyRef draws a reference that a citation can express.
func anyRef(t *rapid.T) Ref {
	r := Ref{Law: rapid.SampledFrom([]string{"甲法", "关于适用〈甲法〉的解释", "甲规定（试行）"}).Draw(t, "law")}
	if rapid.Bool().Draw(t, "self") {
		r.Law, r.Self = rapid.SampledFrom([]string{"本法", "本条例", "本实施细则"}).Draw(t, "word"), true
	}
	num := func(name string, least int) int { return rapid.IntRange(least, 2000).Draw(t, name) }
	r.Article, r.ArticleSub = num("article", 1), rapid.IntRange(0, 12).Draw(t, "sub")
	r.Paragraph, r.Item = num("paragraph", 0), num("item", 0)
	if r.Item > 0 {
		r.Subitem = num("subitem", 0)
	}
	if rapid.Bool().Draw(t, "range") {
		switch {
		case r.Subitem > 0:
			r.To = &End{Subitem: r.Subitem + 1}
		case r.Item > 0:
			r.To = &End{Item: r.Item + 2}
		case r.Paragraph > 0:
			r.To = &End{Paragraph: r.Paragraph + 3}
		case r.ArticleSub > 0:
			r.To = &End{ArticleSub: r.ArticleSub + 1}
		default:
			r.To = &End{Article: r.Article + 4}
		}
	}
	return r
}

func TestOfficialFormIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := anyRef(t)
		if d := cmp.Diff([]Ref{r}, Parse(r.String())); d != "" {
			t.Fatalf("%s\n%s", r, d)
		}
	})
}

func TestListsReadAsTheirMembers(t *testing.T) {
	joints := []string{"、", "和", "，", "及", "以及", "或者", "|", "\n"}
	rapid.Check(t, func(t *rapid.T) {
		var want []Ref
		var b strings.Builder
		for range rapid.IntRange(1, 5).Draw(t, "n") {
			r := anyRef(t)
			if b.Len() > 0 {
				b.WriteString(rapid.SampledFrom(joints).Draw(t, "joint"))
			}
			want = append(want, r)
			b.WriteString(r.String())
		}
		if d := cmp.Diff(want, Parse(b.String())); d != "" {
			t.Fatalf("%s\n%s", b.String(), d)
		}
	})
}

func TestNormalizeTitle(t *testing.T) {
	same := [][]string{
		{"示例安全法", "中华人民共和国示例安全法", "《中华人民共和国示例安全法》", " 示例 安全法\u200b", "示例安全法（2019年修正）",
			"示例安全法(2021修订)", "示例安全法（2009年8月27日第二次修正）", "示例安全法(2018-01-23)", "示例安全法（修订）（2020年修正）"},
		{"某省实施《中华人民共和国甲法》办法", "某省实施〈甲法〉办法", "某省实施《甲法》办法(2012-01-13)"},
		{"甲办法（试行）", "甲办法(试行)", "甲办法 （ 试行 ）"},
		{"甲法院、乙检察院关于丙的解释", "甲法院 乙检察院关于丙的解释"},
		{"甲解释（二）", "甲解释(二)"},
	}
	for i, group := range same {
		for _, title := range group {
			if got, want := NormalizeTitle(title), NormalizeTitle(group[0]); got != want {
				t.Errorf("NormalizeTitle(%q) = %q, want %q", title, got, want)
			}
		}
		for j := range i {
			if NormalizeTitle(group[0]) == NormalizeTitle(same[j][0]) {
				t.Errorf("%q and %q share a key", group[0], same[j][0])
			}
		}
	}
	for _, pair := range [][2]string{{"甲办法（试行）", "甲办法"}, {"甲解释（一）", "甲解释（二）"}, {"甲决定（1999）", "甲决定"}, {"中华人民共和国", ""}} {
		if NormalizeTitle(pair[0]) == NormalizeTitle(pair[1]) {
			t.Errorf("%q and %q name different documents", pair[0], pair[1])
		}
	}
}

func TestStripEdition(t *testing.T) {
	for in, want := range map[string]string{
		"甲法（2019年8月26日第三次修正）": "甲法", "甲法(2018-01-23)": "甲法", "甲法（修订） (2020年修正)": "甲法",
		"甲办法（试行）": "甲办法（试行）", "甲解释（二）": "甲解释（二）", "甲决定（1999）": "甲决定（1999）", "（2020年修正）": "（2020年修正）", "": "", ")": ")",
	} {
		if got := StripEdition(in); got != want {
			t.Errorf("StripEdition(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestNumeralsAreReadBack(t *testing.T) {
	for n := 1; n <= maxNumber; n++ {
		num, next, ok := numeralAt([]rune(chinese(n)), 0)
		if !ok || num.n != n || next != runeLen(chinese(n)) {
			t.Fatalf("%d is written %s and read %d", n, chinese(n), num.n)
		}
	}
}
