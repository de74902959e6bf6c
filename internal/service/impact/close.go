package impact

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/reading"
)

// Answer closes a task. Exactly one of the three ways is taken: a new basis, a
// proposed cancellation, or, with neither, "unchanged".
type Answer struct {
	Basis  string // the whole basis (设定依据) as it shall stand
	Cancel bool   // 提出取消
	Reason string // why; must be given
	Today  string
}

// Close ends an open task with an answer, in one transaction, and records
// "impact.settled". A new basis becomes the next version of the power: the
// change on the way takes it, or a new one is opened as handed up (上报), to be
// checked like any other. A cancellation goes its way along the chain and the
// power stays on the list meanwhile. A task that is not open any more, and a
// power that is being changed by somebody else, are Conflicts.
//
// rule:动态管理/2 依据变动的办结：形成新版本，或者说明理由确认不变，或者提出取消
func Close(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, task sqldb.ID, a Answer) error {
	err := l.Write(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		t, err := openTask(ctx, tx, task)
		if err != nil {
			return err
		}
		e, err := EventByID(ctx, tx, t.Event, a.Today)
		if err != nil {
			return err
		}
		if strings.TrimSpace(a.Reason) == "" {
			return errs.Invalidf("没有写明理由").At("办理 " + t.Code).Fix("请写明为什么这样办理，理由随任务公开")
		}
		switch {
		case a.Cancel && a.Basis != "":
			return errs.Invalidf("提出取消的不必再改依据").At("办理 " + t.Code)
		case a.Cancel:
			return cancel(ctx, tx, t, e, a)
		case a.Basis != "":
			return rebase(ctx, tx, t, e, a)
		default:
			return settle(ctx, tx, t, e, Unchanged, sqldb.ID{}, a)
		}
	})
	return errs.Wrap("close task", err)
}

func openTask(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Task, error) {
	t, err := TaskByID(ctx, r, id)
	if err == nil && t.State != Open {
		err = errs.Conflictf("事项 %s 的这项任务已经办结（%s）", t.Code, t.Outcome).Fix("请刷新后查看")
	}
	return t, err
}

func cancel(ctx context.Context, tx *ledger.Tx, t Task, e Event, a Answer) error {
	c, err := carrying(ctx, tx, t)
	if err != nil {
		return err
	}
	if c.State != power.Published {
		return errs.Conflictf("事项 %s 尚未公布，处于“%s”", t.Code, c.State.Label()).Fix("请在减权处置中决定取消")
	}
	if _, err := power.ProposeCancel(ctx, tx, c, a.Reason); err != nil {
		return err
	}
	return settle(ctx, tx, t, e, Cancelling, sqldb.ID{}, a)
}

// carrying finds the change that carries the version of a task.
func carrying(ctx context.Context, r sqldb.Reader, t Task) (power.Change, error) {
	all, err := power.History(ctx, r, t.Power)
	if err != nil {
		return power.Change{}, err
	}
	for _, c := range all {
		if c.Version == t.Version && c.Kind != power.KindCancel && (c.State == power.Published || c.State.Open()) {
			return c, nil
		}
	}
	return power.Change{}, errs.Conflictf("事项 %s 的这一版已不在清单上，也不在办理中", t.Code).Fix("请刷新后查看")
}

// rebase answers a task with a new basis.
func rebase(ctx context.Context, tx *ledger.Tx, t Task, e Event, a Answer) error {
	cites := power.ParseBasis(a.Basis)
	if len(cites) == 0 {
		return errs.Invalidf("依据里没有可以识别的法规名称和条款").At("办理 " + t.Code).Fix("请写成《法规名称》第几条第几款")
	}
	if err := leadsSomewhere(ctx, tx, t, e, cites, a.Today); err != nil {
		return err
	}
	version, err := revise(ctx, tx, t, a.Basis, cites, power.HandedUp, a)
	if err != nil {
		return err
	}
	if err := settle(ctx, tx, t, e, NewVersion, version, a); err != nil {
		return err
	}
	return refollow(ctx, tx, a.Today, []sqldb.ID{t.Power})
}

