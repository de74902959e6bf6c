package demo

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// text is one real document, read and dated.
type text struct {
	record
	parsed  law.Parsed
	level   law.Level
	repeals bool // another text ends it before the day
}

// readReal chooses 1,519 documents for a city of Shandong from the real texts
// and reads the powers they give.
func readReal(ctx context.Context, dir string, us []unit, day string, say func(string)) (material, error) {
	say("正在读取法规文本")
	records, err := readFolder(dir)
	if err != nil {
		return material{}, err
	}
	texts := parseAll(ctx, records)
	if err := ctx.Err(); err != nil {
		return material{}, err
	}
	chosen, err := choose(texts, day)
	if err != nil {
		return material{}, err
	}
	say("正在从法规条文中提取权力事项")
	m := material{last: map[string]int{}, stages: realStages()}
	e := newExtractor(us)
	for i := range chosen {
		t := &chosen[i]
		t.record.Level = string(t.level)
		m.laws = append(m.laws, t.record)
		if a := t.parsed.Doc.Articles; len(a) > 0 {
			m.last[t.parsed.Title] = a[len(a)-1].Number.N
		}
		if t.repeals {
			m.repealed = append(m.repealed, e.powers(t)...)
		} else {
			m.sound = append(m.sound, e.powers(t)...)
		}
	}
	m.sound = oneHolder(m.sound)
	m.sound = append(m.sound, e.ofAll(m.sound)...)
	m.sound = append(m.sound, e.mentioned(m.sound, chosen)...)
	m.repealed = append(m.repealed, e.revived(chosen)...)
	m.reform = e.stretched(chosen)
	return m, nil
}

// readFolder reads the law records of a folder: lines of .jsonl and .jsonl.gz
// that have an id, a title and a text. Lines of files listed as truncated and
// local regulations of other provinces are left out.
func readFolder(dir string) ([]record, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.jsonl*"))
	if err != nil || len(names) == 0 {
		return nil, errs.NotFoundf("没有找到法规文本（.jsonl 或 .jsonl.gz）").At(dir).Fix("请检查 --laws 指定的文件夹")
	}
	slices.Sort(names)
	cut := map[string]bool{}
	var out []record
	for _, name := range names {
		err := readLines(name, func(b []byte) error {
			var r struct {
				record
				Complete string `json:"complete_copy_id"`
			}
			if err := json.Unmarshal(b, &r); err != nil {
				return errs.Invalidf("不是 JSON 行").At(filepath.Base(name)).Because(err)
			}
			switch {
			case r.Complete != "":
				cut[r.ID] = true
			case r.ID != "" && r.Title != "" && r.Text != "" && (r.Region == "" || r.Region == "山东"):
				out = append(out, r.record)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(out, func(r record) bool { return cut[r.ID] }), nil
}

// readLines hands every line of a file, packed or not, to f.
func readLines(name string, f func([]byte) error) error {
	file, err := os.Open(name)
	if err != nil {
		return errs.Wrap("read "+name, err)
	}
	defer file.Close()
	var r io.Reader = file
	if strings.HasSuffix(name, ".gz") {
		z, err := gzip.NewReader(file)
		if err != nil {
			return errs.Invalidf("压缩文件损坏").At(filepath.Base(name)).Because(err)
		}
		defer z.Close()
		r = z
	}
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<16), 1<<25)
	for sc.Scan() {
		if len(sc.Bytes()) == 0 {
			continue
		}
		if err := f(sc.Bytes()); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return errs.Invalidf("文件读取中断").At(filepath.Base(name)).Because(err)
	}
	return nil
}

// parseAll reads the records into documents on all processors, in their order;
// texts with serious faults are left out.
func parseAll(ctx context.Context, records []record) []text {
	out := make([]text, len(records))
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				out[i] = parseOne(records[i])
			}
		}()
	}
	for i := range records {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	return slices.DeleteFunc(out, func(t text) bool { return t.parsed.Key == "" })
}

