package code

import (
	"fmt"
	"strings"

	"qingdan/internal/errs"
)

// Levels of divisions and of 实施编码 (domain: 行使层级).
const (
	LevelNation   = 1 // 国家
	LevelProvince = 2 // 省
	LevelCity     = 3 // 市
	LevelCounty   = 4 // 县
	LevelTown     = 5 // 乡镇
	LevelVillage  = 6 // 村
)

// provinces are the first two digits that GB/T 2260 knows.
const provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"

func province(two string) bool {
	return len(two) == 2 && two[0] != ' ' && two[1] != ' ' && strings.Contains(provinces, two)
}

// CheckDivision checks the shape of a 行政区划代码 of 6 digits (GB/T 2260), 9
// (with the town, GB/T 10114) or 12 (with the village) and gives its level,
// LevelProvince to LevelVillage, by its trailing zeros; 000000 and 100000 stand
// for the nation. Whether such a division exists is for the table of divisions.
func CheckDivision(s string) (level int, err error) {
	const what = "行政区划代码"
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, errs.Invalidf("%s只能是半角数字", what)
		}
	}
	if n := len(s); n != 6 && n != 9 && n != 12 {
		return 0, errs.Invalidf("%s应为6位、9位或12位，现为%d位", what, n)
	}
	full := s + strings.Repeat("0", 12-len(s))
	switch {
	case full == "000000000000" || full == "100000000000":
		return LevelNation, nil
	case !province(full[:2]):
		return 0, errs.Invalidf("%s前两位“%s”不是省级代码", what, full[:2])
	case full[9:] != "000":
		if full[6:9] == "000" {
			return 0, errs.Invalidf("%s有村级三位而乡镇三位为000", what)
		}
		return LevelVillage, nil
	case full[6:9] != "000":
		return LevelTown, nil
	case full[4:6] != "00":
		return LevelCounty, nil
	case full[2:4] != "00":
		return LevelCity, nil
	}
	return LevelProvince, nil
}

// Item is a taken-apart 实施编码.
type Item struct {
	Credit string // 统一社会信用代码 of the body, 18 characters
	Level  int    // LevelNation to LevelVillage
	Base   string // 基本编码 of the catalogue, 12 characters
}

// ComposeItem makes the 实施编码 of 31 characters: 统一社会信用代码 (18), level (1),
// base code (12). All three parts are checked.
func ComposeItem(credit string, level int, base string) (string, error) {
	if err := CheckCredit(credit); err != nil {
		return "", err
	}
	if level < LevelNation || level > LevelVillage {
		return "", errs.Invalidf("行使层级应为1至6，现为%d", level)
	}
	if err := CheckBase(base); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s%d%s", credit, level, base), nil
}

// ParseItem takes a 实施编码 apart and checks its parts. ComposeItem of the
// result gives the code back.
func ParseItem(s string) (Item, error) {
	if err := length("实施编码", s, 31); err != nil {
		return Item{}, err
	}
	it := Item{Credit: s[:18], Level: int(s[18]) - '0', Base: s[19:]}
	if _, err := ComposeItem(it.Credit, it.Level, it.Base); err != nil {
		return Item{}, errs.Invalidf("实施编码不对：%s", errs.Message(err))
	}
	return it, nil
}

// CheckBase checks the shape of a 基本编码: 12 digits or capital letters.
func CheckBase(s string) error {
	const what = "基本编码"
	if err := length(what, s, 12); err != nil {
		return err
	}
	for i := range len(s) {
		if (s[i] < '0' || s[i] > '9') && (s[i] < 'A' || s[i] > 'Z') {
			return wrongChar(what, s, i, "只能是数字和大写字母")
		}
	}
	return nil
}
