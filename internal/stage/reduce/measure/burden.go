package measure

import (
	"regexp"
	"strconv"
	"strings"

	"qingdan/internal/registry/power"
)

// Factor is the sum of one factor of the burden over the items of which it is
// known. What is not known is in no sum and multiplies nothing.
type Factor struct {
	Known int `json:"known"` // items of which the factor is known
	Sum   int `json:"sum"`
}

// Load is the burden of one side (before or after): the items that people apply
// for, and what each of them asks.
type Load struct {
	Items    int    `json:"items"`         // items on application
	Working  Factor `json:"working_days"`  // 工作日
	Calendar Factor `json:"calendar_days"` // 自然日, months as 30
	Unsaid   Factor `json:"unsaid_days"`   // days whose unit is not said
	Days     int    `json:"days_known"`    // items of which a limit is known, whatever its unit
	Papers   Factor `json:"papers"`        // rows of 申请材料
	Visits   Factor `json:"visits"`        // 到现场次数
	Cases    Factor `json:"yearly_cases"`  // of the latest year that is known
	// Whole is days x papers x visits x yearly cases, over the items of which all four
	// are known; done on the spot is the one day itself.
	Whole Factor `json:"whole"`
}

// Burden is the burden before (first wordings of all that came in) and after
// (present wordings of what is on the list), and both for the items that are on
// both sides: what cutting took, and what simplifying took.
type Burden struct {
	Before     Load `json:"before"`
	After      Load `json:"after"`
	SameBefore Load `json:"same_before"`
	SameAfter  Load `json:"same_after"`
}

// burden adds up what the items on application ask of people, before and after.
func (t *tally) burden() Burden {
	var b Burden
	for i := range t.ms {
		m := &t.ms[i]
		cases, known := yearly(m.Usage)
		came := m.Origin != power.Split && t.under[i] < 0 && t.noWay[i] == "" && m.First.Initiative == power.OnApplication
		listed := m.raw() == Kept && m.Now.Initiative == power.OnApplication
		if came {
			b.Before.add(m.First, cases, known)
		}
		if listed {
			b.After.add(m.Now, cases, known)
		}
		if came && listed {
			b.SameBefore.add(m.First, cases, known)
			b.SameAfter.add(m.Now, cases, known)
		}
	}
	return b
}

// yearly is the number of cases in the latest year that is known, all places together.
func yearly(usage []power.Usage) (cases int, known bool) {
	year := 0
	for _, u := range usage {
		if u.Year > year {
			year, cases = u.Year, 0
		}
		if u.Year == year {
			cases += u.Cases
		}
	}
	return cases, len(usage) > 0
}

func (f *Factor) add(n int, known bool) {
	if known {
		f.Known++
		f.Sum += n
	}
}

func (l *Load) add(v power.Version, cases int, casesKnown bool) {
	l.Items++
	papers, papersKnown := papersOf(v.Elements.Materials)
	visits, visitsKnown := visitsOf(v.Elements.Visits)
	days, daysKnown := 0, false
	limit := v.Elements.Promised
	if limit == nil {
		limit = v.Elements.Statutory
	}
	if limit != nil {
		daysKnown = true
		days = limit.Days + 30*limit.Months
		switch {
		case limit.Immediate:
			days = 1
			l.Working.add(1, true)
		case limit.Months > 0 || limit.Unit == "自然日":
			l.Calendar.add(days, true)
		case limit.Unit == "工作日":
			l.Working.add(days, true)
		default:
			l.Unsaid.add(days, true)
		}
		l.Days++
	}
	l.Papers.add(papers, papersKnown)
	l.Visits.add(visits, visitsKnown)
	l.Cases.add(cases, casesKnown)
	l.Whole.add(days*papers*visits*cases, daysKnown && papersKnown && visitsKnown && casesKnown)
}

// papersOf counts the rows of 申请材料; nothing written is not known, and 无 is none.
func papersOf(materials string) (n int, known bool) {
	s := strings.TrimSpace(materials)
	if s == "" {
		return 0, false
	}
	if s == "无" || s == "无需提交" || s == "不需要" || s == "无需提交材料" {
		return 0, true
	}
	for line := range strings.Lines(s) {
		if strings.TrimSpace(line) != "" {
			n++
		}
	}
	return n, true
}

// visitNumber matches a number of visits: 2次, 1, 最多跑一次.
var visitNumber = regexp.MustCompile(`(\d{1,2})|([零〇一二两三四五六七八九])`)

// visitsOf reads 到现场次数.
func visitsOf(s string) (n int, known bool) {
	s = strings.TrimSpace(s)
	m := visitNumber.FindStringSubmatch(s)
	switch {
	case s == "":
		return 0, false
	case m == nil:
		none := hasAny(s, "不需要", "无需", "不用", "零跑", "全程网办")
		return 0, none
	case m[1] != "":
		n, _ = strconv.Atoi(m[1])
		return n, true
	default:
		return max(strings.Index("零一二三四五六七八九", strings.NewReplacer("〇", "零", "两", "二").Replace(m[2]))/len("零"), 0), true
	}
}
