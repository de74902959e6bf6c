package reduce

import (
	"context"
	"strings"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/power"
)

// ReadDecisions reads a decisions workbook (.xlsx or .csv). Columns: 事项编码,
// 处置意见, 理由类型, 去向类型, 去向, 并入事项编码, 新事项编码, 新事项名称, 说明,
// 决定机关, 决定日期; 事项名称 and 实施主体 are for the reader and not used.
func ReadDecisions(b []byte, file string) ([]Decision, error) {
	t, err := sheet.Read(b, file, "事项编码", "处置意见", "说明", "决定机关", "决定日期")
	if err != nil {
		return nil, errs.Wrap("read decisions", err)
	}
	out := make([]Decision, 0, len(t.Rows))
	for _, r := range t.Rows {
		if r.Get("事项编码") == "" {
			return nil, errs.Invalidf("没有填写事项编码").At(file + " " + r.Cell("事项编码"))
		}
		out = append(out, Decision{
			Place: file + " " + r.Cell("处置意见"), Code: r.Get("事项编码"), Fate: Fate(r.Get("处置意见")), Ground: r.Get("理由类型"),
			TargetKind: r.Get("去向类型"), Target: r.Get("去向"), Into: r.Get("并入事项编码"), NewCode: r.Get("新事项编码"), NewName: r.Get("新事项名称"),
			Reason: r.Get("说明"), By: r.Get("决定机关"), On: r.Get("决定日期"),
		})
	}
	return out, nil
}

// Apply carries out a set of decisions in one transaction: every one is held
// against its ground, recorded, and its change moved; at the end the books of
// every unit must balance. If one line is wrong nothing is written, and the
// error names the first lines and how many there are.
func Apply(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, ds []Decision) (Applied, error) {
	var done Applied
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		done = Applied{ByFate: map[Fate]int{}}
		a := &applying{tx: tx, done: &done}
		if err := a.prepare(ctx, ds); err != nil {
			return err
		}
		for _, d := range ds {
			if err := a.decide(ctx, d); err != nil {
				return errs.Wrap("decide "+d.Code, err)
			}
		}
		all, err := Balances(ctx, tx)
		if err != nil {
			return err
		}
		return CheckBalance(all)
	})
	return done, errs.Wrap("apply decisions", err)
}

type applying struct {
	tx      *ledger.Tx
	done    *Applied
	changes map[string]power.Change
}

// prepare holds all decisions against their grounds before anything is
// written.
func (a *applying) prepare(ctx context.Context, ds []Decision) error {
	open, err := power.Changes(ctx, a.tx)
	if err != nil {
		return err
	}
	a.changes = make(map[string]power.Change, len(open))
	for _, c := range open {
		a.changes[c.Code] = c
	}
	found, err := latestFindings(ctx, a.tx)
	if err != nil {
		return err
	}
	national, err := nationalBasis(ctx, a.tx)
	if err != nil {
		return err
	}
	stays := map[string]bool{}
	for _, d := range ds {
		if d.Fate == Keep || d.Fate == Recategory {
			stays[d.Code] = true
		}
	}
	for code, c := range a.changes {
		if c.State.Kept() {
			stays[code] = true
		}
	}
	var wrong []string
	seen := map[string]bool{}
	for _, d := range ds {
		if err := a.check(d, found, national, stays, seen); err != nil {
			wrong = append(wrong, errs.Message(err))
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return errs.Invalidf("有 %d 处不能执行，整份决定没有写入：%s", len(wrong), strings.Join(wrong[:min(3, len(wrong))], "；"))
}

func (a *applying) check(d Decision, found map[sqldb.ID][]finding.Finding, national map[sqldb.ID]bool, stays, seen map[string]bool) error {
	c, ok := a.changes[d.Code]
	if !ok {
		return errs.Invalidf("没有编码为 %s 的事项", d.Code).At(d.Place)
	}
	if d.Fate == SplitOff {
		if d.NewCode == "" || d.NewName == "" || !stays[d.Code] {
			return errs.Invalidf("拆分须填写新事项编码和新事项名称，且原事项保留").At(d.Place)
		}
		return nil
	}
	if seen[d.Code] {
		return errs.Invalidf("%s 有两个处置意见", d.Code).At(d.Place).Fix("每一项只能有一个去处")
	}
	seen[d.Code] = true
	if c.State != power.Review {
		return errs.Conflictf("%s 处于“%s”，不在审核中", d.Code, c.State.Label()).At(d.Place)
	}
	return Justify(d, Facts{Change: c, Findings: found[c.Version], National: national[c.Version], InReview: stays, Coercion: c.Category == power.CategoryCoercion})
}

func (a *applying) decide(ctx context.Context, d Decision) error {
	c := a.changes[d.Code]
	if d.Fate == SplitOff {
		a.done.Split++
		return a.split(ctx, c, d)
	}
	var into sqldb.ID
	if d.Into != "" {
		into = a.changes[d.Into].Power
		if err := power.Descend(ctx, a.tx, into, c.Power, "整合"); err != nil {
			return err
		}
	}
	if d.Fate == Recategory {
		v, err := power.VersionByID(ctx, a.tx, c.Version)
		if err != nil {
			return err
		}
		v.Category = power.Category(d.Target)
		if _, err := power.Amend(ctx, a.tx, c, v); err != nil {
			return err
		}
	}
	to, _ := d.Fate.state()
	if err := power.Move(ctx, a.tx, c, to); err != nil {
		return err
	}
	a.done.ByFate[d.Fate]++
	return addDisposition(ctx, a.tx, c, d, into)
}

// split adds the new part as a power of its own, with the original's content
// under the new name.
func (a *applying) split(ctx context.Context, c power.Change, d Decision) error {
	v, err := power.VersionByID(ctx, a.tx, c.Version)
	if err != nil {
		return err
	}
	v.Name, v.Import = d.NewName, sqldb.ID{}
	_, err = power.Add(ctx, a.tx, power.Report{Code: d.NewCode, Division: c.Division, Origin: power.Split, State: power.Proposed, Version: v, ParentID: c.Power, ParentNote: "拆分"})
	return errs.Wrap(d.Place, err)
}

// act is what the ledger tells of a decision.
type act struct {
	Code   string `json:"code"`
	Fate   string `json:"fate"`
	Ground string `json:"ground,omitempty"`
	Target string `json:"target,omitempty"`
	Into   string `json:"into,omitempty"`
	Reason string `json:"reason"`
	By     string `json:"decided_by"`
	On     string `json:"decided_on"`
}

func addDisposition(ctx context.Context, tx *ledger.Tx, c power.Change, d Decision, into sqldb.ID) error {
	if err := insertDisposition(ctx, tx, c, d, into); err != nil {
		return err
	}
	return tx.Say(ctx, c.Division, "power.decided", c.Power,
		act{d.Code, string(d.Fate), d.Ground, d.Target, d.Into, d.Reason, d.By, d.On})
}