func parseOne(r record) text {
	p, err := law.Read(law.Source{ID: r.ID, Title: r.Title, Level: r.Level, Issuer: r.Issuer, Region: r.Region,
		Publish: r.Publish, Effective: r.Effective, Origin: r.Source, Text: r.Text}, "")
	if err != nil {
		return text{}
	}
	return text{record: r, parsed: p, level: levelOf(r, p)}
}

// levelOf is the level of a document; for a compilation, which does not say
// it, the line on its making decides: by whose order it was issued.
func levelOf(r record, p law.Parsed) law.Level {
	if r.Level != "汇编" || p.Level == law.Statute || p.Level == law.AdminRegulation {
		return p.Level
	}
	head := clip(p.Doc.Preamble, 400)
	switch {
	case strings.Contains(r.Title, "最高人民法院") || strings.Contains(r.Title, "最高人民检察院"):
		return law.Interpretation
	case strings.Contains(head, "省人民政府令") || strings.Contains(head, "省政府令"):
		return law.ProvinceRule
	case strings.Contains(head, "人民代表大会常务委员会") && strings.HasPrefix(p.Title, "山东省"):
		return law.LocalRegulation
	case strings.Contains(head, "国务院令") && strings.HasSuffix(p.Title, "条例"):
		return law.AdminRegulation
	case strings.Contains(head, "令") && strings.Contains(head, "第") && len(p.Doc.Articles) > 4:
		return law.MinistryRule
	case len(p.Doc.Articles) > 4 && endsWith(p.Title, "规定", "办法", "规则", "细则", "规范") && !hasAny(p.Title, "中国共产党|国务院办公厅|仲裁"):
		if strings.HasPrefix(p.Title, "山东省") {
			return law.ProvinceRule
		}
		return law.MinistryRule
	default:
		return p.Level
	}
}

// choose takes the newest edition in force of each title, documents of the
// nation, the province and the city; then some that were repealed, for the
// seeded defects; then judicial interpretations until 1,519 are found.
func choose(texts []text, day string) ([]text, error) {
	newest := newestEditions(texts, day)
	ended := map[string]bool{}
	for _, t := range newest {
		if !ofThisCity(t) || !setting(t.level) || isAct(t.parsed.Title) || t.Status == "已废止" {
			continue // may not be among the chosen, so it cannot end one of them
		}
		for _, title := range t.parsed.Repeals {
			key := citation.NormalizeTitle(title)
			if key != t.parsed.Key && t.parsed.Dates.Effective != "" && t.parsed.Dates.Effective <= day {
				ended[key] = true
			}
		}
	}
	var law1, repealed, fill []text
	for _, t := range newest {
		t.repeals = ended[t.parsed.Key] || t.parsed.Dates.Repealed != "" && t.parsed.Dates.Repealed <= day
		switch {
		case !ofThisCity(t):
		case t.repeals:
			if ended[t.parsed.Key] && setting(t.level) {
				repealed = append(repealed, t)
			}
		case t.Status == "已废止":
		case t.level == law.Interpretation || isAct(t.parsed.Title):
			fill = append(fill, t)
		default:
			law1 = append(law1, t)
		}
	}
	for _, list := range [][]text{law1, repealed, fill} {
		sortTexts(list)
	}
	slices.SortStableFunc(law1, func(a, b text) int { return cmp.Compare(rank(a.level), rank(b.level)) })
	repealed = repealed[:min(len(repealed), 60)]
	law1 = law1[:min(len(law1), wantLaws-len(repealed))]
	out := append(law1, repealed...)
	fill = fill[:min(len(fill), wantLaws-len(out))]
	if out = append(out, fill...); len(out) < wantLaws {
		return nil, short("法规文本", len(out), wantLaws)
	}
	return out, nil
}

