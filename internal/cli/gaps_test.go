package cli_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"qingdan/internal/cli"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

// furnishGaps adds a law whose first article grants a licence and whose second
// one grants an inspection, and two powers on the first, one of them a reward.
func furnishGaps(t *testing.T, dsn string) {
	t.Helper()
	db, l := testkit.OpenDSN(t, dsn)
	p, err := law.Read(law.Source{ID: "water", Title: "中华人民共和国节水法", Level: "法律", Text: `中华人民共和国节水法

第一条 取水的，应当经水行政主管部门批准。

第二条 水行政主管部门应当对用水单位进行监督检查。

第三条 本法自2010年1月1日起施行。
`}, "")
	if err != nil {
		t.Fatal(err)
	}
	actor := ledger.Actor{ID: "test", Name: "测试", Role: "操作员"}
	if _, err := law.Load(t.Context(), l, actor, p); err != nil {
		t.Fatal(err)
	}
	err = l.Load(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
		water, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: "示例市水利局"})
		if err != nil {
			return err
		}
		for code, c := range map[string]power.Category{"A-1": power.CategoryPermit, "A-2": power.CategoryReward} {
			v := power.Version{Department: water, Category: c, Name: "取水" + code, Citations: power.ParseBasis("《节水法》第一条")}
			if _, err := power.Add(ctx, tx, power.Report{Code: code, Division: "371500", Origin: power.Reported, State: power.Review, Version: v}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestLawGaps(t *testing.T) {
	dsn := testkit.DSN(t, sqldb.SQLite)
	furnishGaps(t, dsn)
	run := func(c cli.LawGapsCmd) (string, error) {
		var out bytes.Buffer
		err := c.Run(t.Context(), &cli.App{DB: dsn}, cli.Env{Stdout: &out, Stderr: &out, Clock: func() time.Time { return time.Unix(1.6e9, 0) }})
		return out.String(), err
	}
	got, err := run(cli.LawGapsCmd{JSON: true})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"kind":"ungranted","department":"示例市水利局","category":"行政奖励","code":"A-2","name":"取水A-2","strong":false,"articles":["《节水法》第一条"],"reason":"引用的条文授予的是行政许可，没有授予行政奖励"}
{"kind":"uncited","department":"示例市水利局","category":"行政监督","articles":["《中华人民共和国节水法》第二条"],"body":"水行政主管部门","matter":"水行政主管部门应当对用水单位进行监督检查","sentence":"水行政主管部门应当对用水单位进行监督检查","reason":"本部门的权力和三定职责 2 次引用该法，1 项权力依据的条文授权“水行政主管部门”"}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got, err = run(cli.LawGapsCmd{Department: "示例市水利局"}); err != nil || !strings.Contains(got, "候选") || !strings.Contains(got, "取水A-2") {
		t.Errorf("table: %v\n%s", err, got)
	}
	if _, err = run(cli.LawGapsCmd{Department: "没有的局"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("unknown department: %v", err)
	}
	if _, err = run(cli.LawGapsCmd{Day: "昨天"}); errs.KindOf(err) != errs.Invalid {
		t.Errorf("bad day: %v", err)
	}
}
