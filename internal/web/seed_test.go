package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
)

// hostile is a name that breaks pages which do not escape.
const hostile = `"><script>alert(1)</script><img src=x onerror=alert(2)>' & {{.}}`

// written is when the versions were written, in microseconds: after the texts
// that they cite came in and began.
const written = 1412000000000000

// city is a small invented city filled by raw rows, so that the pages can be
// tested without the rooms that normally write them.
type city struct {
	departments []sqldb.ID
	laws        []sqldb.ID
	versions    []sqldb.ID // the first of every power
	codes       []string   // of the edition in force
	hostile     string     // code of the power with the hostile name
	gone        string     // code of a power that only the first edition lists
	never       string     // code of a power that was never listed
	amended     string     // code of a power with two listed versions
	old         sqldb.ID   // its first version
	long        sqldb.ID   // a law of several parts
	longText    sqldb.ID   // its text
}

// seedSize is how large a city is made.
type seedSize struct{ departments, powers, laws int }

// sower writes rows into a transaction and stops at the first error.
type sower struct {
	ctx context.Context
	tx  *sqldb.Tx
	err error
}

func (s *sower) row(table, columns string, values ...any) {
	if s.err != nil {
		return
	}
	marks := "?"
	for range len(values) - 1 {
		marks += ", ?"
	}
	if _, err := s.tx.Exec(s.ctx, `insert into `+table+` (`+columns+`) values (`+marks+`)`, values...); err != nil {
		s.err = fmt.Errorf("%s: %w", table, err)
	}
}

func (s *sower) find(d search.Doc) {
	if s.err == nil {
		s.err = power.Index(s.ctx, s.tx, []search.Doc{d})
	}
}

