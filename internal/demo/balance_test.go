package demo

import "testing"

// account is the balance of one unit or of the city.
type account struct{ reported, added, split, left, kept int }

// balanced says whether what came in less what went out is what is kept.
func (a account) balanced() bool { return a.reported+a.added+a.split-a.left == a.kept }

// checkBalance recomputes the balance of every unit and the kept of every
// category from the workbooks and the decisions.
func checkBalance(t *testing.T, b book) {
	t.Helper()
	units := map[string]*account{}
	of := func(unit string) *account {
		if units[unit] == nil {
			units[unit] = &account{}
		}
		return units[unit]
	}
	for _, p := range b.powers {
		of(p["实施主体"]).reported++
	}
	for _, p := range b.added {
		of(p["实施主体"]).added++
	}
	categories := map[string]int{}
	for _, d := range b.decided {
		a := of(d["实施主体"])
		switch d["处置意见"] {
		case "拆分":
			a.split++
			fallthrough
		case "保留":
			a.kept++
			categories[b.byCode[d["事项编码"]]["权力类别"]]++
		case "调整类别":
			a.kept++
			categories[d["去向"]]++
		default:
			a.left++
		}
	}
	kept := 0
	for name, a := range units {
		kept += a.kept
		if !a.balanced() || a.kept == 0 {
			t.Errorf("%s: %+v", name, *a)
		}
	}
	if len(units) != 70 || kept != 4298 {
		t.Errorf("%d units keep %d", len(units), kept)
	}
	for c, n := range map[string]int{"行政审批": 234, "行政处罚": 2724, "行政强制": 160, "行政征收": 40, "行政给付": 27, "行政裁决": 17, "行政确认": 76, "行政奖励": 22, "行政监督": 277, "其他权力": 721} {
		if categories[c] != n {
			t.Errorf("%s: %d kept, want %d", c, categories[c], n)
		}
	}
	checkDecisions(t, b)
}

// checkDecisions: one decision on every power, on the power it names, with a
// reason of its own; merged into what is kept, split off under a new code.
func checkDecisions(t *testing.T, b book) {
	t.Helper()
	fate, fates, reasons := map[string]string{}, map[string]int{}, map[string]int{}
	for _, d := range b.decided {
		c, p := d["事项编码"], b.byCode[d["事项编码"]]
		fates[d["处置意见"]]++
		reasons[d["说明"]]++
		if p == nil || p["事项名称"] != d["事项名称"] || p["实施主体"] != d["实施主体"] {
			t.Errorf("%s: the decision names another power: %s", c, d["事项名称"])
		}
		if d["处置意见"] == "拆分" {
			if d["新事项编码"] == "" || b.byCode[d["新事项编码"]] != nil || d["新事项名称"] == "" {
				t.Errorf("split of %s lacks a new code or name", c)
			}
			continue
		}
		if fate[c] != "" {
			t.Errorf("%s decided twice", c)
		}
		fate[c] = d["处置意见"]
	}
	for _, d := range b.decided {
		if d["处置意见"] == "整合" && fate[d["并入事项编码"]] != "保留" {
			t.Errorf("%s merges into %s, which is not kept", d["事项编码"], d["并入事项编码"])
		}
	}
	for c, p := range b.byCode {
		if fate[c] == "" {
			t.Errorf("%s %s was not decided", c, p["事项名称"])
		}
	}
	if left := fates["取消"] + fates["下放"] + fates["转移"] + fates["整合"] + fates["冻结"] + fates["转出"]; left != 780 || fates["拆分"] != 12 {
		t.Errorf("fates %v", fates)
	}
	for r, n := range reasons {
		if n > 3 {
			t.Errorf("reason given %d times: %s", n, r)
		}
	}
}
