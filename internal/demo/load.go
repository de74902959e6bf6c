package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
)

// Loaded tells how far the house was and is: Already when the edition was
// published before.
type Loaded struct {
	Already bool
	Edition list.Edition
}

// Load feeds a written city through import, check, decisions and publication:
// the code a user calls, and nothing else. It may be interrupted and called
// again: what is in the house already is left, and the rest follows. say is
// told in Chinese what is being done.
func Load(ctx context.Context, db *sqldb.DB, l *ledger.Ledger, dir string, say func(string)) (Loaded, error) {
	m, err := readManifest(dir)
	if err != nil {
		return Loaded{}, err
	}
	ld := &loader{db: db, ledger: l, dir: dir, m: m, say: say, actor: demoActor()}
	if e, err := list.InForce(ctx, db, ld.division(), m.EffectiveDay); err == nil {
		return Loaded{true, e}, nil
	}
	for _, step := range []func(context.Context) error{ld.site, ld.divisions, ld.departments, ld.mandates, ld.lists, ld.laws, ld.workbooks, ld.check, ld.decide} {
		if err := step(ctx); err != nil {
			return Loaded{}, errs.Wrap("load demo", err)
		}
	}
	say("公布清单")
	p, err := publish.Publish(ctx, l, ld.actor, publish.Order{Division: ld.division(), Title: m.Edition, Effective: m.EffectiveDay,
		ConsultedFrom: m.ConsultationFrom, ConsultedTo: m.ConsultationTo, ApprovedBy: m.City + "人民政府", Approval: m.ApprovalNo, ApprovedOn: m.ApprovedDay})
	return Loaded{Edition: p.Edition}, errs.Wrap("load demo", err)
}

func readManifest(dir string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return nil, errs.NotFoundf("没有演示数据").At(dir).Fix("请先运行 qingdan demo write").Because(err)
	}
	m := new(Manifest)
	if err := json.Unmarshal(b, m); err != nil {
		return nil, errs.Invalidf("演示数据的目录文件坏了").At(dir).Fix("请删掉文件夹重新生成").Because(err)
	}
	return m, nil
}

type loader struct {
	db     *sqldb.DB
	ledger *ledger.Ledger
	dir    string
	m      *Manifest
	say    func(string)
	actor  ledger.Actor
}

// demoActor is in whose name the city is loaded.
func demoActor() ledger.Actor {
	return ledger.Actor{ID: "demo", Name: "演示数据", Role: "操作员"}
}

// cityCode is 聊城市 in GB/T 2260.
const cityCode = "371500"

func (ld *loader) division() string { return cityCode }

func (ld *loader) read(name string) ([]byte, error) {
	b, err := os.ReadFile(filepath.Join(ld.dir, name))
	return b, errs.Wrap("read "+name, err)
}

func (ld *loader) load(ctx context.Context, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return ld.ledger.Load(ctx, ld.actor, fn)
}

func (ld *loader) site(ctx context.Context) error {
	s, err := org.ReadSite(ctx, ld.db)
	if err != nil || s.Division != "" {
		return err
	}
	return ld.load(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		return org.SetSite(ctx, tx, org.Site{Division: ld.division(), Name: ld.m.City + "行政权力运行平台", Sponsor: ld.m.City + "人民政府", Hotline: "12345", Demo: ld.m.Note})
	})
}

func (ld *loader) divisions(ctx context.Context) error {
	b, err := ld.read("divisions.csv")
	if err != nil {
		return err
	}
	rows, err := org.ReadDivisions(b, "divisions.csv", "1949-10-01")
	if err != nil {
		return err
	}
	return ld.load(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		_, err := org.AddDivisions(ctx, tx, rows)
		return err
	})
}