// leadsSomewhere refuses a new basis that still cites the changed law where it
// says nothing any more.
func leadsSomewhere(ctx context.Context, r sqldb.Reader, t Task, e Event, cites []power.Citation, today string) error {
	lib, err := law.ReadTitles(ctx, r, keysOf(cites))
	if err != nil {
		return err
	}
	for _, c := range cites {
		res := lib.Resolve(c.Ref, max(today, e.Day))
		if res.Document.ID == e.Document && (res.State == law.ArticleMissing || res.State == law.NotInForce) {
			return errs.Invalidf("%s：%s", c.Ref.String(), res.State.Label()).At("办理 " + t.Code).Fix("请改为现行有效文本中的条款")
		}
	}
	return nil
}

func keysOf(cites []power.Citation) []string {
	var keys []string
	for _, c := range cites {
		if k := citation.NormalizeTitle(c.Ref.Law); !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// revise writes the version with the new basis. A published power gets a new
// change that starts as given; one on its way takes the version along.
func revise(ctx context.Context, tx *ledger.Tx, t Task, basis string, cites []power.Citation, start power.State, a Answer) (sqldb.ID, error) {
	c, err := carrying(ctx, tx, t)
	if err != nil {
		return sqldb.ID{}, err
	}
	v, err := power.VersionByID(ctx, tx, t.Version)
	if err != nil {
		return sqldb.ID{}, err
	}
	v.Elements.Basis, v.Citations, v.Import = basis, cites, sqldb.ID{}
	if c.State != power.Published {
		v.ID, err = power.Amend(ctx, tx, c, v)
	} else {
		var ids power.Ids
		ids, err = power.Revise(ctx, tx, c, v, start, a.Reason)
		v.ID = ids.Version
	}
	if err != nil {
		return sqldb.ID{}, err
	}
	return v.ID, link(ctx, tx, v, a.Today)
}

// link writes where the citations of a new version lead, so that it need not
// wait for the next check.
func link(ctx context.Context, tx *ledger.Tx, v power.Version, today string) error {
	lib, err := law.ReadTitles(ctx, tx, keysOf(v.Citations))
	if err != nil {
		return err
	}
	links := make([]power.Link, 0, len(v.Citations))
	for i, c := range v.Citations {
		res := lib.Resolve(c.Ref, today)
		links = append(links, power.Link{Version: v.ID, Seq: i + 1, Document: res.Document.ID, Edition: res.Edition.ID, Article: res.Article, State: string(res.State)})
	}
	return power.ReplaceLinks(ctx, tx.Tx, links)
}

// settle ends a task, writes down what was read for it, and records the act.
func settle(ctx context.Context, tx *ledger.Tx, t Task, e Event, o Outcome, version sqldb.ID, a Answer) error {
	if err := closeTask(ctx, tx, t, o, a.Reason, a.Today, version); err != nil {
		return err
	}
	read := []reading.Reading{{Document: e.Document, Edition: e.From, Version: t.Version}, {Document: e.Document, Edition: e.To, Version: t.Version}}
	if err := reading.Record(ctx, tx, reading.Settling, a.Today, read); err != nil {
		return err
	}
	type act struct {
		Code    string `json:"code"`
		Law     string `json:"law"`
		Outcome string `json:"outcome"`
		Reason  string `json:"reason"`
		Due     string `json:"due"`
	}
	return tx.Say(ctx, t.Division, "impact.settled", t.Power, act{t.Code, e.Title, string(o), a.Reason, t.Due})
}

// Updated tells what UpdateMoved did.
type Updated struct {
	Done int
	Left []Left
}

// Left is a task that the one-click update leaves to a person, and why.
type Left struct {
	Task Task
	Why  string
}

// UpdateMoved writes the new numbers into the basis of every open task of an
// event whose citations only moved (仅条号变动), or of those chosen, all in one
// transaction: the words of the law are the same, so the new wording is
// proposed to keep (拟保留) without another review and comes onto the list with
// the next edition. What cannot be rewritten without doubt, and a power that is
// being changed by somebody else, is left and named.
//
// rule:动态管理/3 仅条号变动：条文未变、条号改变的引用成批更新
func UpdateMoved(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, event sqldb.ID, chosen []sqldb.ID, today string) (Updated, error) {
	var out Updated
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		out = Updated{}
		var done []sqldb.ID
		e, err := EventByID(ctx, tx, event, today)
		if err != nil {
			return err
		}
		tasks, err := Tasks(ctx, tx, Query{Event: event, State: Open, MovedOnly: true, Limit: e.Tasks + 1})
		if err != nil {
			return err
		}
		if e.Day > today {
			return errs.Conflictf("《%s》的新文本 %s 起才施行", e.Title, e.Day).Fix("届时再成批更新；现在可以逐项办理")
		}
		a := Answer{Reason: fmt.Sprintf("《%s》自 %s 起施行新文本，所引条文未变，仅条号变动", e.Title, e.Day), Today: today}
		for _, t := range tasks {
			if len(chosen) > 0 && !slices.Contains(chosen, t.ID) {
				continue
			}
			why, err := renumber(ctx, tx, t, e, a)
			if err != nil {
				return errs.Wrap("update "+t.Code, err)
			}
			if why != "" {
				out.Left = append(out.Left, Left{t, why})
				continue
			}
			out.Done++
			done = append(done, t.Power)
		}
		if out.Done == 0 {
			return errs.Conflictf("没有可以成批更新的事项").Fix("请逐项办理")
		}
		return refollow(ctx, tx, today, done)
	})
	return out, errs.Wrap("update moved citations", err)
}

