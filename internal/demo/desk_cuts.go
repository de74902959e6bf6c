package demo

import (
	"context"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

// cut is a proposal for a power of a department; the first audit group makes it
// where the department is one of its own, else the legal office.
type cut struct {
	office string // short name
	kind   power.Category
	form   reduce.ProposalForm
}

// cutsProposed are open proposals of several kinds, for departments that take no
// part in the clearing.
func cutsProposed() []cut {
	return []cut{
		{"市发展改革委", power.CategoryPermit, reduce.ProposalForm{Fate: reduce.Cancel, Ground: reduce.GroundReform,
			Reason:   "《示例关于取消和调整一批审批事项的决定》已取消同类审批，改为事后备案。",
			Followup: "取消后由市发展改革委通过在线平台监测，每季度抽查。"}},
		{"市房管局", power.CategoryOther, reduce.ProposalForm{Fate: reduce.Transfer, TargetKind: "行业组织", Target: "聊城市房地产业协会",
			Receiver: "在聊城市民政局登记的社会团体法人，章程载明行业自律和从业人员评价职责。",
			Reason:   "属于行业自律范围，法律、法规没有要求由行政机关实施。", Followup: "市房管局指导监督，承接一年后评估。"}},
		{"市公路局", power.CategoryPermit, reduce.ProposalForm{Fate: reduce.Delegate, TargetKind: "县级", Target: "莘县、冠县", LegalForm: reduce.BySuperior,
			Reason:   "《示例关于下放一批行政权力事项的决定》已将同类事项下放县级，群众就近办理更方便。",
			Followup: "市公路局制定办理规范并组织培训，移交满六个月后检查。"}},
		{"市畜牧兽医局", power.CategoryPermit, reduce.ProposalForm{Fate: reduce.Delegate, TargetKind: "县级", Target: "各县（市、区）畜牧兽医主管部门", LegalForm: reduce.BySuperior,
			Reason:   "群众就近办理更方便；《示例关于下放一批行政权力事项的决定》已将同类事项下放县级。",
			Followup: "市畜牧兽医局制定办理规范，移交满六个月后检查。"}},
		{"市质监局", power.CategoryPermit, reduce.ProposalForm{Fate: reduce.Cancel, Ground: reduce.GroundReform,
			Reason:   "《示例关于取消和调整一批审批事项的决定》已取消同类审批，市级不再保留。",
			Followup: "取消后由市质监局随机抽查，每年公布抽查结果。"}},
		{"市商务局", power.CategoryOther, reduce.ProposalForm{Fate: reduce.Transfer, TargetKind: "行业组织", Target: "聊城市商业行业协会",
			Receiver: "在聊城市民政局登记的社会团体法人，章程载明行业自律职责。",
			Reason:   "属于行业自律范围，可以由行业协会承担。", Followup: "市商务局指导监督，不得强制入会、强制收费。"}},
		{"市物价局", power.CategoryOther, reduce.ProposalForm{Fate: reduce.Freeze, Ground: reduce.GroundFreeze, Reason: "同类评价正在改由行业和信用平台开展，上级作出决定前先行冻结，确需恢复时按程序报批。"}},
		{"市旅游局", power.CategoryPermit, reduce.ProposalForm{Fate: reduce.Delegate, TargetKind: "县级", Target: "东阿县、阳谷县", LegalForm: reduce.ByEntrusted,
			Reason:   "拟书面委托县级旅游主管部门受理和审查，委托事项和期限向社会公告。",
			Followup: "市旅游局每季度抽查受委托办理的案卷，并对后果承担法律责任。"}},
		{"市园林局", power.CategoryOther, reduce.ProposalForm{Fate: reduce.Reclassify, TargetKind: "公共服务", Reason: "不设条件、不作许可，属于向社会提供的服务，转入公共服务事项目录。"}},
	}
}

// proposeCuts lets some cuts be proposed and two departments draw their
// boundaries, once.
func (d *desks) proposeCuts(ctx context.Context) error {
	all, err := reduce.Tallies(ctx, d.db, people.Scope{All: true}, reduce.Query{})
	if err != nil || len(all) > 0 {
		return err
	}
	d.say("提出减权建议")
	used := map[sqldb.ID]bool{}
	for _, c := range cutsProposed() {
		x, err := d.uncut(ctx, c, used)
		if err != nil {
			return err
		}
		if x.Power.IsZero() {
			continue // a city of real texts may have no such power
		}
		used[x.Power], c.form.Power = true, x.Power
		who := d.persons[legalLogin]
		if group := d.persons[groupLogin]; group.Scope(people.ProposeCut).Has(x.Department) {
			who = group
		}
		if err := d.as(ctx, who, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := reduce.Propose(ctx, tx, who, c.form)
			return err
		}); err != nil {
			return errs.Wrap(fmt.Sprintf("%s %s", c.office, c.form.Fate), err)
		}
	}
	return d.drawBoundaries(ctx)
}

