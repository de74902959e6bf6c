package reduce

import (
	"context"
	"errors"
	"strings"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/reading"
)

// ReadDecisions reads a decisions workbook (.xlsx or .csv). Columns: 事项编码,
// 事项名称, 实施主体, 处置意见, 理由类型, 去向类型, 去向, 并入事项编码, 新事项编码,
// 新事项名称, 说明, 决定机关, 决定日期, 法律形式, 承接资质, 后续监管. Name and body may
// be left out; where they stand they must be those of the code, so that a row out
// of place decides nothing. The last three columns may be missing, as they are in
// older files; where they stand they must be filled as the fate asks.
func ReadDecisions(b []byte, file string) ([]Decision, error) {
	t, err := sheet.Read(b, file, "事项编码", "处置意见", "说明", "决定机关", "决定日期")
	if err != nil {
		return nil, errs.Wrap("read decisions", err)
	}
	if len(t.Rows) == 0 {
		return nil, errs.Invalidf("表头下面没有处置决定").At(file).Fix("请确认文件完整，每项决定写一行")
	}
	out := make([]Decision, 0, len(t.Rows))
	for _, r := range t.Rows {
		if r.Get("事项编码") == "" {
			return nil, errs.Invalidf("没有填写事项编码").At(file + " " + r.Cell("事项编码"))
		}
		on, ok := r.Day("决定日期")
		if !ok {
			on = r.Get("决定日期") // Justify refuses it at its cell
		}
		out = append(out, Decision{
			file: file, row: r, Code: r.Get("事项编码"), Name: r.Get("事项名称"), Body: r.Get("实施主体"), Fate: Fate(r.Get("处置意见")), Ground: r.Get("理由类型"),
			TargetKind: r.Get("去向类型"), Target: r.Get("去向"), Into: r.Get("并入事项编码"), NewCode: r.Get("新事项编码"), NewName: r.Get("新事项名称"),
			Reason: r.Get("说明"), By: r.Get("决定机关"), On: on,
			LegalForm: LegalForm(r.Get("法律形式")), Receiver: r.Get("承接资质"), Followup: r.Get("后续监管"), full: r.Has("承接资质") || r.Has("后续监管"),
		})
	}
	return out, nil
}

// Apply carries out a set of decisions in one transaction: every one is held
// against its ground, recorded, and its change moved; at the end the books of
// every unit must balance. If one line is wrong nothing is written, and the
// error names the first lines and how many there are: Conflict when all that
// is wrong is that they were decided before, else Invalid.
func Apply(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, ds []Decision) (Applied, error) {
	var done Applied
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) (err error) {
		done, err = apply(ctx, tx, ds)
		return err
	})
	return done, errs.Wrap("apply decisions", err)
}

// errRehearsed undoes a rehearsal.
var errRehearsed = errors.New("rehearsed")

// Rehearse does what Apply does and undoes it: it refuses what Apply would
// refuse.
func Rehearse(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, ds []Decision) (Applied, error) {
	var done Applied
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) (err error) {
		if done, err = apply(ctx, tx, ds); err != nil {
			return err
		}
		return errRehearsed
	})
	if errs.Is(err, errRehearsed) {
		return done, nil
	}
	return done, errs.Wrap("rehearse decisions", err)
}

// begin is the state of one set of decisions.
func begin(tx *ledger.Tx) *applying {
	return &applying{tx: tx, changes: map[string]power.Change{}, bodies: map[sqldb.ID]string{}, seen: map[string]bool{}, done: Applied{ByFate: map[Fate]int{}}}
}

func apply(ctx context.Context, tx *ledger.Tx, ds []Decision) (Applied, error) {
	a := begin(tx)
	if err := a.prepare(ctx, ds); err != nil {
		return Applied{}, err
	}
	if err := a.checkAll(ctx, ds); err != nil {
		return Applied{}, err
	}
	for _, d := range ds {
		if err := a.decide(ctx, d); err != nil {
			return Applied{}, errs.Wrap("decide "+d.Code, err)
		}
	}
	if err := a.consulted(ctx, ds); err != nil {
		return Applied{}, err
	}
	all, err := Balances(ctx, tx)
	if err != nil {
		return Applied{}, err
	}
	a.done.Kept = all[0].Kept
	return a.done, CheckBalance(all)
}

