package citation

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// lines renders quotes one a line: place | text.
func lines(qs []Quote) string {
	var out []string
	for _, q := range qs {
		out = append(out, q.Ref.String()+" | "+strings.ReplaceAll(q.Text, "\n", "⏎"))
	}
	return strings.Join(out, "\n")
}

func TestParseQuotes(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"no citation", "市政府要求", ""},
		{"place only", "《甲法》第三条", "《甲法》第三条 | "},
		{"law only", "《甲法》", "《甲法》 | "},
		{"colon", "《甲法》第三条第（二）项：违反本法第五条规定，可以处罚：（二）擅自修建的。", "《甲法》第三条第（二）项 | 违反本法第五条规定，可以处罚：（二）擅自修建的。"},
		{"annex", "《甲规定》附录第三条：应当备案。", "《甲规定附录》第三条 | 应当备案。"},
		{"half-width colon", "《甲法》第三条:应当备案。", "《甲法》第三条 | 应当备案。"},
		{"next line", "《甲法》\n第三条第二款 应当备案。\n第三项除外。", "《甲法》第三条第二款 | 应当备案。⏎第三项除外。"},
		{"text on the next line", "《甲法》第三条\n应当备案。", "《甲法》第三条 | 应当备案。"},
		{"no sign between", "《甲法》第三条违反本法规定的，处罚款。", "《甲法》第三条 | 违反本法规定的，处罚款。"},
		{"label", "【法律】《甲法》第三条 应当备案。\n【行政法规】《乙条例》第四条 应当报告。", "《甲法》第三条 | 应当备案。\n《乙条例》第四条 | 应当报告。"},
		{"numbered lines", "1.《甲法》第三条：应当备案。\n2.《乙条例》第四条：应当报告。", "《甲法》第三条 | 应当备案。\n《乙条例》第四条 | 应当报告。"},
		{"chinese numbers", "一、《甲法》第三条：应当备案。二、《乙条例》第四条：应当报告。", "《甲法》第三条 | 应当备案。\n《乙条例》第四条 | 应当报告。"},
		{"bracketed numbers", "（一）《甲法》第三条。（二）《乙条例》第四条。", "《甲法》第三条 | \n《乙条例》第四条 | "},
		{"one line, two laws", "《甲法》第三条：应当备案。《乙条例》第四条：应当报告。", "《甲法》第三条 | 应当备案。\n《乙条例》第四条 | 应当报告。"},
		{"law cited inside the text", "《甲法》第三条：依照《乙条例》第四条处罚。《乙条例》另有规定的，从其规定。", "《甲法》第三条 | 依照《乙条例》第四条处罚。《乙条例》另有规定的，从其规定。"},
		{"paragraph that begins with a law", "《甲法》第三条：应当备案。\n《乙条例》第四条规定的除外。", "《甲法》第三条 | 应当备案。⏎《乙条例》第四条规定的除外。"},
		{"paragraph that begins with a licence", "《甲法》第三条：应当备案。\n《经营许可证》有效期五年。", "《甲法》第三条 | 应当备案。⏎《经营许可证》有效期五年。"},
		{"paragraph that begins with an article", "《甲法》第三条：应当备案。\n第四条规定的除外。", "《甲法》第三条 | 应当备案。⏎第四条规定的除外。"},
		{"several articles of one law", "《甲法》\n第三条　应当备案。\n第四条　应当报告。", "《甲法》第三条 | 应当备案。\n《甲法》第四条 | 应当报告。"},
		{"list, then the articles", "《甲法》第三条、第四条\n第三条 应当备案。\n第四条 应当报告。", "《甲法》第三条 | 应当备案。\n《甲法》第四条 | 应当报告。"},
		{"list with one text", "《甲法》第三条、《乙条例》第四条：应当报告。", "《甲法》第三条 | \n《乙条例》第四条 | 应当报告。"},
		{"items in lines are text", "《甲法》第三条 应当：\n（一）备案；\n（二）报告。", "《甲法》第三条 | 应当：⏎（一）备案；⏎（二）报告。"},
		{"related provisions are no text", "《甲法》、《乙条例》相关规定", "《甲法》 | \n《乙条例》 | "},
		{"provides", "《甲法》第三条规定：应当备案。", "《甲法》第三条 | 应当备案。"},
		{"according to", "根据《甲法》第三条", "《甲法》第三条 | "},
		{"number of issue", "《甲决定》（国务院令第412号）第15项", "《甲决定》第（十五）项 | "},
		{"bar", "《甲法》第三条|《甲法》第四条", "《甲法》第三条 | \n《甲法》第四条 | "},
		{"name without marks", "甲安全法第三条：应当备案。", "《甲安全法》第三条 | 应当备案。"},
		{"words first", "市局依照《甲法》第三条执行", "《甲法》第三条 | "},
		{"outer marks missing", "某省实施《甲法》办法第三条：应当备案。", "《某省实施〈甲法〉办法》第三条 | 应当备案。"},
		{"outer marks missing in a list", "《甲法》（国务院令第1号）、某局关于印发《乙方案》的通知（某发〔2011〕6号）", "《甲法》 | \n《某局关于印发〈乙方案〉的通知》 | "},
		{"name without marks in a list", "《甲法》第三条、乙安全法第四条：应当报告。", "《甲法》第三条 | \n《乙安全法》第四条 | 应当报告。"},
		{"item that begins with a law", "《甲法》第三条：应当：\n（一）依照《乙条例》的规定；\n（二）《丙条例》规定的其他措施。", "《甲法》第三条 | 应当：⏎（一）依照《乙条例》的规定；⏎（二）《丙条例》规定的其他措施。"},
		{"paragraph that begins with according to", "《甲法》第三条：应当备案。\n按照《乙条例》第四条规定转让的除外。", "《甲法》第三条 | 应当备案。⏎按照《乙条例》第四条规定转让的除外。"},
		{"numbered and provides", "1.《甲法》第三条规定：应当备案。\n2.《乙条例》第四条规定：应当报告。", "《甲法》第三条 | 应当备案。\n《乙条例》第四条 | 应当报告。"},
		{"numbered names without marks", "1.甲安全法第三条 应当备案。\n2、乙安全法第四条 应当报告。", "《甲安全法》第三条 | 应当备案。\n《乙安全法》第四条 | 应当报告。"},
		{"several spaces between citations", "《甲法》第三条  《乙条例》第四条", "《甲法》第三条 | \n《乙条例》第四条 | "},
		{"line break inside the title", "《甲\n安全法》第三条：应当备案。", "《甲安全法》第三条 | 应当备案。"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lines(ParseQuotes(c.in)); got != c.want {
				t.Errorf("ParseQuotes(%q)\n got %s\nwant %s", c.in, got, c.want)
			}
		})
	}
}

