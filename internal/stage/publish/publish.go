// Package publish is 晒权: what is proposed to keep is put to the public,
// approved by the government, and published as an edition of the list. Later
// editions carry what was adjusted since (动态管理): amended and cancelled powers.
package publish

import (
	"context"
	"fmt"
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

// Order is what a person orders to be published. Approval, and a consultation for
// which no notice was opened here, are acts of people outside the program; their
// facts are recorded here. Days of a consultation that are left empty are those of
// the notices that cover what is published (service/consult). Adding and cancelling
// powers needs both; an edition that only changes the content of powers on the list
// needs neither, and may leave them empty.
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

// check asks for what every edition needs.
func (o Order) check() error {
	if _, err := code.CheckDivision(o.Division); err != nil {
		return errs.In("清单所属的行政区划", err)
	}
	if err := written(field{"清单标题（--title）", o.Title}); err != nil {
		return err
	}
	return days(field{"施行日期（--effective）", o.Effective})
}

// consulted and approved say whether the order speaks of a consultation and of
// an approval.
func (o Order) consulted() bool { return o.ConsultedFrom+o.ConsultedTo != "" }
func (o Order) approved() bool  { return o.ApprovedBy+o.Approval+o.ApprovedOn != "" }

// checkApproval asks for consultation and approval where they are needed, and
// for the whole of either where the order speaks of it.
func (o Order) checkApproval(needed bool) error {
	if needed || o.consulted() {
		if err := days(field{"征求意见开始日期（--consulted-from）", o.ConsultedFrom}, field{"征求意见结束日期（--consulted-to）", o.ConsultedTo}); err != nil {
			return err
		}
	}
	if needed || o.approved() {
		if err := written(field{"批准机关（--approved-by）", o.ApprovedBy}, field{"批准文号（--approval）", o.Approval}); err != nil {
			return err
		}
		if err := days(field{"批准日期（--approved-on）", o.ApprovedOn}); err != nil {
			return err
		}
	}
	if o.ConsultedTo < o.ConsultedFrom || o.approved() && o.ApprovedOn < o.ConsultedTo || o.Effective < max(o.ConsultedTo, o.ApprovedOn) {
		return errs.Invalidf("日期的先后不对").Fix("应当先征求意见，再批准，再施行")
	}
	return nil
}

// field is one entry of an order, under the name that people know.
type field struct{ name, value string }

// written asks for fields that say something.
func written(fields ...field) error {
	for _, f := range fields {
		if strings.TrimSpace(f.value) == "" {
			return errs.Invalidf("没有填写").At(f.name)
		}
	}
	return nil
}

// days asks for fields that name a day.
func days(fields ...field) error {
	if err := written(fields...); err != nil {
		return err
	}
	for _, f := range fields {
		if _, err := time.Parse(time.DateOnly, f.value); err != nil {
			return errs.Invalidf("日期“%s”不对", f.value).At(f.name).Fix("请写成 2014-12-30 这样")
		}
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
// through consultation and approval onto the list, amended wordings in the place
// of those before, takes off it what was decided to cancel, and publishes an
// edition of all that is on it then. What an earlier edition listed stays as it
// is; if one item that is new in this edition lacks a required element nothing
// is written and Published.Refused lists all such items.
//
// Invalid: the order lacks something that this edition needs. Conflict: nothing
// changed since the edition before, or that one takes effect later; a notice that
// put any of it to the public is not over, or has comments without an answer.
func Publish(ctx context.Context, l *ledger.Ledger, actor ledger.Actor, o Order) (Published, error) {
	if err := o.check(); err != nil {
		return Published{}, err
	}
	var out Published
	err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) (err error) {
		out, err = publish(ctx, tx, o)
		return err
	})
	if err != nil {
		return Published{Refused: out.Refused}, errs.Wrap("publish", err)
	}
	return out, nil
}

func publish(ctx context.Context, tx *ledger.Tx, o Order) (Published, error) {
	var out Published
	a, err := gather(ctx, tx, o.Division)
	if err != nil {
		return out, err
	}
	if o, err = o.heard(ctx, tx, a); err != nil {
		return out, err
	}
	if err := o.checkApproval(a.needApproval()); err != nil {
		return out, err
	}
	entries, docs, refused, err := a.entries(ctx, tx)
	if err != nil {
		return out, err
	}
	if out.Refused = refused; len(refused) > 0 {
		return out, refusal(refused)
	}
	if len(entries)+len(a.leaving) == 0 {
		return out, errs.Conflictf("%s 没有拟保留的事项可以公布", o.Division).Fix("请先导入处置决定")
	}
	if err := a.carryOut(ctx, tx, o); err != nil {
		return out, err
	}
	ours, err := list.Open(ctx, tx, list.List{Division: o.Division, Kind: list.Powers, Title: ListTitle})
	if err != nil {
		return out, err
	}
	out.Edition, out.Changes, err = list.Publish(ctx, tx, ours, list.Edition{Title: o.Title, Effective: o.Effective,
		Approval: o.Approval, ConsultedFrom: o.ConsultedFrom, ConsultedTo: o.ConsultedTo}, entries)
	if err != nil {
		return out, err
	}
	if len(out.Changes) == 0 {
		return out, errs.Conflictf("与上一版相比没有任何变化").Fix("有事项增减或修改之后再公布新的一版")
	}
	return out, power.Index(ctx, tx.Tx, docs)
}

// entries makes the lines of the edition in the order of the codes, what the
// search is to know of the new ones, and finds what may not be published.
func (a *adjustment) entries(ctx context.Context, r sqldb.Reader) ([]list.Entry, []search.Doc, []Refused, error) {
	lists := a.lists()
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
		isNew, listed := lists[v.ID]
		if !listed {
			return nil
		}
		if isNew {
			if missing := unpublishable(v); len(missing) > 0 {
				refused = append(refused, Refused{item, v.Name, missing})
			}
			docs = append(docs, power.SearchDoc(item, v, names[v.Department], true))
		}
		out = append(out, list.Entry{Power: v.Power, Version: v.ID, Department: v.Department, Code: item, Name: v.Name,
			Category: string(v.Category), Level: v.Level, Initiative: string(v.Initiative), OrderKey: v.OrderKey + " " + item, VersionDigest: v.Digest})
		return nil
	})
	return out, docs, refused, err
}

// unpublishable names what keeps a wording off the list.
func unpublishable(v power.Version) []string {
	missing := power.Missing(v)
	if v.Category == power.CategoryService {
		missing = append(missing, "公共服务不列入权力清单")
	}
	return missing
}