// seed fills an empty database.
func seed(t testing.TB, db *sqldb.DB, size seedSize) *city {
	t.Helper()
	c := &city{}
	err := db.Load(context.Background(), func(tx *sqldb.Tx) error {
		*c = city{}
		s := &sower{ctx: context.Background(), tx: tx}
		s.row("site", "one, division, name, sponsor, hotline, demo", 1, "371500", "聊城市行政权力运行平台", "聊城市人民政府办公室", "12345", "演示数据，非官方数据")
		c.sowDepartments(s, size.departments)
		c.sowLaws(s, size.laws)
		c.sowPowers(s, size.powers)
		c.sowFindings(s, size.powers)
		return s.err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *city) sowDepartments(s *sower, n int) {
	kinds := []string{"水务局", "农业农村局", "市场监督管理局", "教育和体育局", "住房和城乡建设局", "公安局", "卫生健康委员会", "交通运输局", "文化和旅游局", "自然资源和规划局"}
	for i := range n {
		id, name := sqldb.NewID(), "示例市"+kinds[i%len(kinds)]
		if i >= len(kinds) {
			name += fmt.Sprintf("第%d分局", i/len(kinds))
		}
		credit := ""
		if i%2 == 0 {
			credit = fmt.Sprintf("1137150000000%05d", i)
		}
		c.departments = append(c.departments, id)
		s.row("departments", "id, division, name, short, credit_code, nature, order_key, valid_from, valid_to",
			id, "371500", name, name, credit, "法定机关", hanzi.PinyinKey(name), "", "")
		s.row("mandates", "id, department_id, no, text, basis, valid_from, valid_to", sqldb.NewID(), id, 1, "负责示例领域的监督管理。", "示例三定规定", "", "")
		s.find(search.Doc{ID: id, Kind: "department", Order: hanzi.PinyinKey(name), Public: true, Title: name})
	}
}

func (c *city) sowLaws(s *sower, n int) {
	levels := []string{"法律", "行政法规", "地方性法规", "部门规章", "规范性文件"}
	for i := range n {
		doc, ed, title := sqldb.NewID(), sqldb.NewID(), fmt.Sprintf("示例管理条例第%d号", i+1)
		articles := 12
		if i == 0 {
			title, articles, c.long, c.longText = "示例法典", 400, doc, ed
		}
		c.laws = append(c.laws, doc)
		s.row("law_documents", "id, title, title_key, level, issuer, region, order_key", doc, title, title, levels[i%len(levels)], "示例市人民代表大会常务委员会", "", hanzi.PinyinKey(title))
		s.row("law_editions", "id, document_id, source_id, title, made, effective, repealed, digest, articles, preamble, annex, problems, loaded_at",
			ed, doc, "s", title, "2010-01-01", "2010-06-01", "", []byte(title), articles, "（示例市通过）", "", "[]", 1)
		for a := range articles {
			sub, num := 0, a+1
			if a == 5 {
				sub, num = 1, 5 // 第五条之一
			}
			text := "从事示例活动，应当向示例主管部门提出申请，经批准后方可进行；未经批准从事示例活动的，由主管部门责令改正，可以处一万元以上五万元以下罚款。"
			second := "前款规定的申请，主管部门应当自受理之日起二十日内作出决定。"
			paragraphs, err := json.Marshal([]map[string]string{{"Text": text}, {"Text": second}})
			if err != nil {
				s.err = err
			}
			s.row("law_articles", "edition_id, seq, n, sub, book, chapter, section, text, paragraphs", ed, a+1, num, sub, "",
				fmt.Sprintf("第%d章 示例", a/6+1), "", text+"\n"+second, string(paragraphs))
		}
		s.find(search.Doc{ID: doc, Kind: "law", Order: hanzi.PinyinKey(title), Public: true, Title: title})
	}
}

// fates are dealt out to the powers that are not kept.
func fates() []string { return []string{"取消", "下放", "转移", "整合", "冻结", "转出"} }

func (c *city) sowPowers(s *sower, n int) {
	list, first, now := sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
	s.row("lists", "id, division, kind, title", list, "371500", "power", "示例市行政权力清单")
	type line struct {
		power, version sqldb.ID
		cols           []any
	}
	var before, after []line
	for i := range n {
		p := c.sowPower(s, i)
		c.versions = append(c.versions, p.version)
		keep := i%7 != 6
		c.sowChange(s, i, keep, p)
		cols := []any{p.code, p.name, p.category, p.department, p.level, p.initiative, hanzi.PinyinKey(p.name)}
		switch {
		case i == 6:
			c.never = p.code
		case i == 3:
			c.gone = p.code
			before = append(before, line{p.id, p.version, cols})
		case keep:
			before = append(before, line{p.id, p.version, cols})
			v := p.version
			if i == 1 {
				c.amended = p.code
				c.old, v = p.version, c.sowAmended(s, p)
			}
			after = append(after, line{p.id, v, cols})
			c.codes = append(c.codes, p.code)
			s.find(search.Doc{ID: p.id, Kind: "power", Order: hanzi.PinyinKey(p.name) + p.code, Public: true, Title: p.name, Codes: []string{p.code}})
		}
	}
	for i, e := range []struct {
		id        sqldb.ID
		effective string
		lines     []line
	}{{first, "2014-12-11", before}, {now, "2025-03-01", after}} {
		s.row("list_editions", "id, list_id, no, title, effective, approval, consulted_from, consulted_to, published_at, entries, digest",
			e.id, list, i+1, "示例市行政权力清单", e.effective, "示例政发〔2014〕1号", "2014-10-08", "2014-10-28", 1418256000000000, len(e.lines), make([]byte, 32))
		for _, l := range e.lines {
			s.row("list_entries", "edition_id, power_id, version_id, code, name, category, department_id, level, initiative, order_key",
				append([]any{e.id, l.power, l.version}, l.cols...)...)
			if i == 0 {
				s.row("list_changes", "edition_id, power_id, kind, new_version_id", e.id, l.power, "新增", l.version)
			}
		}
	}
	for _, l := range before {
		if l.cols[0] == c.gone {
			s.row("list_changes", "edition_id, power_id, kind, old_version_id", now, l.power, "移出", l.version)
		}
	}
	for _, l := range after {
		if l.cols[0] == c.amended {
			s.row("list_changes", "edition_id, power_id, kind, old_version_id, new_version_id", now, l.power, "修改", c.old, l.version)
		}
	}
}

// sowFindings makes a check in which every fourth power lacks something.
func (c *city) sowFindings(s *sower, powers int) {
	run := sqldb.NewID()
	s.row("check_runs", "id, day, at, powers, findings, digest", run, "2026-11-20", 1, powers, 0, make([]byte, 32))
	for i := 0; i < powers; i += 4 {
		for k, message := range []string{"缺少设定依据", "收费没有依据"}[:1+i/4%2] {
			s.row("findings", "run_id, seq, version_id, rule, severity, message, evidence", run, i*10+k, c.versions[i], inventory.RequiredRule, "请核实", message, "")
		}
	}
}

type sown struct {
	id, version, department sqldb.ID
	code, name, category    string
	level, initiative       string
	elements                power.Elements
}

func (c *city) sowPower(s *sower, i int) sown {
	categories := power.Categories()
	cat := categories[i%len(categories)]
	if i%3 == 0 {
		cat = power.CategoryPenalty
	}
	p := sown{id: sqldb.NewID(), version: sqldb.NewID(), department: c.departments[i%len(c.departments)], code: fmt.Sprintf("3715-%05d", i+1),
		category: string(cat), level: []string{"市级", "市级", "县级"}[i%3], initiative: string(cat.DefaultInitiative())}
	if p.initiative == "" {
		p.initiative = string(power.OnApplication)
	}
	p.name = fmt.Sprintf("对第%d类示例活动未经批准擅自进行的处罚", i+1)
	if p.initiative == string(power.OnApplication) {
		p.name = fmt.Sprintf("第%d类示例活动许可", i+1)
	}
	if i == 2 {
		p.name, c.hostile = hostile, p.code
	}
	no := false
	p.elements = power.Elements{Basis: "《示例法典》第三条第一款", Office: "示例管理科", Content: "对示例活动的管理", Object: "企业法人",
		Conditions: "一、有固定场所\n二、有专业人员", Materials: "示例申请书\n营业执照复印件", Kind: "承诺件",
		Statutory: &power.Limit{Days: 20, Unit: "工作日"}, Promised: &power.Limit{Days: 8, Unit: "工作日"},
		Steps: "1.受理 2.审查 3.决定 4.送达", Visits: "1次", Result: "示例许可证", Fee: &no, Place: "市政务服务中心2楼", Hours: "工作日9:00至17:00",
		Phone: "0635-0000000", Complaint: "12345", Duty: "1.受理责任：公示条件。 2.审查责任：依法审查。 3.决定责任：书面决定。", Accountability: "1.不依法受理的。 2.收受财物的。"}
	s.row("powers", "id, code, division, origin, reporter_id, created_at", p.id, p.code, "371500", "reported", p.department, 1)
	s.version(p, p.version, 1)
	c.sowCitations(s, p.version, i)
	return p
}

func (s *sower) version(p sown, id sqldb.ID, no int) {
	content, err := json.Marshal(p.elements)
	if err != nil {
		s.err = err
	}
	s.row("power_versions", "id, power_id, no, department_id, category, scheme_category, name, main_item, level, initiative, order_key, schema, content, digest, created_at",
		id, p.id, no, p.department, p.category, p.category, p.name, "", p.level, p.initiative, hanzi.PinyinKey(p.name), 1, string(content), make([]byte, 32), written)
}

func (c *city) sowAmended(s *sower, p sown) sqldb.ID {
	id := sqldb.NewID()
	p.elements.Promised = &power.Limit{Days: 5, Unit: "工作日"}
	p.elements.Materials = "示例申请书"
	s.version(p, id, 2)
	c.sowCitations(s, id, 1)
	return id
}

// sowCitations gives a version a basis in every state in turn.
func (c *city) sowCitations(s *sower, version sqldb.ID, i int) {
	s.row("power_citations", "version_id, seq, law, article, article_sub, paragraph, item, subitem, reach, quote", version, 1, "示例法典", 3, 0, 1, 0, 0, "", "")
	var edition sqldb.ID
	if s.err == nil {
		s.err = s.tx.QueryRow(s.ctx, `select id from law_editions where document_id = ?`, c.long).Scan(&edition)
	}
	s.row("citation_links", "version_id, seq, document_id, edition_id, article_seq, state", version, 1, c.long, edition, 3, "resolved")
	if i%4 == 1 {
		s.row("power_citations", "version_id, seq, law, article, article_sub, paragraph, item, subitem, reach, quote", version, 2, "示例旧法", 9, 0, 0, 0, 0, "", "示例引文")
		s.row("citation_links", "version_id, seq, document_id, article_seq, state", version, 2, c.long, 0, "article_missing")
	}
}

func (c *city) sowChange(s *sower, i int, keep bool, p sown) {
	change, state := sqldb.NewID(), "published"
	if !keep {
		state = "cancelled"
	}
	s.row("changes", "id, power_id, version_id, department_id, kind, state, opened_at, moved_at", change, p.id, p.version, p.department, "add", state, 1, 1)
	fate := "保留"
	if !keep {
		fate = fates()[i/7%len(fates())]
	}
	s.row("dispositions", "change_id, power_id, fate, ground, target_kind, target, reason, decided_by, decided_on, at",
		change, p.id, fate, "减权/1", "", "", "", "示例", "2014-09-01", 1)
}

func clock() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }

// handler serves a database as the program would, without a log.
func handler(t testing.TB, db *sqldb.DB) http.Handler {
	t.Helper()
	h, err := New(Config{DB: db, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: "http://127.0.0.1:8080"})
	if err != nil {
		t.Fatal(err)
	}
	return h
}