func (ld *loader) departments(ctx context.Context) error {
	known, err := org.Departments(ctx, ld.db, ld.division())
	if err != nil || len(known) > 0 {
		return err
	}
	ld.say("导入部门")
	b, err := ld.read("departments.csv")
	if err != nil {
		return err
	}
	rows, err := org.ReadDepartments(b, "departments.csv")
	if err != nil {
		return err
	}
	return ld.load(ctx, func(ctx context.Context, tx *ledger.Tx) error {
		for _, d := range rows {
			if _, err := org.AddDepartment(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

func (ld *loader) mandates(ctx context.Context) error {
	known, err := org.Mandates(ctx, ld.db)
	if err != nil || len(known) > 0 {
		return err
	}
	ld.say("导入三定规定")
	b, err := ld.read("mandates.csv")
	if err != nil {
		return err
	}
	rows, err := org.ReadMandates(b, "mandates.csv")
	if err != nil {
		return err
	}
	return ld.load(ctx, func(ctx context.Context, tx *ledger.Tx) error { return org.AddMandateRows(ctx, tx, rows) })
}

func (ld *loader) lists(ctx context.Context) error {
	for _, f := range []struct {
		file  string
		kind  list.Kind
		title string
	}{
		{"catalogue.csv", list.Catalogue, ld.m.City + "行政审批事项目录"},
		{"peer.csv", list.Peer, "其他地方的权力清单"},
	} {
		b, err := ld.read(f.file)
		if err != nil {
			return err
		}
		items, err := list.ReadItems(b, f.file)
		if err != nil {
			return err
		}
		err = ld.load(ctx, func(ctx context.Context, tx *ledger.Tx) error {
			return list.AddItems(ctx, tx, list.List{Division: ld.division(), Kind: f.kind, Title: f.title}, items)
		})
		if err != nil && errs.KindOf(err) != errs.Conflict {
			return err
		}
	}
	return nil
}

// laws loads the library, one document a transaction. Whatever is there
// already stays.
func (ld *loader) laws(ctx context.Context) error {
	ld.say("导入法规")
	name := ""
	for _, f := range ld.m.Files {
		if f.Role == "laws" {
			name = f.Path
		}
	}
	b, err := ld.read(name)
	if err != nil {
		return err
	}
	return law.ReadSources(b, name, func(s law.Source, bad error) error {
		if bad != nil {
			return bad
		}
		p, err := law.Read(s, "")
		if err != nil {
			return err
		}
		_, err = law.Load(ctx, ld.ledger, ld.actor, p)
		return err
	})
}

func (ld *loader) workbooks(ctx context.Context) error {
	for _, f := range ld.m.Files {
		origin := power.Reported
		switch f.Role {
		case "powers":
		case "supplement":
			origin = power.Supplement
		default:
			continue
		}
		b, err := ld.read(f.Path)
		if err != nil {
			return err
		}
		out, err := inventory.Import(ctx, ld.ledger, ld.db, ld.actor, b, inventory.Options{File: filepath.Base(f.Path), Division: ld.division(), Origin: origin, Day: ld.m.CheckDay})
		if errs.KindOf(err) == errs.Conflict {
			continue // taken in before an interruption
		}
		if err != nil {
			return err
		}
		ld.say(fmt.Sprintf("导入 %s：%d 项", f.Path, out.Imported))
	}
	return nil
}

func (ld *loader) check(ctx context.Context) error {
	ld.say("五对照、六查看")
	c, err := inventory.CheckAndSave(ctx, ld.ledger, ld.db, ld.actor, ld.m.CheckDay, nil)
	if err == nil {
		ld.say(fmt.Sprintf("审核 %d 项，发现 %d 条", c.Powers, len(c.Found)))
	}
	return err
}

func (ld *loader) decide(ctx context.Context) error {
	waiting, err := power.Changes(ctx, ld.db, power.Review)
	if err != nil || len(waiting) == 0 {
		return err
	}
	ld.say("执行处置决定")
	b, err := ld.read("decisions.xlsx")
	if err != nil {
		return err
	}
	ds, err := reduce.ReadDecisions(b, "decisions.xlsx")
	if err != nil {
		return err
	}
	_, err = reduce.Apply(ctx, ld.ledger, ld.actor, ds)
	return err
}
