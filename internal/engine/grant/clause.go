package grant

import "strings"

// listKind is what the clause before a list makes of its items.
type listKind uint8

const (
	noList  listKind = iota
	casesOf          // 有下列情形之一的: cases; an item counts only by a sanction of its own
	rulesOf          // 按照下列规定: each item is a rule
	powerOf          // 可以采取下列措施: each item is a power of the body
)

// clause is what stands between two of ；。, parted at commas and colons.
type clause struct {
	text  string
	parts []part
	prior body     // the body that acted before, where the clause names none
	list  listKind // the list the clause stands in
}

// part is what stands between two commas.
type part struct {
	text      string
	condition bool // it says when (…的), not what
	bodies    []body
}

func newClause(text string, before clause) clause {
	c := clause{text: text, prior: before.actor(), list: before.list}
	for s := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("，,：:\n", r) }) {
		p := part{text: s, bodies: bodiesIn(s)}
		p.condition = strings.HasSuffix(s, "的") || strings.HasSuffix(s, "时") || strings.HasSuffix(s, "之一") || strings.HasPrefix(s, "违反")
		c.parts = append(c.parts, p)
	}
	return c
}

// finds says whether a part tells what a body found: 公安机关发现…的. The body
// then acts in what follows.
func (p part) finds() bool {
	return p.bodies[0].start == 0 && discovering.in(p.text[p.bodies[0].end:])
}

// subject says whether a body other than by opens one of the parts up to i: the
// clause then tells what one body does to another.
func (c clause) subject(i int, by body) bool {
	for _, p := range c.parts[:i+1] {
		if len(p.bodies) > 0 && !p.condition && p.bodies[0].start == 0 && p.bodies[0].words != by.words {
			return true
		}
	}
	return false
}

// afterBody gives the words of a part after the last body it names, the whole
// part where it names none.
func (p part) afterBody() string {
	if n := len(p.bodies); n > 0 {
		return p.text[p.bodies[n-1].end:]
	}
	return p.text
}

// actor is the body that acts in a clause: the last one named outside its
// conditions, else the one before.
func (c clause) actor() body { return c.actorAt(len(c.parts) - 1) }

// actorAt is the body that acts in a part: the last one named there, else the
// nearest before it outside conditions.
func (c clause) actorAt(i int) body {
	for j := i; j >= 0; j-- {
		p := c.parts[j]
		if len(p.bodies) > 0 && (j == i || !p.condition || p.finds()) {
			return together(p.bodies)
		}
	}
	return c.prior
}

// matterBefore gives the condition before a part, else the clause's first
// part.
func (c clause) matterBefore(i int) string {
	for j := i - 1; j >= 0; j-- {
		if p := c.parts[j]; p.condition && !strings.HasPrefix(p.text, "违反") && !strings.HasPrefix(p.text, "情节") {
			return strings.TrimSuffix(p.text, "的")
		}
	}
	return c.parts[0].text
}

var (
	// foreign are sentences that grant no power of the administration whatever
	// else they say: definitions, crimes and courts' punishments.
	foreign = list("监视居住 取保候审 犯罪嫌疑人 有期徒刑 拘役 罚金 无期徒刑 死刑 所称 是指 同时废止 予以废止 起施行")
	empower = list("可以采取 有权 职权 可以行使 采取下列 行使下列 履行下列 下列措施 下列职责 主要职责 可以依法采取 负责下列 下列监督")
	byRules = list("按照下列 依照下列 下列规定 分别 按下列 如下 以下规定")
)

// listOf says what the clause makes of the items that follow it.
func listOf(c clause) listKind {
	switch {
	case foreign.in(c.text):
		return noList
	case empower.in(c.text) && (!c.actor().none() || strings.Contains(c.text, "监督检查")):
		return powerOf
	case byRules.in(c.text):
		return rulesOf
	default:
		return casesOf
	}
}
