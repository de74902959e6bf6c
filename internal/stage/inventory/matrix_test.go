package inventory

import (
	"context"
	"slices"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// Duties and powers are held against each other both ways: a row without power is
// idle, but not the closing row; a power without row is uncovered, but not where
// no 三定 is there; each match says what it rests on; a power under way is there
// once, as the change words it.
//
// tests:五对照/4
func TestMandateMatrixBothWays(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := t.Context()
		actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
		departments := map[string]sqldb.ID{}
		report := func(ctx context.Context, tx *ledger.Tx, code, department, name, basis string, s power.State) (power.Ids, error) {
			return power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: s, Version: power.Version{
				Department: departments[department], Category: power.CategoryPermit, Name: name, Elements: power.Elements{Basis: basis}, Citations: power.ParseBasis(basis)}})
		}
		var listed power.Ids
		err := l.Load(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
			for _, name := range []string{"市水利局", "市气象局"} {
				id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: name, ValidFrom: "2010-01-01"})
				if err != nil {
					return err
				}
				departments[name] = id
			}
			if err := org.AddMandates(ctx, tx, departments["市水利局"], []org.Mandate{
				{No: 1, Text: "组织实施取水许可和水资源有偿使用", Basis: "《示例水法》"},
				{No: 2, Text: "负责河道采砂许可管理"},
				{No: 3, Text: "指导农村水能资源开发"},
				{No: 4, Text: "承办市政府交办的其他事项"},
			}); err != nil {
				return err
			}
			for _, p := range []struct {
				code, department, name, basis string
				state                         power.State
			}{
				{"1", "市水利局", "取水许可", "《示例水法》第二条", power.Review},
				{"2", "市水利局", "河道采砂许可", "《示例河道条例》第一条", power.SelfCheck},
				{"3", "市水利局", "烟花爆竹经营许可", "《示例安全条例》第一条", power.HandedUp},
				{"4", "市水利局", "排污许可", "《示例环保法》第一条", power.Cancelled},
				{"5", "市气象局", "升放气球许可", "《示例气象法》第一条", power.Review},
			} {
				if _, err := report(ctx, tx, p.code, p.department, p.name, p.basis, p.state); err != nil {
					return err
				}
			}
			var err error
			listed, err = report(ctx, tx, "6", "市水利局", "取水", "《示例水法》第三条", power.Published)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		err = l.Write(ctx, actor, func(ctx context.Context, tx *ledger.Tx) error {
			c, err := power.Newest(ctx, tx, listed.Power)
			if err != nil {
				return err
			}
			v, err := power.VersionByID(ctx, tx, c.Version)
			if err != nil {
				return err
			}
			v.Name = "取水许可证核发"
			_, err = power.Revise(ctx, tx, c, v, power.HandedUp, "名称改为目录名称")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}

		all, err := MandateMatrix(ctx, db)
		if err != nil || len(all) != 2 {
			t.Fatalf("%d matrices, %v", len(all), err)
		}
		one, err := MandateMatrix(ctx, db, departments["市水利局"])
		if err != nil || len(one) != 1 {
			t.Fatalf("%d matrices, %v", len(one), err)
		}
		water := one[0]
		var idle, uncovered, names []string
		for _, d := range water.Duties {
			if d.Idle {
				idle = append(idle, d.Text)
			}
		}
		for _, p := range water.Powers {
			names = append(names, p.Name)
			if len(p.Links) == 0 {
				uncovered = append(uncovered, p.Name)
			}
		}
		for _, x := range []struct {
			what      string
			got, want []string
		}{
			{"idle", idle, []string{"指导农村水能资源开发"}}, {"uncovered", uncovered, []string{"烟花爆竹经营许可"}},
			{"powers", names, []string{"取水许可", "河道采砂许可", "烟花爆竹经营许可", "取水许可证核发"}},
		} {
			if !slices.Equal(x.got, x.want) {
				t.Errorf("%s: %v, want %v", x.what, x.got, x.want)
			}
		}
		if water.Idle() != 1 || water.Uncovered() != 1 {
			t.Errorf("counts %d and %d, want 1 and 1", water.Idle(), water.Uncovered())
		}
		if l := water.Duties[0].Links; len(l) != 2 || l[0].Ground != "职责和依据都写明《示例水法》" || water.Powers[l[1].Power].Name != "取水许可证核发" {
			t.Errorf("links of the first duty: %+v", l)
		}
		if l := water.Powers[1].Links; len(l) != 1 || l[0].Duty != 1 || l[0].Ground != "事项名称的 100% 见于职责文字" {
			t.Errorf("links of 河道采砂许可: %+v", l)
		}
		for _, m := range all {
			if m.Department == departments["市气象局"] && (m.Uncovered() != 0 || len(m.Powers) != 1) {
				t.Errorf("without 三定: %+v", m)
			}
		}
	})
}

// tests:两摸清/2
func TestExtentNamesWhatIsMissing(t *testing.T) {
	whole := power.Version{Level: "市级", Elements: power.Elements{Content: "审查取水申请", Object: "单位和个人"}, Citations: power.ParseBasis("《示例水法》第二条")}
	for _, x := range []struct {
		what   string
		change func(*power.Version)
		part   string
		want   AspectState
	}{
		{"whole", func(*power.Version) {}, "行使内容", Written},
		{"no content", func(v *power.Version) { v.Elements.Content = " " }, "行使内容", Missing},
		{"no object", func(v *power.Version) { v.Elements.Object = "" }, "服务对象", Missing},
		{"no level", func(v *power.Version) { v.Level = "" }, "层级划分", Missing},
		{"one level", func(*power.Version) {}, "层级划分", Written},
		{"two levels, nobody says which does what", func(v *power.Version) { v.Level = "市级、县级" }, "层级划分", Missing},
		{"two levels, split", func(v *power.Version) {
			v.Level, v.Elements.Content = "市级、县级", "日取水一万方以上的由市水利局审查，以下的由县水利局审查"
		}, "层级划分", Written},
		{"nothing excluded", func(*power.Version) {}, "除外情形", NotAsked},
		{"excluded by an article", func(v *power.Version) { v.Elements.Content += "，农村零星取水除外" }, "除外情形", Written},
		{"excluded by nothing", func(v *power.Version) {
			v.Elements.Content, v.Citations = "审查取水申请，零星取水除外", nil
		}, "除外情形", Missing},
		{"no article", func(v *power.Version) { v.Citations = power.ParseBasis("《示例水法》") }, "依据条款", Missing},
	} {
		v := whole
		x.change(&v)
		for i, a := range Extent(v) {
			if a.Name != Aspects()[i] {
				t.Errorf("part %d is %s, Aspects says %s", i, a.Name, Aspects()[i])
			}
			if a.Name == x.part && a.State != x.want {
				t.Errorf("%s: %s is %d, want %d", x.what, x.part, a.State, x.want)
			}
		}
	}
}
