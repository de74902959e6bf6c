package demo

import (
	"qingdan/internal/registry/law"
)

// wantLaws is the number of documents of the reference city's library.
const wantLaws = 1519

// inventor writes the invented library: one field of work after another, in
// the order of the units, everything by arithmetic on the field's number.
type inventor struct {
	m    material
	unit unit
	t    topic
	no   int // running number of the topic
}

// invent writes 1,519 invented laws and the powers they create.
func invent(us []unit) material {
	v := &inventor{m: material{last: map[string]int{}}}
	v.general()
	type place struct {
		u unit
		t topic
	}
	var fields []place
	for _, u := range us {
		for _, t := range u.topics {
			v.no++
			v.unit, v.t = u, t
			fields = append(fields, place{u, t})
			v.higher()
			v.local()
			if v.no%8 != 6 { // leaves room for documents below the law
				v.rule()
			}
		}
	}
	// What is left of the 1,519 are documents below the law, spread over the fields.
	left := wantLaws - len(v.m.laws)
	for i := range left {
		at := i * len(fields) / left
		v.no, v.unit, v.t = at+1, fields[at].u, fields[at].t
		v.notice()
	}
	return v.m
}

// keep files a finished draft.
func (v *inventor) keep(d *draft) {
	v.m.last[d.title] = d.articles
	v.m.laws = append(v.m.laws, d.record())
}

// add files a power of the present field. Phrases are filled with its words.
func (v *inventor) add(to *[]source, d *draft, s source) {
	s.unit = v.unit.no
	s.name, s.level = v.t.fill(s.name), d.level
	if s.object == "" {
		s.object = v.t.actor
	}
	*to = append(*to, s)
}

// opening writes the chapter 总则.
func (v *inventor) opening(d *draft) {
	u, t := v.unit, v.t
	d.chapter("总则")
	d.article("为了加强" + t.subject + "管理，规范" + t.activity + "行为，维护公共利益和当事人合法权益，制定" + d.self + "。")
	d.article("在适用区域内从事" + t.activity + "以及对其实施监督管理，适用" + d.self + "。")
	d.article(t.subject + "管理应当遵循公开、公平、公正和便民高效的原则。")
	d.article("县级以上"+u.authority()+"负责本行政区域内"+t.subject+"的监督管理工作。", "其他有关部门按照各自职责，做好与"+t.subject+"有关的工作。")
}

// licensed says whether the field's activity is one that a licence fits.
func (v *inventor) licensed() bool {
	return v.unit.enforce && !endsWith(v.t.activity, "申请", "申领", "申报", "登记", "管理", "持有", "转让", "防治")
}

// higher writes the field's law or administrative regulation, and for one
// field in five the older measures that it repeals.
func (v *inventor) higher() {
	t := v.t
	level, title, issuer := law.AdminRegulation, "示例"+t.subject+"管理条例", "示例国务院"
	if v.no%4 == 0 {
		level, title, issuer = law.Statute, "中华人民共和国示例"+t.subject+"法", "示例全国人民代表大会常务委员会"
	}
	d := newDraft(title, level, issuer, v.no, 1998, 14)
	v.opening(d)
	d.chapter(t.subject + "行为规范")
	if v.licensed() {
		v.permit(d, &v.m.sound, "市、县（市、区）")
	}
	list := higherViolations()
	if !v.licensed() {
		list = list[2:]
	}
	list = rotate(list, v.no, 6)
	v.duties(d, list)
	v.grants(d)
	d.chapter("监督检查")
	v.supervision(d)
	if v.unit.enforce {
		v.coercion(d)
		d.chapter("法律责任")
		v.liability(d, &v.m.sound, list, higherFines())
	}
	v.staff(d)
	d.chapter("附则")
	if v.no%5 == 2 && v.unit.enforce {
		old := v.old()
		d.commence(old)
	} else {
		d.commence()
	}
	v.keep(d)
}

// local writes the field's provincial regulation.
func (v *inventor) local() {
	d := newDraft("山东省示例"+v.t.subject+"条例", law.LocalRegulation, "示例省人民代表大会常务委员会", v.no+3, 2001, 12)
	v.opening(d)
	d.chapter("服务与管理")
	list := rotate(localViolations(), v.no, 4)
	v.duties(d, list)
	os := otherPowers()
	v.otherPower(d, os[v.no%2], v.no%2)
	v.reward(d)
	if v.unit.enforce {
		d.chapter("法律责任")
		v.liability(d, &v.m.sound, list, localFines())
		if v.no%9 == 4 {
			v.revocation(d)
		}
	}
	v.staff(d)
	d.chapter("附则")
	d.commence()
	v.keep(d)
}

// rule writes the field's ministry rule, for one field in six a rule of the
// provincial government instead.
func (v *inventor) rule() {
	level, title, issuer := law.MinistryRule, "示例"+v.t.subject+"监督管理办法", "示例国务院主管部门"
	if v.no%6 == 3 {
		level, title, issuer = law.ProvinceRule, "山东省示例"+v.t.subject+"管理实施办法", "示例省人民政府"
	}
	d := newDraft(title, level, issuer, v.no+5, 2003, 10)
	v.opening(d)
	d.chapter("管理要求")
	list := rotate(ruleViolations(), v.no, 3)
	v.duties(d, list)
	os := otherPowers()
	v.otherPower(d, os[2+v.no%2], 2)
	if v.unit.enforce {
		d.chapter("罚则")
		v.liability(d, &v.m.sound, list, ruleFines())
	}
	v.staff(d)
	d.chapter("附则")
	d.commence()
	v.keep(d)
}

// old writes the measures that the higher law repeals and gives their title.
func (v *inventor) old() string {
	d := newDraft("示例"+v.t.subject+"管理暂行办法", law.MinistryRule, "示例国务院主管部门", v.no, 1989, 8)
	v.opening(d)
	d.chapter("管理要求")
	list := oldViolations()
	v.duties(d, list)
	d.chapter("罚则")
	v.liability(d, &v.m.repealed, list, ruleFines())
	v.staff(d)
	d.chapter("附则")
	d.commence()
	v.keep(d)
	return d.title
}

// notice writes a document below the law that sets what it may not: a licence,
// a fine and a yearly inspection.
func (v *inventor) notice() {
	t := v.t
	d := newDraft("聊城市示例"+t.subject+"管理规定", law.Normative, "示例市人民政府办公室", v.no, 2006, 7)
	v.opening(d)
	d.chapter("管理措施")
	clause := t.fill("〔c〕跨县（市、区）从事〔a〕的，应当经市") + v.unit.authority() + "批准，取得准入证后方可开展。"
	n := d.article(clause)
	v.add(&v.m.tooLow, d, source{cat: "行政审批", name: "跨县域〔a〕准入审批", ref: d.at(n, 0), quote: clause,
		act: t.fill("审查〔c〕跨县（市、区）从事〔a〕的准入申请，决定是否批准")})
	clause = t.fill("市") + v.unit.authority() + t.fill("每年对〔c〕进行年度检验，未经年度检验的不得继续从事〔a〕。")
	n = d.article(clause)
	v.add(&v.m.reform, d, source{cat: "其他权力", name: "〔c〕年度检验", ref: d.at(n, 0), quote: clause,
		act: t.fill("每年对〔c〕的资格和〔a〕情况进行检验"), initiative: "依申请"})
	if v.unit.enforce {
		v.liability(d, &v.m.tooLow, []violation{{"", "〔c〕未取得准入证跨县（市、区）从事〔a〕"}}, ruleFines())
	}
	d.chapter("附则")
	d.commence()
	v.keep(d)
}
