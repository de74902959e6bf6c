package code

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
)

// sharedFile opens a file of the real data, or skips.
func sharedFile(t *testing.T, name string) *bufio.Scanner {
	t.Helper()
	dir := os.Getenv("QINGDAN_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil && root != "/" {
			if _, e := os.Stat(filepath.Join(root, "go.mod")); e == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("real data not at hand (set QINGDAN_SHARED): %v", err)
	}
	t.Cleanup(func() { f.Close() })
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	return sc
}

// sample draws a credit code with a right check character and inner code.
func sample(t *rapid.T) string {
	head := rapid.StringMatching(`[1-9AGNY][1-9][0-9]{6}`).Draw(t, "head")
	org, err := MakeOrganisation(rapid.StringMatching(`[0-9ABCDEFGHJKLMNPQRTUWXY]{8}`).Draw(t, "org"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := MakeCredit(head + org)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOneWrongCharacterOfACreditCodeIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := sample(t)
		if err := CheckCredit(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		for i := range len(s) {
			for c := byte(' '); c < 127; c++ {
				if wrong := s[:i] + string(c) + s[i+1:]; c != s[i] && CheckCredit(wrong) == nil {
					t.Fatalf("%s passes beside %s", wrong, s)
				}
			}
		}
	})
}

func TestOneWrongDigitOfAnOrganisationCodeIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := MakeOrganisation(rapid.StringMatching(`[0-9A-Z]{8}`).Draw(t, "org"))
		if err != nil {
			t.Fatal(err)
		}
		for i := range len(s) {
			for c := byte('0'); c <= '9'; c++ {
				letter := s[i] > '9' && i < 8 // weighed modulo 11, see CheckOrganisation
				if wrong := s[:i] + string(c) + s[i+1:]; !letter && c != s[i] && CheckOrganisation(wrong) == nil {
					t.Fatalf("%s passes beside %s", wrong, s)
				}
			}
		}
	})
}

func TestOneWrongCharacterOfAnIdentityNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := "37" + rapid.StringMatching(`[0-9]{4}(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|1[0-9]|2[0-8])[0-9]{3}`).Draw(t, "body")
		s := ""
		for _, c := range "0123456789X" {
			if CheckIdentity(body+string(c)) == nil {
				if s != "" {
					t.Fatalf("two check characters for one number")
				}
				s = body + string(c)
			}
		}
		if s == "" {
			t.Fatal("no check character fits")
		}
		for i := range len(s) {
			for c := byte(' '); c < 127; c++ {
				if wrong := s[:i] + string(c) + s[i+1:]; c != s[i] && CheckIdentity(wrong) == nil {
					t.Fatalf("%s passes beside %s", wrong, s)
				}
			}
		}
	})
}

func TestKnownCodes(t *testing.T) {
	// the worked example of GB 32100 and the one of GB 11643
	if err := CheckCredit("91350100M000100Y43"); err != nil {
		t.Error(err)
	}
	if err := CheckIdentity("11010519491231002X"); err != nil {
		t.Error(err)
	}
}

// letterChecked makes a credit code whose check character is a letter, and
// writes it small.
func letterChecked(t *testing.T) string {
	t.Helper()
	for _, head := range strings.Split("11371500 12371500 13371500 51371500 52371500 91371500 92371500", " ") {
		org, err := MakeOrganisation("00000001")
		if err != nil {
			t.Fatal(err)
		}
		if s, err := MakeCredit(head + org); err == nil && s[17] > '9' {
			return s[:17] + strings.ToLower(s[17:])
		}
	}
	t.Fatal("no such code")
	return ""
}

