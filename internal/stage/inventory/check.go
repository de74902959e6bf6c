package inventory

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/reading"
	"qingdan/internal/service/round"
)

// open are the states whose changes are checked: everything that is or may
// come onto the list. Of a power on the list that is being amended both wordings
// are.
func open() []power.State {
	return []power.State{power.SelfCheck, power.HandedUp, power.Review, power.Proposed, power.Consulting, power.Approved, power.Published}
}

// Checked is the result of a run.
type Checked struct {
	finding.Run
	Found   []finding.Finding
	Links   []power.Link
	Names   map[sqldb.ID]string // version -> "code name", for reports
	Skipped []string            // rules that had nothing to hold the powers against
}

// Check runs all rules over every open change on a day, without writing.
func Check(ctx context.Context, r sqldb.Reader, day string, progress func(done int)) (*Checked, error) {
	d, err := OpenDesk(ctx, r, day)
	if err != nil {
		return nil, err
	}
	run := &runner{desk: d, out: &Checked{Names: map[sqldb.ID]string{}}, carried: map[sqldb.ID]bool{}, twins: map[string][]twin{}}
	run.out.Day = day
	if d.catalogue == nil {
		run.out.Skipped = append(run.out.Skipped, "五对照/2：没有导入审批事项目录")
	}
	if d.peers == nil {
		run.out.Skipped = append(run.out.Skipped, "五对照/5：没有导入其他地方的清单")
	}
	var last sqldb.ID
	err = power.Versions(ctx, r, open(), func(code string, v power.Version) error {
		run.version(code, v)
		if v.Power != last {
			last = v.Power
			run.out.Powers++
			if progress != nil && run.out.Powers%500 == 0 {
				progress(run.out.Powers)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	run.overlaps()
	run.idleMandates()
	run.omitted()
	run.out.Findings = len(run.out.Found)
	return run.out, nil
}

// CheckAndSave runs the rules, stores findings and citation links, and takes
// what was handed up (上报) into review (审核). What comes in while the rules run
// was not checked and waits for the next check. What a department handed up in a
// clearing that is not closed (清理工作) stays where it is: there the audit group
// receives it (round.Receive), whether it was checked before or not.
func CheckAndSave(ctx context.Context, l *ledger.Ledger, r sqldb.Reader, actor ledger.Actor, day string, progress func(done int)) (*Checked, error) {
	c, err := Check(ctx, r, day, progress)
	if err != nil {
		return nil, err
	}
	err = l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		if err := receive(ctx, tx, c.Names); err != nil {
			return err
		}
		if c.Run, err = finding.Save(ctx, tx, day, c.Powers, c.Found); err != nil {
			return err
		}
		if err := power.ReplaceLinks(ctx, tx.Tx, c.Links); err != nil {
			return err
		}
		return reading.RecordBasis(ctx, tx, reading.Checking, day, slices.Collect(maps.Keys(c.Names)))
	})
	return c, errs.Wrap("check", err)
}

// receive takes what was handed up and checked into review, unless its department
// takes part in a clearing.
func receive(ctx context.Context, tx *ledger.Tx, checked map[sqldb.ID]string) error {
	handed, err := power.Changes(ctx, tx, power.HandedUp)
	if err != nil || len(handed) == 0 {
		return err
	}
	covered, err := round.Covered(ctx, tx)
	if err != nil {
		return err
	}
	for _, ch := range handed {
		if _, seen := checked[ch.Version]; !seen || slices.Contains(covered, ch.Department) {
			continue
		}
		if err := power.Move(ctx, tx, ch, power.Review); err != nil {
			return err
		}
	}
	return nil
}

// settling is how much older than a run a wording may be that the run did not see:
// the time that the rules take, and that of a write under way meanwhile.
const settling = 2 * time.Minute

// CheckWaiting is CheckAndSave for the background loop of a server: it runs only
// when something waits for the checks (Waiting), and says whether it did.
func CheckWaiting(ctx context.Context, l *ledger.Ledger, r sqldb.Reader, actor ledger.Actor, day string) (ran bool, err error) {
	if waits, err := Waiting(ctx, r); err != nil || !waits {
		return false, err
	}
	_, err = CheckAndSave(ctx, l, r, actor, day, nil)
	return err == nil, err
}

// openWords are the states of open as arguments of a query.
func openWords() []any {
	var out []any
	for _, s := range open() {
		out = append(out, string(s))
	}
	return out
}

type runner struct {
	desk    *Desk
	out     *Checked
	carried map[sqldb.ID]bool // mandate rows that carry a power
	twins   map[string][]twin // folded name -> who reported it
	names   []string
}

type twin struct {
	version, department sqldb.ID
	code                string
}

func (r *runner) version(code string, v power.Version) {
	d := r.desk
	r.out.Names[v.ID] = code + " " + v.Name
	r.names = append(r.names, v.Name)
	b := LegalBasis(d, v)
	r.out.Links = append(r.out.Links, b.Links...)
	mandates, rows := MandateOf(d, v, b.Keys)
	for _, i := range rows {
		r.carried[d.mandates[v.Department].rows[i].ID] = true
	}
	for _, found := range [][]finding.Finding{
		Scope(d, v), ApprovalCatalogue(d, v), b.Findings, mandates, PeerLists(d, v),
		Lawful(d, v, b), TimelyNeeded(d, v, b), Content(d, v), Procedure(d, v), Efficiency(d, v), Responsibility(d, v), Unpublishable(v),
	} {
		for _, f := range found {
			f.Version = v.ID
			r.out.Found = append(r.out.Found, f)
		}
	}
	key := hanzi.Fold(v.Name)
	r.twins[key] = append(r.twins[key], twin{v.ID, v.Department, code})
}

// overlaps finds names that several departments, or one department twice,
// reported (职责交叉).
func (r *runner) overlaps() {
	keys := make([]string, 0, len(r.twins))
	for k, ts := range r.twins {
		if len(ts) > 1 {
			keys = append(keys, k)
		}
	}
	sort.Strings(keys)
	for _, k := range keys {
		ts := r.twins[k]
		for i, t := range ts {
			other, ok := nextPower(ts, i)
			if !ok {
				continue
			}
			msg := "与" + r.desk.departments[other.department].Name + "的事项同名，职责交叉"
			if other.department == t.department {
				msg = "本部门另有同名事项"
			}
			r.out.Found = append(r.out.Found, finding.Finding{Version: t.version, Rule: "五对照/4", Severity: finding.Asks, Message: msg, Evidence: "事项编码 " + other.code})
		}
	}
}

// nextPower gives the twin after the one at i, in turn, that is another power
// and not another wording of the same.
func nextPower(ts []twin, i int) (twin, bool) {
	for n := 1; n < len(ts); n++ {
		if other := ts[(i+n)%len(ts)]; other.code != ts[i].code {
			return other, true
		}
	}
	return twin{}, false
}

// idleMandates finds rows of 三定 that no reported power exercises. The closing
// row on whatever else is assigned (交办的其他事项) is none.
func (r *runner) idleMandates() {
	ids := make([]sqldb.ID, 0, len(r.desk.mandates))
	for id := range r.desk.mandates {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i].String() < ids[j].String() })
	for _, id := range ids {
		for _, m := range r.desk.mandates[id].rows {
			if !r.carried[m.ID] && !strings.Contains(m.Text, "其他事项") {
				r.out.Found = append(r.out.Found, finding.Finding{Rule: "五对照/4", Severity: finding.Tells,
					Message: "三定规定有这条职责，但没有上报对应的权力", Evidence: fmt.Sprintf("%s第 %d 条：%s", r.desk.departments[id].Name, m.No, clip(m.Text))})
			}
		}
	}
}

// omitted finds what other places list and nobody here reported.
func (r *runner) omitted() {
	if len(r.desk.peerItems) == 0 {
		return
	}
	ours := indexNames(r.names)
	for _, it := range r.desk.peerItems {
		if _, score := ours.nearest(it.Name); score < nameIsSame {
			r.out.Found = append(r.out.Found, finding.Finding{Rule: "五对照/5", Severity: finding.Tells,
				Message: "其他地方的清单里有，本地没有上报，请核实是否遗漏", Evidence: it.Name + "（" + it.Department + "）"})
		}
	}
}

// Summary counts findings by rule and severity, one line each, in the order of
// the rules.
func Summary(found []finding.Finding) []string {
	type key struct {
		rule string
		sev  finding.Severity
	}
	count := map[key]int{}
	for _, f := range found {
		count[key{f.Rule, f.Severity}]++
	}
	keys := make([]key, 0, len(count))
	for k := range count {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i].rule < keys[j].rule || keys[i].rule == keys[j].rule && keys[i].sev < keys[j].sev
	})
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = fmt.Sprintf("%s %s %d", k.rule, k.sev, count[k])
	}
	return out
}
