package calendar

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/engine/workday"
	"qingdan/internal/errs"
)

const head = "date,name,kind\n"

func TestATableOfDaysIsRead(t *testing.T) {
	got, err := ReadDays([]byte("2027年放假安排\n"+head+"2026/12/31,元旦,off\n\n20270103,\" 元\n旦 \",work\n"), "安排.csv")
	must(t, err)
	want := []workday.Special{{Day: "2026-12-31", Name: "元旦", Off: true}, {Day: "2027-01-03", Name: "元 旦", Off: false}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}
}

// Every refusal names the file, the cell and what is wrong.
func TestAWrongCellIsNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"no day":          {head + "2027-01-01,元旦,off\n2027-02-29,春节,off\n", "A3：日期“2027-02-29”不对。请写成"},
		"empty day":       {head + ",元旦,off\n", "A2：日期“”不对"},
		"far day":         {head + "3027-01-01,元旦,off\n", "A2：日期“3027-01-01”不对"},
		"no name":         {head + "2027-01-01,,off\n", "B2：没有填写节日名称"},
		"unknown kind":    {head + "2027-01-01,元旦,休\n", "C2：“休”不是放假也不是上班。放假写 off"},
		"broken line":     {head + "2027-01-01,元\n旦,off\n", "C2：“”不是放假也不是上班"},
		"day twice":       {head + "2027-01-01,元旦,off\n2027/1/1,元旦,work\n", "A3：2027-01-01 与 A2 重复"},
		"missing columns": {"date,name\n2027-01-01,元旦\n", "date、name、kind"},
		"empty":           {"", "空"},
	} {
		_, err := ReadDays([]byte(c.text), "安排.csv")
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "安排.csv") || !strings.Contains(errs.Message(err), c.want) {
			t.Errorf("%s: %v, want Invalid naming 安排.csv and %s", name, err, c.want)
		}
	}
}

// What is read either makes a calendar that gives the same days again or is
// refused with words.
func FuzzReadDays(f *testing.F) {
	f.Add([]byte(head + "2027-01-01,元旦,off\n2027-05-01,劳动节,off\n2027-10-01,国庆节,off\n2026-12-31,元旦,work\n"))
	f.Add([]byte(head + "2027-01-01,元旦,off\n2027-01-01,元旦,off\n"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, b []byte) {
		days, err := ReadDays(b, "f.csv")
		if err == nil && len(days) > 0 {
			var next *workday.Calendar
			next, _, err = replace(&workday.Calendar{}, days, 1)
			if err == nil && len(next.Specials()) != len(days) {
				t.Fatalf("%d days of %d", len(next.Specials()), len(days))
			}
		}
		if k := errs.KindOf(err); err != nil && k != errs.Invalid && k != errs.TooLarge {
			t.Fatalf("kind of %v", err)
		}
	})
}
