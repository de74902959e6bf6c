// Package publish is 晒权: what is proposed to keep is put to the public,
// approved by the government, and published as an edition of the list.
package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
)

// ListTitle is the title of our list.
const ListTitle = "行政权力清单"

// Order is what a person orders to be published. Consultation and approval
// are acts of people outside the program; their facts are recorded here.
type Order struct {
	Division      string
	Title         string // of the edition
	Effective     string // day
	ConsultedFrom string // days of the public consultation
	ConsultedTo   string
	ApprovedBy    string // 批准机关
	Approval      string // 批准文号
	ApprovedOn    string
}

func (o Order) check() error {
	if _, err := code.CheckDivision(o.Division); err != nil {
		return errs.In("清单所属的行政区划", err)
	}
	for _, f := range []struct{ name, value string }{
		{"清单标题（--title）", o.Title}, {"批准机关（--approved-by）", o.ApprovedBy}, {"批准文号（--approval）", o.Approval},
	} {
		if strings.TrimSpace(f.value) == "" {
			return errs.Invalidf("没有填写").At(f.name)
		}
	}
	for _, f := range []struct{ name, value string }{
		{"施行日期（--effective）", o.Effective}, {"征求意见开始日期（--consulted-from）", o.ConsultedFrom},
		{"征求意见结束日期（--consulted-to）", o.ConsultedTo}, {"批准日期（--approved-on）", o.ApprovedOn},
	} {
		if _, err := time.Parse(time.DateOnly, f.value); err != nil {
			return errs.Invalidf("日期“%s”不对", f.value).At(f.name).Fix("请写成 2014-12-30 这样")
		}
	}
	if o.ConsultedTo < o.ConsultedFrom || o.ApprovedOn < o.ConsultedTo || o.Effective < o.ApprovedOn {
		return errs.Invalidf("日期的先后不对").Fix("应当先征求意见，再批准，再施行")
	}
	return nil
}

// Refused is a power that cannot be published, and why.
type Refused struct {
	Code, Name string
	Reasons    []string
}

// refusal names what holds an edition back.
func refusal(rs []Refused) error {
	var first []string
	for _, r := range rs[:min(3, len(rs))] {
		first = append(first, fmt.Sprintf("%s %s（%s）", r.Code, r.Name, strings.Join(r.Reasons, "、")))
	}
	return errs.Invalidf("有 %d 项缺少必填要素，不能公布：%s", len(rs), strings.Join(first, "；")).
		Fix("请补全要素后重新公布；--json 列出全部事项")
}

// Published is what came out.
type Published struct {
	Edition list.Edition
	Changes []list.Change
	Refused []Refused
}

// Publish takes everything of the division that is proposed to keep (拟保留)
// through consultation and approval onto the list, and publishes an edition of
// all that is on it. If one item lacks a required element nothing is written
// and Published.Refused lists all such items.
func Publish(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, o Order) (Published, error) {
	var out Published
	if err := o.check(); err != nil {
		return out, err
	}
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
		out = Published{}
		all, err := power.Changes(ctx, tx, onTheWay()...)
		if err != nil {
			return err
		}
		changes := slices.DeleteFunc(all, func(c power.Change) bool { return c.Division != o.Division })
		entries, docs, refused, err := entries(ctx, tx, changes)
		if err != nil {
			return err
		}
		if out.Refused = refused; len(refused) > 0 {
			return refusal(refused)
		}
		if len(entries) == 0 {
			return errs.Conflictf("%s 没有拟保留的事项可以公布", o.Division).Fix("请先导入处置决定")
		}
		if err := advance(ctx, tx, o, changes); err != nil {
			return err
		}
		ours, err := list.Open(ctx, tx, list.List{Division: o.Division, Kind: list.Powers, Title: ListTitle})
		if err != nil {
			return err
		}
		out.Edition, out.Changes, err = list.Publish(ctx, tx, ours, list.Edition{Title: o.Title, Effective: o.Effective,
			Approval: o.Approval, ConsultedFrom: o.ConsultedFrom, ConsultedTo: o.ConsultedTo}, entries)
		if err != nil {
			return err
		}
		if len(out.Changes) == 0 {
			return errs.Conflictf("与上一版相比没有任何变化").Fix("有事项增减或修改之后再公布新的一版")
		}
		return search.Put(ctx, tx.Tx, docs)
	})
	if err != nil {
		return Published{Refused: out.Refused}, errs.Wrap("publish", err)
	}
	return out, nil
}

// onTheWay are the states of what is, or by this publication comes, on the
// list.
func onTheWay() []power.State {
	return []power.State{power.Proposed, power.Consulting, power.Approved, power.Published}
}

// entries makes the lines of the edition in the order of the codes, and finds
// what may not be published.
func entries(ctx context.Context, r sqldb.Reader, changes []power.Change) ([]list.Entry, []search.Doc, []Refused, error) {
	kept := make(map[sqldb.ID]bool, len(changes))
	for _, c := range changes {
		kept[c.Version] = true
	}
	depts, err := org.Departments(ctx, r, "")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("entries: %w", err)
	}
	names := make(map[sqldb.ID]string, len(depts))
	for _, d := range depts {
		names[d.ID] = d.Name
	}
	var out []list.Entry
	var docs []search.Doc
	var refused []Refused
	err = power.Versions(ctx, r, onTheWay(), func(item string, v power.Version) error {
		if !kept[v.ID] {
			return nil
		}
		missing := power.Missing(v)
		if v.Category == power.CategoryService {
			missing = append(missing, "公共服务不列入权力清单")
		}
		if len(missing) > 0 {
			refused = append(refused, Refused{item, v.Name, missing})
			return nil
		}
		out = append(out, list.Entry{Power: v.Power, Version: v.ID, Department: v.Department, Code: item, Name: v.Name,
			Category: string(v.Category), Level: v.Level, Initiative: string(v.Initiative), OrderKey: v.OrderKey + " " + item, VersionDigest: v.Digest})
		docs = append(docs, power.SearchDoc(item, v, names[v.Department], true))
		return nil
	})
	return out, docs, refused, err
}

// advance records consultation and approval and moves every change on, one
// step after the other: the transition table knows no short cut.
func advance(ctx context.Context, tx *ledger.Tx, o Order, changes []power.Change) error {
	for _, step := range []struct {
		to   power.State
		kind string
		fact string
	}{
		{power.Consulting, "list.consulted", o.ConsultedFrom + "—" + o.ConsultedTo},
		{power.Approved, "list.approved", o.ApprovedBy + " " + o.Approval + " " + o.ApprovedOn},
		{power.Published, "list.advanced", o.Effective},
	} {
		moved := 0
		for i := range changes {
			if changes[i].State.CanMove(step.to) != nil {
				continue
			}
			if err := power.Move(ctx, tx, changes[i], step.to); err != nil {
				return err
			}
			changes[i].State = step.to
			moved++
		}
		if moved == 0 {
			continue
		}
		if err := tx.Say(ctx, o.Division, step.kind, sqldb.ID{}, stepAct{step.fact, moved}); err != nil {
			return err
		}
	}
	return nil
}

// stepAct is what the ledger tells of a step: its fact and how many powers it
// moved.
type stepAct struct {
	Fact   string `json:"fact"`
	Powers int    `json:"powers"`
}
