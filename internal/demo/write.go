package demo

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/registry/power"
)

// Kinds of the city.
const (
	KindInvented = "示例法规"
	KindReal     = "真实文本"
)

// Options say how the city is made.
type Options struct {
	// Laws is a folder with real texts as .jsonl or .jsonl.gz lines; "" has
	// the laws invented.
	Laws string
	// Progress is told in Chinese what is being done; nil for silence.
	Progress func(string)
}

// Manifest describes a written city. Expect holds figures for tests only: the
// product counts its own.
type Manifest struct {
	Kind  string `json:"kind"`  // KindInvented or KindReal
	City  string `json:"city"`  // 聊城市
	Note  string `json:"note"`  // the sentence every use of the data must carry
	Files []file `json:"files"` // in the order of loading

	CheckDay         string `json:"check_day"`         // the day on which laws are judged
	DecidedDay       string `json:"decided_day"`       // decisions on every power
	ConsultationFrom string `json:"consultation_from"` // public consultation, first and last day
	ConsultationTo   string `json:"consultation_to"`
	ApprovedDay      string `json:"approved_day"`
	EffectiveDay     string `json:"effective_day"`

	Edition    string `json:"edition"`     // title of the list's first edition
	ApprovalNo string `json:"approval_no"` // number of the approval, invented
	Expect     Expect `json:"expect"`
}

// Expect holds the figures the city was built to.
type Expect struct {
	Reported   int            `json:"reported"`
	Added      int            `json:"added"`
	Split      int            `json:"split"`
	Kept       int            `json:"kept"`
	Units      int            `json:"units"`
	Laws       int            `json:"laws"`
	Categories map[string]int `json:"categories"` // kept, by category
	Fates      map[string]int `json:"fates"`      // reported, added and split, by 处置意见
	Outside    int            `json:"outside"`    // powers outside their unit's mandate
	Twins      int            `json:"twins"`      // powers that bear the name of the one they merge into
	Idle       int            `json:"idle"`       // mandate rows that no power answers to
}

// days are the dates of the clean-up.
type days struct {
	Check, Decided, From, To, Approved, Effective string
}

// daysOf gives the reform's own dates for invented laws; real texts are
// today's and need a present day.
func daysOf(kind string) days {
	if kind == KindReal {
		return days{"2026-09-15", "2026-09-28", "2026-10-01", "2026-10-25", "2026-10-28", "2026-11-01"}
	}
	return days{"2014-10-15", "2014-11-05", "2014-11-10", "2014-12-09", "2014-12-20", "2014-12-30"}
}

// Write writes the city's files into dir, which is created. A folder with
// other content is refused (Conflict); a city written before is written anew.
// The same options and law texts give the same bytes.
func Write(ctx context.Context, dir string, o Options) (*Manifest, error) {
	say := o.Progress
	if say == nil {
		say = func(string) {}
	}
	if err := prepare(dir); err != nil {
		return nil, err
	}
	us, kind := units(), KindInvented
	var m material
	if o.Laws == "" {
		say("正在生成示例法规")
		m = invent(us)
	} else {
		kind = KindReal
		var err error
		if m, err = readReal(ctx, o.Laws, us, daysOf(kind).Check, say); err != nil {
			return nil, err
		}
	}
	say("正在确定事项去留")
	c, err := plan(us, m, daysOf(kind).Check)
	if err != nil {
		return nil, err
	}
	files, err := c.write(ctx, dir, kind, say)
	if err != nil {
		return nil, err
	}
	man := c.manifest(kind, files)
	return man, writeManifest(dir, man)
}

// prepare makes the folder and refuses one that holds something else.
func prepare(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return errs.Invalidf("不能创建文件夹").At(dir).Because(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return errs.Invalidf("不能读取文件夹").At(dir).Because(err)
	}
	if len(entries) == 0 {
		return nil
	}
	b, err := os.ReadFile(filepath.Join(dir, ManifestName))
	var old Manifest
	if err != nil || json.Unmarshal(b, &old) != nil || old.City != cityName {
		return errs.Conflictf("文件夹不是空的，也不是演示数据").At(dir).Fix("请换一个空文件夹")
	}
	for _, f := range old.Files {
		if !filepath.IsLocal(f.Path) {
			return errs.Conflictf("清单文件中的路径“%s”不在文件夹内", f.Path).At(dir)
		}
		if err := os.Remove(filepath.Join(dir, f.Path)); err != nil && !os.IsNotExist(err) {
			return errs.Wrap("remove old "+f.Path, err)
		}
	}
	return nil
}

const (
	// ManifestName is the file that makes a folder a written city.
	ManifestName = "manifest.json"
	cityName     = "聊城市"
)

// write writes all files but the manifest, in the order of loading.
func (c *city) write(ctx context.Context, dir, kind string, say func(string)) ([]file, error) {
	files, err := c.tables(dir)
	if err != nil {
		return nil, err
	}
	laws, err := c.library(dir, kind)
	if err != nil {
		return nil, err
	}
	say("正在写出各部门工作簿")
	books, err := c.workbooks(ctx, dir, say)
	if err != nil {
		return nil, err
	}
	decisions, err := c.decisions(dir, daysOf(kind))
	if err != nil {
		return nil, err
	}
	files = append(files[:2:2], append([]file{laws}, files[2:]...)...)
	return append(append(files, books...), decisions), nil
}

// library writes the law library; real texts are packed.
func (c *city) library(dir, kind string) (file, error) {
	f := file{Path: "laws.jsonl", Role: "laws"}
	if kind == KindReal {
		f.Path += ".gz"
	}
	w, err := os.Create(filepath.Join(dir, f.Path))
	if err != nil {
		return f, errs.Wrap("write laws", err)
	}
	defer w.Close()
	var to io.Writer = w
	if kind == KindReal {
		z := gzip.NewWriter(w)
		defer z.Close()
		to = z
	}
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	for _, l := range c.m.laws {
		if err := enc.Encode(l); err != nil {
			return f, errs.Wrap("write laws", err)
		}
	}
	return f, nil
}

// manifest describes what was written.
func (c *city) manifest(kind string, files []file) *Manifest {
	d := daysOf(kind)
	year, _, _ := strings.Cut(d.Effective, "-")
	m := &Manifest{
		Kind: kind, City: cityName, Note: "演示数据，非官方数据；各去向的数目为推演。", Files: files,
		CheckDay: d.Check, DecidedDay: d.Decided, ConsultationFrom: d.From, ConsultationTo: d.To, ApprovedDay: d.Approved, EffectiveDay: d.Effective,
		Edition: "聊城市市级行政权力清单（" + year + "年演示版）", ApprovalNo: "聊政发〔" + year + "〕示例58号",
		Expect: Expect{Units: len(c.units), Laws: len(c.m.laws), Idle: wantIdle, Categories: map[string]int{}, Fates: map[string]int{}},
	}
	e := &m.Expect
	for _, r := range c.rows {
		e.Fates[string(r.fate)]++
		if r.fate.kept() {
			e.Kept++
			e.Categories[string(r.cat)]++
		}
		if r.outside {
			e.Outside++
		}
		if r.into != nil && r.into.name == r.name {
			e.Twins++
		}
		switch r.origin {
		case power.Reported:
			e.Reported++
		case power.Supplement:
			e.Added++
		case power.Split:
			e.Split++
		}
	}
	return m
}

func writeManifest(dir string, m *Manifest) error {
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return errs.Wrap("write manifest", err)
	}
	return errs.Wrap("write manifest", os.WriteFile(filepath.Join(dir, ManifestName), append(b, '\n'), 0o644))
}