// TestRealBasisFields reads every basis of the workbooks: each begins with a
// law in 《》, which must be the law of the first citation, and the quoted text
// must come out unchanged, also when the citations follow their articles.
func TestRealBasisFields(t *testing.T) {
	probe := sharedFile(t, "workbooks/README.md")
	files, err := filepath.Glob(filepath.Join(filepath.Dir(probe.Name()), "0*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no workbooks: %v", err)
	}
	n, refused := 0, 0
	for _, name := range files {
		for _, basis := range basisOf(t, name) {
			n++
			qs := ParseQuotes(basis)
			if len(qs) == 0 {
				t.Errorf("%s: no citation in %.60q", filepath.Base(name), basis)
				continue
			}
			for _, q := range qs {
				if !strings.Contains(basis, q.Text) {
					t.Errorf("%s: text is not part of the field: %.60q", filepath.Base(name), q.Text)
				}
			}
			if _, ok := RewriteQuotes(basis, shift(1)); !ok {
				refused++
				t.Logf("%s: not rewritten: %.200q", filepath.Base(name), basis)
			}
			if q := qs[0].Ref; q.Law == "" || q.Self {
				t.Errorf("%s: first citation %v of %.60q", filepath.Base(name), q, basis)
			}
		}
	}
	if t.Logf("%d basis fields, %d not rewritten", n, refused); refused*100 > n {
		t.Errorf("%d of %d basis fields cannot follow their articles", refused, n)
	}
}

func basisOf(t *testing.T, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var book struct {
		Items []struct{ Basis json.RawMessage }
	}
	if err := json.NewDecoder(bufio.NewReader(f)).Decode(&book); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, it := range book.Items {
		var s string
		if json.Unmarshal(it.Basis, &s) == nil && s != "" {
			out = append(out, s)
		}
	}
	return out
}