type applying struct {
	tx      *ledger.Tx
	run     finding.Run
	changes map[string]power.Change // by code, of the powers that the decisions name
	stays   map[string]bool         // codes that are kept, before or by these decisions
	names   org.Names
	follows org.Succession
	bodies  map[sqldb.ID]string // names of the departments
	seen    map[string]bool     // codes decided, and codes newly given
	done    Applied
}

// prepare reads what the decisions speak of, and no more: a house may hold
// half a million powers.
func (a *applying) prepare(ctx context.Context, ds []Decision) error {
	var err error
	if a.run, err = finding.Latest(ctx, a.tx); err != nil {
		return errs.Wrap("findings for decisions", err)
	}
	depts, err := org.Departments(ctx, a.tx, "")
	if err != nil {
		return errs.Wrap("departments for decisions", err)
	}
	a.names = org.IndexNames(depts)
	if a.follows, err = org.ReadSuccession(ctx, a.tx); err != nil {
		return err
	}
	for _, d := range depts {
		a.bodies[d.ID] = d.Name
	}
	a.stays = map[string]bool{}
	for _, d := range ds {
		for _, code := range []string{d.Code, d.Into} {
			if err := a.read(ctx, code); err != nil {
				return err
			}
		}
	}
	for _, d := range ds {
		if d.Fate == Keep || d.Fate == Recategory {
			a.stays[d.Code] = true
		}
	}
	return nil
}

// read finds the power of a code; an unknown one is left out.
func (a *applying) read(ctx context.Context, code string) error {
	if _, known := a.changes[code]; known || code == "" {
		return nil
	}
	p, err := power.ByCode(ctx, a.tx, code)
	if errs.KindOf(err) == errs.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	all, err := power.History(ctx, a.tx, p.ID)
	if err != nil {
		return err
	}
	a.changes[code] = all[len(all)-1]
	a.stays[code] = stays(all)
	return nil
}

// stays says whether a power with these changes is or comes on the list, and
// nobody has asked to cancel it.
func stays(all []power.Change) bool {
	kept := false
	for _, c := range all {
		if c.Kind == power.KindCancel && c.State != power.Withdrawn {
			return false
		}
		kept = kept || c.State.Kept()
	}
	return kept
}

// checkAll holds all decisions against their grounds before anything is
// written.
func (a *applying) checkAll(ctx context.Context, ds []Decision) error {
	var wrong []string
	kind := errs.Conflict
	for _, d := range ds {
		err := a.check(ctx, d)
		if err == nil {
			continue
		}
		switch errs.KindOf(err) {
		case errs.Conflict:
		case errs.Invalid:
			kind = errs.Invalid
		default:
			return err
		}
		wrong = append(wrong, errs.Message(err))
	}
	if len(wrong) == 0 {
		return nil
	}
	return errs.New(kind, "有 %d 处不能执行，整份决定没有写入：%s", len(wrong), strings.Join(wrong[:min(3, len(wrong))], "；"))
}

func (a *applying) check(ctx context.Context, d Decision) error {
	c, ok := a.changes[d.Code]
	if !ok {
		return errs.Invalidf("没有编码为 %s 的事项", d.Code).At(d.at("事项编码"))
	}
	if err := a.inPlace(d, c); err != nil {
		return err
	}
	if d.Fate == SplitOff {
		return a.checkSplit(ctx, d)
	}
	if a.seen[d.Code] {
		return errs.Invalidf("%s 有两个处置意见", d.Code).At(d.at("处置意见")).Fix("每一项只能有一个去处")
	}
	a.seen[d.Code] = true
	if c.State != power.Review {
		mend := "已经处置过的不能再处置"
		if c.State == power.HandedUp || c.State == power.SelfCheck {
			mend = "请先审核（qingdan check）"
		}
		return errs.Conflictf("%s 处于“%s”，不在审核中", d.Code, c.State.Label()).At(d.at("处置意见")).Fix(mend)
	}
	f, err := a.facts(ctx, d, c)
	if err != nil {
		return err
	}
	if err := Justify(d, f); err != nil {
		return err
	}
	return a.checkTarget(d, d.On)
}