// uncut gives a power of a department on the list, of a kind, that nobody is
// changing; the zero change where there is none.
func (d *desks) uncut(ctx context.Context, c cut, used map[sqldb.ID]bool) (power.Change, error) {
	all, err := d.listed(ctx, d.byShort[c.office])
	if err != nil {
		return power.Change{}, err
	}
	for i := len(all) - 1; i >= 0; i-- { // the last ones: what is played elsewhere takes the first
		x := all[i]
		if x.Category != c.kind || used[x.Power] {
			continue
		}
		now, err := power.Newest(ctx, d.db, x.Power)
		if err != nil {
			return power.Change{}, err
		}
		if now.ID == x.ID {
			return x, nil
		}
	}
	return power.Change{}, nil
}

// drawBoundaries lets the water office record a boundary that its neighbour
// confirms, and the neighbour record one that waits for it.
func (d *desks) drawBoundaries(ctx context.Context) error {
	known, err := org.Boundaries(ctx, d.db, nil)
	if err != nil || len(known) > 0 {
		return err
	}
	water, other := d.persons[headLogin], d.neighbour()
	if other == nil {
		return nil
	}
	day := d.from(0)
	name := d.nameOf(other.Department)
	var first sqldb.ID
	if err := d.as(ctx, water, func(ctx context.Context, tx *ledger.Tx) (err error) {
		first, err = reduce.RecordBoundary(ctx, tx, water, reduce.BoundaryForm{Matter: "涉河建设项目的审查和监督", Left: water.Department, Right: other.Department,
			LeftDoes: "审查涉河建设方案对行洪、取水的影响，监督施工期间的河道安全。", RightDoes: "审查建设项目的环境影响，不再重复审查行洪、取水影响。",
			Basis: "双方三定规定中的主要职责", From: day})
		return err
	}); err != nil {
		return errs.Wrap("boundary with "+name, err)
	}
	if err := d.as(ctx, other, func(ctx context.Context, tx *ledger.Tx) error {
		return reduce.ConfirmBoundary(ctx, tx, other, first)
	}); err != nil {
		return err
	}
	return d.as(ctx, other, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := reduce.RecordBoundary(ctx, tx, other, reduce.BoundaryForm{Matter: "突发水污染事件的处置", Left: other.Department, Right: water.Department,
			LeftDoes: "负责现场调查、污染源查处和信息发布。", RightDoes: "负责水量调度和取水口管控，提供水文资料。",
			Basis: "双方三定规定中的主要职责", From: day})
		return err
	})
}

// neighbour is the head of the environment office; nil where the city has none.
func (d *desks) neighbour() *people.Who {
	for _, s := range stories() {
		if who := d.persons[s.clerk()]; s.office == "市环保局" && who != nil && who.Is(people.Head) {
			return who
		}
	}
	return nil
}

// nameOf is the name of a department.
func (d *desks) nameOf(id sqldb.ID) string {
	for _, x := range d.all {
		if x.ID == id {
			return x.Name
		}
	}
	return ""
}
