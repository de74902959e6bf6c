package audit_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/web"
)

func TestShots(t *testing.T) {
	b := open(t, sqldb.SQLite)
	depts := []string{"市住房城乡建设局", "市生态环境局", "市应急管理局", "市卫生健康委员会", "市市场监督管理局"}
	b.Act(func(ctx context.Context, tx *ledger.Tx) error {
		return org.SetSite(ctx, tx, org.Site{Division: "371500", Name: "聊城市行政权力运行平台", Sponsor: "聊城市人民政府", Hotline: "12345"})
	})
	ids := []sqldb.ID{b.water}
	for _, d := range depts {
		id := b.Department(d)
		b.Act(func(ctx context.Context, tx *ledger.Tx) error { return people.AssignDepartment(ctx, tx, id, 1) })
		ids = append(ids, id)
	}
	b.ActAs(b.legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		return round.Close(ctx, tx, who, b.campaign)
	})
	b.ActAs(b.legal, func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		_, err := round.Open(ctx, tx, who, round.Plan{Title: "2026年权力清单集中清理", Departments: ids, Due: [round.Final]string{"2099-03-31", "2099-04-30", "2099-05-31", "2099-06-30"}})
		return err
	})
	b.Act(func(ctx context.Context, tx *ledger.Tx) error {
		return org.AddMandates(ctx, tx, b.water, []org.Mandate{{No: 1, Text: "组织实施取水许可和水资源有偿使用制度", Basis: "《中华人民共和国水法》"}, {No: 2, Text: "负责河道采砂许可管理"}, {No: 3, Text: "指导农村水能资源开发"}, {No: 4, Text: "承办市政府交办的其他事项"}})
	})
	stems := []string{"取水许可", "河道管理范围内建设项目工程建设方案审批", "生产建设项目水土保持方案审批", "食品经营许可", "道路货物运输经营许可", "对未经批准擅自取水行为的处罚", "对拒不缴纳水资源费行为的处罚", "查封违法取水设施", "水资源费征收", "节约用水先进单位奖励", "水土保持设施验收确认", "对饮用水水源保护区的监督检查"}
	cats := []power.Category{power.CategoryPermit, power.CategoryPermit, power.CategoryPermit, power.CategoryPermit, power.CategoryPermit, power.CategoryPenalty, power.CategoryPenalty, power.CategoryCoercion, power.CategoryLevy, power.CategoryReward, power.CategoryConfirmation, power.CategorySupervision}
	found := map[string][]finding.Finding{}
	k := 0
	for di, d := range ids {
		for i := range 60 {
			name := stems[i%len(stems)]
			if i >= len(stems) || di > 0 {
				name = fmt.Sprintf("%s（第%d类情形）", name, di*60+i)
			}
			b.add(d, cats[i%len(stems)], name)
			switch k % 9 {
			case 3:
				found[name] = []finding.Finding{against("五对照/3", finding.Blocks, "《示例条例》在 2014-10-15 没有效力：已于 2013-05-01 废止"), against("六查看/1", finding.Blocks, "没有一条依据在审核日有效"), against("六查看/5", finding.Asks, "依申请办理，却没有法定时限和承诺时限")}
			case 5:
				found[name] = []finding.Finding{against("五对照/4", finding.Asks, "与市住房城乡建设局的事项同名，职责交叉")}
			case 7:
				found[name] = []finding.Finding{against("五对照/5", finding.Tells, "其他地方的清单里没有这一项")}
			}
			k++
		}
		if di < 5 {
			b.handUp(d, b.leader)
		}
	}
	b.check(found)
	b.object("取水许可", "basis", "no_basis", "设定依据只引了第四十八条第一款，请补充第七条关于取水许可制度的规定，并注明款项。")
	b.object("对未经批准擅自取水行为的处罚", "name", "bad_name", "请按目录统一为“未经批准擅自取水的处罚”。")
	b.handDown()
	b.amend("取水许可", func(v *power.Version) {
		v.Elements.Office, v.Level = "水资源管理科（行政许可科）", "市级、县级"
		v.Elements.Basis = "《中华人民共和国水法》第七条、第四十八条第一款：直接从江河、湖泊或者地下取用水资源的单位和个人，应当按照国家取水许可制度的规定，向水行政主管部门申请领取取水许可证，并缴纳水资源税，取得取水权。"
	})
	b.answer("取水许可", round.Partly, "第七条已补充；第四十八条第二款针对家庭生活少量取水，不属于本事项，未引用。")
	b.answer("对未经批准擅自取水行为的处罚", round.Refuse, "现名称与《中华人民共和国水法》第六十九条的表述一致。")
	b.handUp(b.water, b.leader)
	b.check(found)
	for i, name := range []string{"河道管理范围内建设项目工程建设方案审批", "生产建设项目水土保持方案审批", "对拒不缴纳水资源费行为的处罚"} {
		if a := b.Post(b.reviewer, b.path(name)+"/confirm", form("version", b.version(name))); a.Status != 303 {
			t.Log(i, a.Status, a.Body)
		}
	}
	b.object("水资源费征收", "fee_basis", "missing", "请写明收费标准和依据。")

	st, err := web.NewStaff(web.Config{DB: b.DB, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}, web.StaffConfig{DB: b.DB, Ledger: b.Ledger, Gate: session.New(b.DB, session.Options{Clock: time.Now})})
	must(t, err)
	who := b.reviewer
	mode := "normal"
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.AddCookie(&http.Cookie{Name: "session", Value: who.Token})
		r.AddCookie(&http.Cookie{Name: "view", Value: mode})
		st.ServeHTTP(w, r)
	}))
	defer srv.Close()
	path := "/usr/bin/chromium"
	if _, err := os.Stat(path); err != nil {
		path = ""
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WSURLReadTimeout(time.Minute))
	if path != "" {
		opts = append(opts, chromedp.ExecPath(path))
	}
	ctx, stop := chromedp.NewExecAllocator(context.Background(), opts...)
	defer stop()
	ctx, closeTab := chromedp.NewContext(ctx)
	defer closeTab()
	must(t, os.MkdirAll("/tmp/h7shots", 0o755))
	shot := func(name, url string, w, h int64, m string, full bool) {
		t.Helper()
		mode = m
		must(t, chromedp.Do(ctx, chromedp.EmulateViewport(w, h)))
		must(t, chromedp.Do(ctx, chromedp.Navigate(srv.URL+url)))
		time.Sleep(300 * time.Millisecond)
		action := chromedp.CaptureScreenshot()
		if full {
			action = chromedp.FullScreenshot(100)
		}
		png, err := chromedp.Run(ctx, action)
		must(t, err)
		must(t, os.WriteFile("/tmp/h7shots/"+name+".png", png, 0o644))
	}
	shot("queue", "/audit/queue", 1680, 950, "normal", false)
	shot("queue-sel", "/audit/queue?category="+"%E8%A1%8C%E6%94%BF%E5%AE%A1%E6%89%B9&hint=none&open="+b.powers["取水许可"].Power.String(), 1680, 950, "normal", false)
	shot("queue-elder", "/audit/queue", 1680, 950, "elder", false)
	shot("queue-contrast", "/audit/queue", 1680, 950, "contrast", false)
	shot("queue-phone", "/audit/queue", 390, 1500, "normal", false)
	shot("queue-1280", "/audit/queue", 1280, 900, "normal", false)
	shot("power-finding", b.path("食品经营许可")+"?from=%E4%BA%94%E5%AF%B9%E7%85%A7/3&n=0", 1680, 950, "normal", true)
	shot("queue-panel", "/audit/queue?open="+b.powers["食品经营许可"].Power.String(), 1680, 2400, "normal", false)
	shot("power", b.path("取水许可"), 1680, 950, "normal", true)
	shot("power-phone", b.path("取水许可"), 390, 2400, "normal", false)
	shot("board", "/audit/board", 1680, 950, "normal", true)
	shot("mandates", "/audit/mandates", 1680, 950, "normal", false)
	shot("mandate", "/audit/mandates/"+b.water.String(), 1680, 950, "normal", true)
}