// facts reads what the ground of a decision asks about a power.
func (a *applying) facts(ctx context.Context, d Decision, c power.Change) (Facts, error) {
	f := Facts{Change: c, Stays: a.stays, Coercion: c.Category == power.CategoryCoercion}
	var err error
	if f.Findings, err = finding.OfRun(ctx, a.tx, a.run.ID, c.Version); err != nil {
		return f, err
	}
	if strings.HasPrefix(d.Ground, againstReform) {
		f.Superior, err = setAbove(ctx, a.tx, c)
	}
	return f, err
}

// checkTarget refuses a merger into a power whose department has ended by a day,
// and one whose department is not that of the power merged into: nobody could
// say who exercises it.
func (a *applying) checkTarget(d Decision, day string) error {
	if d.Fate != Merge {
		return nil
	}
	if lead := a.changes[d.Into].Department; !lead.IsZero() {
		if heir := a.follows.On(lead, day); heir != lead {
			return errs.Invalidf("并入的事项 %s 的实施主体“%s”已经撤销", d.Into, a.bodies[lead]).At(d.at("并入事项编码")).
				Fix("它的职责由“" + a.bodies[heir] + "”承接，请并入该部门的事项，或者先把 " + d.Into + " 调整到该部门")
		}
	}
	if d.TargetKind != "部门" || d.Target == "" {
		return nil
	}
	id, err := a.names.Find(d.Target)
	if err != nil {
		return errs.In(d.at("去向"), err)
	}
	if into := a.changes[d.Into]; into.Department != id {
		return errs.Invalidf("并入的事项 %s 的实施主体是“%s”，去向却是“%s”", d.Into, a.bodies[into.Department], d.Target).At(d.at("去向"))
	}
	return nil
}

// inPlace refuses a row whose name or body is not that of its code: rows that
// slipped would decide other powers.
func (a *applying) inPlace(d Decision, c power.Change) error {
	if d.Name != "" && plain(d.Name) != plain(c.Name) {
		return errs.Invalidf("编码 %s 的事项是“%s”，这一行写的是“%s”", d.Code, c.Name, d.Name).At(d.at("事项名称")).Fix("请核对这一行是否错位")
	}
	if d.Body == "" || plain(d.Body) == plain(a.bodies[c.Department]) {
		return nil
	}
	id, err := a.names.Find(d.Body)
	if err != nil {
		return errs.In(d.at("实施主体"), err)
	}
	if id != c.Department {
		return errs.Invalidf("编码 %s 的实施主体是“%s”，这一行写的是“%s”", d.Code, a.bodies[c.Department], d.Body).At(d.at("实施主体")).Fix("请核对这一行是否错位")
	}
	return nil
}

// plain folds a name for comparing.
func plain(s string) string { return strings.Join(strings.Fields(hanzi.Fold(s)), "") }

func (a *applying) checkSplit(ctx context.Context, d Decision) error {
	if err := signed(d); err != nil {
		return err
	}
	if d.NewCode == "" || d.NewName == "" || !a.stays[d.Code] {
		return errs.Invalidf("拆分须填写新事项编码和新事项名称，且原事项保留").At(d.at("新事项编码"))
	}
	_, err := power.ByCode(ctx, a.tx, d.NewCode)
	if err == nil || a.seen[d.NewCode] {
		return errs.In(d.at("新事项编码"), power.CodeInUse(d.NewCode))
	}
	a.seen[d.NewCode] = true
	if errs.KindOf(err) != errs.NotFound {
		return err
	}
	return nil
}