// unsure is why a basis is left to a person.
const unsure = "依据的写法不能确保逐字改对条号，请人工修改"

// renumber answers one task with its own basis under the new numbers; why says
// what keeps it from doing so.
func renumber(ctx context.Context, tx *ledger.Tx, t Task, e Event, a Answer) (why string, err error) {
	v, err := power.VersionByID(ctx, tx, t.Version)
	if err != nil {
		return "", err
	}
	basis, ok := rewritten(v, t)
	if !ok {
		return unsure, nil
	}
	version, err := revise(ctx, tx, t, basis, power.ParseBasis(basis), power.Proposed, a)
	if k := errs.KindOf(err); err != nil && (k == errs.Conflict || k == errs.Invalid) {
		return errs.Message(err), nil
	}
	if err != nil {
		return "", err
	}
	return "", settle(ctx, tx, t, e, NewVersion, version, a)
}

// rewritten gives the basis of a version with the articles of a task under
// their new numbers; false where that cannot be done without doubt: the wording
// cannot be read back, names the edition by its year, points back to the law by
// 该条例, or another element names the same article.
func rewritten(v power.Version, t Task) (string, bool) {
	next := map[citation.Ref]citation.Ref{}
	for _, r := range t.Reasons {
		if r.Citation < 1 || r.Citation > len(v.Citations) || r.New.N == 0 {
			continue
		}
		old := v.Citations[r.Citation-1].Ref
		if old.To != nil || number(old) != r.Old {
			return "", false
		}
		to := old
		to.Article, to.ArticleSub = r.New.N, r.New.Sub
		next[old] = to
	}
	if len(next) == 0 || doubtful.MatchString(v.Elements.Basis) || namedElsewhere(v, next) {
		return "", false
	}
	return citation.RewriteQuotes(v.Elements.Basis, func(r citation.Ref) (citation.Ref, bool) {
		to, ok := next[r]
		return to, ok
	})
}

// doubtful are words of a basis that a new number alone does not put right: a
// law named again by 该, and an edition named by its year.
var doubtful = regexp.MustCompile(`该(?:法|条例|办法|规定|规则|细则)第|[（(][^（）()]*[0-9]{4}年[^（）()]*[）)]`)

// namedElsewhere says whether another element names an article that gets a new
// number.
func namedElsewhere(v power.Version, next map[citation.Ref]citation.Ref) bool {
	e := v.Elements
	for _, text := range []string{v.Name, v.MainItem, e.Content, e.Conditions, e.FeeBasis, e.DutyBasis, e.FaultBasis, e.Accountability, e.Remark} {
		for _, r := range citation.Parse(text) {
			for old := range next {
				same := r.Law == "" || r.Self || citation.NormalizeTitle(r.Law) == citation.NormalizeTitle(old.Law)
				if same && number(r) == number(old) {
					return true
				}
			}
		}
	}
	return false
}