// newestEditions keeps of every title the last edition in force on the day.
func newestEditions(texts []text, day string) []text {
	best := map[string]int{}
	var out []text
	for _, t := range texts {
		d := t.parsed.Dates
		if d.Effective > day || d.Made > day {
			continue
		}
		i, seen := best[t.parsed.Key]
		switch {
		case !seen:
			best[t.parsed.Key] = len(out)
			out = append(out, t)
		case cmp.Or(d.Effective, d.Made) > cmp.Or(out[i].parsed.Dates.Effective, out[i].parsed.Dates.Made) &&
			(out[i].Level != "汇编" || t.Level != "汇编") && t.Level != "汇编" || out[i].Level == "汇编" && t.Level != "汇编":
			out[i] = t
		}
	}
	return out
}

func sortTexts(list []text) {
	slices.SortFunc(list, func(a, b text) int {
		return cmp.Or(cmp.Compare(a.parsed.Title, b.parsed.Title), cmp.Compare(a.ID, b.ID))
	})
}

// rank orders levels from high to low.
func rank(l law.Level) int { return slices.Index(law.Levels(), l) }

// isAct says whether a document only changes, approves or ends others.
func isAct(title string) bool {
	for _, w := range []string{"关于修改", "关于废止", "关于批准", "关于修订", "修正案", "关于授权", "关于加入", "的解释", "关于设立", "关于接受", "特赦", "new_file"} {
		if strings.Contains(title, w) {
			return true
		}
	}
	return false
}

// ofThisCity says whether a document applies in Liaocheng: the nation's, the
// province's or the city's own, never another place's.
func ofThisCity(t text) bool {
	title := strings.TrimLeft(t.parsed.Title, "《")
	if strings.HasPrefix(title, "山东省") || strings.HasPrefix(title, "聊城市") {
		return true
	}
	if t.Region != "" || hasAny(t.Source, "/民法典/|/刑法/") { // compilations cut codes into parts
		return false
	}
	for _, p := range strings.Fields(`北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海
台湾 内蒙古 广西 西藏 宁夏 新疆 香港 澳门 深圳 广州 杭州 南京 成都 武汉 西安 厦门 宁波 大连 青岛 济南 苏州 长春 沈阳 哈尔滨 珠海 汕头 合肥 福州 南昌 郑州 长沙 昆明 温州 无锡 银川 兰州 太原 石家庄 本溪 中国（`) {
		if strings.HasPrefix(title, p) {
			return false
		}
	}
	return true
}

// realStages cites the general laws of procedure article by article
// (行政处罚法, 行政许可法, 行政强制法, 山东省行政程序规定).
func realStages() stageBasis {
	at := func(law string, n int) string { return citation.Ref{Law: law, Article: n}.String() }
	const penalty, permit, coercion, shandong = "中华人民共和国行政处罚法", "中华人民共和国行政许可法", "中华人民共和国行政强制法", "山东省行政程序规定"
	b := map[power.Category]string{
		power.CategoryPenalty: at(penalty, 76), power.CategoryPermit: at(permit, 72), power.CategoryCoercion: at(coercion, 61),
	}
	for _, c := range power.Categories() {
		if b[c] == "" {
			b[c] = at("中华人民共和国公职人员政务处分法", 39)
		}
	}
	return stageBasis{
		penalty:  citeTable{"立案": at(penalty, 54), "调查": at(penalty, 55), "审查": at(penalty, 57), "告知": at(penalty, 44), "决定": at(penalty, 59), "送达": at(penalty, 61), "执行": at(penalty, 66)},
		permit:   citeTable{"受理": at(permit, 32), "审查": at(permit, 34), "决定": at(permit, 38), "送达": at(permit, 44), "事后监管": at(permit, 61)},
		coercion: citeTable{"审批": at(coercion, 18), "告知": at(coercion, 18), "决定": at(coercion, 24), "执行": at(coercion, 26), "解除": at(coercion, 28)},
		general: citeTable{"受理": at(shandong, 68), "审查": at(shandong, 69), "决定": at(shandong, 85), "送达": at(shandong, 96), "检查": at(shandong, 69),
			"处理": at(shandong, 86), "事后监管": at(shandong, 126)},
		blame: b,
	}
}