func TestWrongCodesSayWhatIsWrong(t *testing.T) {
	_, division := CheckDivision("3715")
	_, division2 := CheckDivision("997100")
	_, division3 := CheckDivision("371500000201")
	_, division4 := CheckDivision("37150a")
	_, item := ParseItem("91350100M000100Y43" + "7" + "000117001000")
	_, item2 := ComposeItem("91350100M000100Y43", 3, "00011700100")
	_, item3 := ComposeItem("91350100M000100Y43", 3, "00011700100a")
	_, org := MakeOrganisation("1234567-")
	_, credit := MakeCredit("91350100M000100Y5")
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"short", CheckCredit("91350100M000100Y4"), "应为18位，现为17位"},
		{"lower case", CheckCredit("91350100m000100Y43"), "第9位字母应为大写"},
		{"check character in lower case", CheckCredit(letterChecked(t)), "第18位字母应为大写"},
		{"full width", CheckCredit("９1350100M000100Y43"), "全角"},
		{"space", CheckCredit("91350100M000100Y43 "), "空格"},
		{"forbidden letter", CheckCredit("91350100I000100Y43"), "I、O、S、V、Z"},
		{"letter in the division", CheckCredit("91A50100M000100Y43"), "第3至8位"},
		{"inner code", CheckCredit("91350100M000100Y53"), "第9至17位"},
		{"check character", CheckCredit("91350100M000100Y44"), "应为3"},
		{"prefix with wrong inner code", credit, "第9至17位"},
		{"organisation", org, "第8位“-”不对"},
		{"old identity number", CheckIdentity("110105491231002"), "15位"},
		{"identity date", CheckIdentity("11010519490231002X"), "不是日期"},
		{"identity province", CheckIdentity("99010519491231002X"), "省级"},
		{"identity lower case", CheckIdentity("11010519491231002x"), "大写 X"},
		{"identity check", CheckIdentity("110105194912310021"), "校验位不符"},
		{"identity letters", CheckIdentity("1101051949123100AX"), "应为数字"},
		{"division length", division, "6位、9位或12位"},
		{"division province", division2, "不是省级代码"},
		{"division gap", division3, "乡镇三位为000"},
		{"division letters", division4, "半角数字"},
		{"item level", item, "1至6"},
		{"item base", item2, "应为12位"},
		{"item base letters", item3, "大写"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.err == nil || errs.KindOf(c.err) != errs.Invalid || !strings.Contains(errs.Message(c.err), c.want) {
				t.Errorf("got %v, want words with %q", c.err, c.want)
			}
		})
	}
	if msg := errs.Message(CheckIdentity("110105194912310021")); strings.Contains(msg, "1949") {
		t.Errorf("the words repeat the number: %s", msg)
	}
}

func TestItemCodesAreTakenApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		it := Item{sample(t), rapid.IntRange(1, 6).Draw(t, "level"), rapid.StringMatching(`[0-9A-Z]{12}`).Draw(t, "base")}
		s, err := ComposeItem(it.Credit, it.Level, it.Base)
		if err != nil || len(s) != 31 {
			t.Fatalf("%q %v", s, err)
		}
		if back, err := ParseItem(s); err != nil || back != it {
			t.Fatalf("%v %v", back, err)
		}
	})
}

func TestRealDivisionsHaveTheirLevel(t *testing.T) {
	levels := map[string]int{"province": LevelProvince, "city": LevelCity, "county": LevelCounty, "town": LevelTown}
	sc := sharedFile(t, "codes/regions.csv")
	sc.Scan()
	for sc.Scan() {
		f := strings.Split(sc.Text(), ",")
		if f[2] == "county" && strings.HasSuffix(f[0], "00") {
			f[2] = "city" // a city without counties stands in the table as its own
		}
		if l, err := CheckDivision(f[0]); err != nil || l != levels[f[2]] {
			t.Errorf("%s %s: level %d, %v", f[0], f[2], l, err)
		}
	}
}

// TestRealDepartmentCodesPass takes the codes of real offices: credit codes,
// and organisation codes that stand in their place, with or without a hyphen.
func TestRealDepartmentCodesPass(t *testing.T) {
	sc := sharedFile(t, "items/items_guangan.jsonl")
	credits, organisations := map[string]bool{}, map[string]bool{}
	for sc.Scan() {
		var row struct {
			Code string `json:"dept_code"`
		}
		if err := json.Unmarshal(sc.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		switch org := strings.ReplaceAll(row.Code, "-", ""); {
		case len(row.Code) == 18 && strings.ToUpper(row.Code) == row.Code:
			credits[row.Code] = true
		case len(org) == 9:
			organisations[org] = true
		}
	}
	if len(credits) == 0 || len(organisations) == 0 {
		t.Fatal("no codes in the data")
	}
	for c := range credits {
		if err := CheckCredit(c); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
	for c := range organisations {
		if err := CheckOrganisation(c); err != nil {
			t.Errorf("%s: %v", c, err)
		}
	}
}

func FuzzCodes(f *testing.F) {
	for _, s := range []string{"", "91350100M000100Y43", "11010519491231002X", "371502001001", "91350100M000100Y433000117001000", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if it, err := ParseItem(s); err == nil {
			if back, err := ComposeItem(it.Credit, it.Level, it.Base); err != nil || back != s {
				t.Errorf("%q comes back as %q, %v", s, back, err)
			}
		}
		if CheckIdentity(s) == nil && len(s) != 18 {
			t.Errorf("%q passes", s)
		}
		if _, err := CheckDivision(s); err == nil && CheckCredit(s) == nil {
			t.Errorf("%q is both", s)
		}
	})
}
