package demo

import (
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/registry/power"
)

// rotate takes n rules beginning at a place that depends on the field, so that
// neighbouring fields differ.
func rotate[T any](list []T, seed, n int) []T {
	n = min(n, len(list))
	out := make([]T, 0, n)
	for i := range n {
		out = append(out, list[(seed+i)%len(list)])
	}
	return out
}

func endsWith(s string, ends ...string) bool {
	for _, e := range ends {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// Fines by the rank of the document: a rule stays within its cap.
func higherFines() []string {
	return []string{
		"没收违法所得，并处二万元以上二十万元以下罚款", "处一万元以上十万元以下罚款；情节严重的，责令停产停业",
		"给予警告，并处五千元以上五万元以下罚款", "处五万元以上五十万元以下罚款；情节严重的，由原发证机关吊销许可证",
		"处违法所得一倍以上五倍以下罚款；没有违法所得的，处一万元以上五万元以下罚款",
	}
}

func localFines() []string {
	return []string{"处二千元以上二万元以下罚款", "给予警告，可以并处一千元以上一万元以下罚款", "处五千元以上三万元以下罚款"}
}

func ruleFines() []string {
	return []string{"给予警告，可以并处一千元以上五千元以下罚款", "处三千元以上三万元以下罚款", "给予警告，并处五百元以上三千元以下罚款"}
}

// duties writes the articles on conduct.
func (v *inventor) duties(d *draft, list []violation) {
	for _, r := range list {
		d.article(v.t.fill(r.duty))
	}
}

// permit writes a licence clause.
func (v *inventor) permit(d *draft, to *[]source, who string) {
	clause := v.t.fill("从事〔a〕，应当向") + who + v.unit.authority() + v.t.fill("提出申请，经审查批准，取得〔a〕许可证后方可进行。")
	n := d.article(clause,
		"受理申请的部门应当自受理申请之日起二十日内作出准予许可或者不予许可的决定；不予许可的，应当书面说明理由。")
	v.add(to, d, source{cat: power.CategoryPermit, name: "〔a〕许可", ref: paragraph(d, n, 1), quote: clause,
		act: v.t.fill("审查从事〔a〕的申请，决定是否颁发〔a〕许可证")})
}

// grants writes the field's levy, payment, confirmation or adjudication, where
// the field has one.
func (v *inventor) grants(d *draft) {
	t, a := v.t, v.unit.authority()
	if levies(v.unit) {
		name := strings.TrimSuffix(t.subject, "征管") + "征收"
		clause := t.fill("〔c〕应当按照规定的标准缴纳费用，由县级以上") + a + "负责征收，全额上缴国库。"
		if name == t.subject+"征收" {
			name = t.subject + "补偿费征收"
			clause = t.fill("〔c〕应当按照规定的标准缴纳〔s〕补偿费，由县级以上") + a + "负责征收，全额上缴国库。"
		}
		n := d.article(clause)
		v.add(&v.m.sound, d, source{cat: power.CategoryLevy, name: name, ref: d.at(n, 0), quote: clause, act: "按照法定标准征收，开具财政票据，足额上缴国库"})
	}
	if payments(v.unit) {
		clause := t.fill("符合条件的〔c〕可以申请〔s〕补助，县级以上") + a + "审核后按照规定标准发放。"
		n := d.article(clause)
		v.add(&v.m.sound, d, source{cat: power.CategoryPayment, name: "〔s〕补助资金给付", ref: d.at(n, 0), quote: clause, act: t.fill("审核〔s〕补助申请，按照规定标准发放补助资金")})
	}
	if v.no%4 == 1 || endsWith(t.activity, "申请", "申报", "登记") {
		clause := t.fill("申请〔s〕资格认定的，由县级以上") + a + "审查确认，符合条件的颁发证明文件。"
		n := d.article(clause)
		v.add(&v.m.sound, d, source{cat: power.CategoryConfirmation, name: "〔s〕资格认定", ref: d.at(n, 0), quote: clause, act: t.fill("对申请人是否符合〔s〕资格条件予以审查确认")})
	}
	if disputes(v.unit) && v.no%2 == 0 {
		clause := t.fill("当事人对〔s〕权属发生争议的，由当事人协商解决；协商不成的，由县级以上") + a + "裁决。"
		n := d.article(clause)
		v.add(&v.m.sound, d, source{cat: power.CategoryAdjudication, name: "〔s〕争议裁决", ref: d.at(n, 0), quote: clause, act: t.fill("对〔s〕争议进行审理并作出裁决"), object: "争议双方当事人"})
	}
}

// levies, payments and disputes say which units' fields have such powers.
func levies(u unit) bool {
	return among(u.short, "市水利局", "市国土资源局", "市林业局", "市国税局", "市地税局", "市人防办", "市市政局", "市环保局", "市园林局", "市公路局", "市渔业局")
}

func payments(u unit) bool {
	return among(u.short, "市民政局", "市残联", "市社保局", "市公积金中心", "市教育局", "市老龄办", "市外侨办", "市人力资源社会保障局")
}

func disputes(u unit) bool {
	return among(u.short, "市国土资源局", "市林业局", "市水利局", "市农业局", "市房管局", "市知识产权局")
}

func among(s string, list ...string) bool { return slices.Contains(list, s) }

// reward writes a clause on commendation for one field in twelve.
func (v *inventor) reward(d *draft) {
	if v.no%12 != 7 {
		return
	}
	clause := v.t.fill("对在〔s〕工作中做出显著成绩的单位和个人，由县级以上") + v.unit.authority() + "给予表彰和奖励。"
	n := d.article(clause)
	v.add(&v.m.sound, d, source{cat: power.CategoryReward, name: "对在〔s〕工作中做出显著成绩的单位和个人的奖励", ref: d.at(n, 0), quote: clause,
		act: v.t.fill("对在〔s〕工作中做出显著成绩的单位和个人给予表彰和奖励"), object: "单位和个人"})
}

// supervision writes the clause on inspections.
func (v *inventor) supervision(d *draft) {
	clause := "县级以上" + v.unit.authority() + v.t.fill("应当依法对〔c〕遵守") + d.self + "的情况进行监督检查，监督检查人员不得少于二人，并应当出示执法证件。"
	n := d.article(clause)
	v.add(&v.m.sound, d, source{cat: power.CategorySupervision, name: "〔s〕监督检查", ref: d.at(n, 0), quote: clause, act: v.t.fill("对〔c〕从事〔a〕的情况进行监督检查")})
}

// coercion writes a clause on sealing and seizure in one law of two.
func (v *inventor) coercion(d *draft) {
	if v.no%2 == 0 && v.no%10 != 0 {
		return
	}
	clause := "县级以上" + v.unit.authority() + v.t.fill("在监督检查中，对有证据证明违法从事〔a〕的，可以查封有关场所、设施，扣押有关财物。")
	n := d.article(clause)
	v.add(&v.m.sound, d, source{cat: power.CategoryCoercion, name: "对涉嫌违法从事〔a〕的场所、设施、财物的查封、扣押", ref: d.at(n, 0), quote: clause,
		act: v.t.fill("对有证据证明违法从事〔a〕的场所、设施、财物实施查封、扣押")})
}

// otherPower writes the clause of a power of the tenth category; kinds 0 and 1
// are exercised on application.
func (v *inventor) otherPower(d *draft, o other, kind int) {
	clause := strings.ReplaceAll(v.t.fill(o.clause), "〔d〕", v.unit.authority())
	n := d.article(clause)
	how := power.ExOfficio
	if kind < 2 {
		how = power.OnApplication
	}
	v.add(&v.m.sound, d, source{cat: power.CategoryOther, name: o.name, ref: d.at(n, 0), quote: clause, act: strings.TrimSuffix(clause, "。"), initiative: how})
}

// liability writes the articles on fines: the first rules each in its own
// article, the rest as items of one.
func (v *inventor) liability(d *draft, to *[]source, list []violation, fines []string) {
	single := len(list)
	if len(list) > 3 {
		single = len(list) - 3
	}
	who := "由县级以上" + v.unit.authority() + "责令限期改正，"
	for i, r := range list[:single] {
		fine := fines[(v.no+i)%len(fines)]
		clause := "违反" + d.self + "规定，" + v.t.fill(r.act) + "的，" + who + fine + "。"
		n := d.article(clause)
		v.penalty(to, d, r, d.at(n, 0), clause, fine)
	}
	if single == len(list) {
		return
	}
	fine := fines[(v.no+single)%len(fines)]
	parts := []string{"违反" + d.self + "规定，有下列行为之一的，" + who + fine + "："}
	for i, r := range list[single:] {
		end := "；"
		if single+i == len(list)-1 {
			end = "。"
		}
		parts = append(parts, fmt.Sprintf("（%s）%s的%s", lawtext.FormatChinese(i+1), v.t.fill(r.act), end))
	}
	n := d.article(parts...)
	for i, r := range list[single:] {
		v.penalty(to, d, r, d.at(n, i+1), parts[0]+"……"+parts[i+1], fine)
	}
}

func (v *inventor) penalty(to *[]source, d *draft, r violation, ref citation.Ref, quote, fine string) {
	v.add(to, d, source{cat: power.CategoryPenalty, name: "对" + v.t.fill(r.act) + "的处罚", ref: ref, quote: quote, act: v.t.fill(r.act), sanction: fine})
}

// revocation writes a clause that a local regulation may not set: taking away
// a business licence (行政处罚法: 地方性法规不得设定吊销营业执照).
func (v *inventor) revocation(d *draft) {
	clause := "违反" + d.self + v.t.fill("规定，〔c〕一年内因〔a〕违法行为受到三次以上处罚的，由市场登记机关吊销营业执照。")
	n := d.article(clause)
	v.add(&v.m.tooLow, d, source{cat: power.CategoryPenalty, name: "对〔c〕多次违法从事〔a〕吊销营业执照的处罚", ref: d.at(n, 0), quote: clause,
		act: v.t.fill("〔c〕一年内因〔a〕违法行为受到三次以上处罚"), sanction: "吊销营业执照"})
}

// staff writes the clause on the liability of officials.
func (v *inventor) staff(d *draft) {
	d.article(v.unit.authority() + "及其工作人员在" + v.t.subject + "管理工作中滥用职权、玩忽职守、徇私舞弊的，依法给予处分；构成犯罪的，依法追究刑事责任。")
}