func (a *applying) decide(ctx context.Context, d Decision) error {
	c := a.changes[d.Code]
	var into sqldb.ID
	switch d.Fate {
	case SplitOff:
		a.done.Split++
		return a.split(ctx, c, d)
	case Merge:
		lead := a.changes[d.Into]
		into = lead.Power
		if d.Target == "" { // one department has it from now on: that of the power merged into
			d.TargetKind, d.Target = "部门", a.bodies[lead.Department]
		}
		if err := power.Descend(ctx, a.tx, into, c.Power, string(Merge)); err != nil {
			return err
		}
	case Recategory:
		if err := a.recategorise(ctx, c, power.Category(d.Target)); err != nil {
			return err
		}
	}
	to, _ := d.Fate.state(c.Kind)
	if err := power.Move(ctx, a.tx, c, to); err != nil {
		return err
	}
	a.done.ByFate[d.Fate]++
	if err := insertDisposition(ctx, a.tx, c, d, into); err != nil {
		return err
	}
	return a.say(ctx, c.Division, c.Power, d.Code, d)
}

// consulted writes down that the decisions rest on the texts that the powers cite.
func (a *applying) consulted(ctx context.Context, ds []Decision) error {
	byDay := map[string][]sqldb.ID{}
	for _, d := range ds {
		byDay[d.On] = append(byDay[d.On], a.changes[d.Code].Version)
	}
	for day, versions := range byDay {
		if err := reading.RecordBasis(ctx, a.tx, reading.Deciding, day, versions); err != nil {
			return err
		}
	}
	return nil
}

// recategorise writes the power's next version under another category. A
// category starts by its kind, so the power starts as that one does.
func (a *applying) recategorise(ctx context.Context, c power.Change, to power.Category) error {
	v, err := power.VersionByID(ctx, a.tx, c.Version)
	if err != nil {
		return err
	}
	v.Category, v.Import = to, sqldb.ID{}
	if starts := to.DefaultInitiative(); starts != "" {
		v.Initiative = starts
	}
	id, err := power.Amend(ctx, a.tx, c, v)
	if err != nil {
		return err
	}
	return power.CopyLinks(ctx, a.tx.Tx, c.Version, id)
}

// split adds the new part as a power of its own, with the original's content
// under the new name.
func (a *applying) split(ctx context.Context, c power.Change, d Decision) error {
	v, err := power.VersionByID(ctx, a.tx, c.Version)
	if err != nil {
		return err
	}
	v.Name, v.Import, v.OrderKey = d.NewName, sqldb.ID{}, hanzi.PinyinKey(d.NewName)
	ids, err := power.Add(ctx, a.tx, power.Report{Code: d.NewCode, Division: c.Division, Origin: power.Split, State: power.Proposed, Version: v, ParentID: c.Power, ParentNote: string(SplitOff)})
	if err != nil {
		return errs.In(d.at("新事项编码"), err)
	}
	if err := power.CopyLinks(ctx, a.tx.Tx, c.Version, ids.Version); err != nil {
		return err
	}
	v.Power = ids.Power
	if err := power.Index(ctx, a.tx.Tx, []search.Doc{power.SearchDoc(d.NewCode, v, a.bodies[v.Department], false)}); err != nil {
		return err
	}
	return a.say(ctx, c.Division, ids.Power, d.NewCode, d)
}

// act is what the ledger tells of a decision.
type act struct {
	Code   string `json:"code"`
	Fate   string `json:"fate"`
	Ground string `json:"ground,omitempty"`
	Target string `json:"target,omitempty"`
	Into   string `json:"into,omitempty"`
	From   string `json:"from,omitempty"`
	Reason string `json:"reason"`
	By     string `json:"decided_by"`
	On     string `json:"decided_on"`

	LegalForm LegalForm `json:"legal_form,omitempty"`
	Receiver  string    `json:"receiver,omitempty"`
	Followup  string    `json:"followup,omitempty"`
}

// say records a decision on the power of a code.
func (a *applying) say(ctx context.Context, division string, id sqldb.ID, code string, d Decision) error {
	said := act{Code: code, Fate: string(d.Fate), Ground: d.Ground, Target: d.Target, Into: d.Into, Reason: d.Reason, By: d.By, On: d.On,
		LegalForm: d.form(), Receiver: d.Receiver, Followup: d.Followup}
	if code != d.Code {
		said.From = d.Code
	}
	return a.tx.Say(ctx, division, "power.decided", id, said)
}
