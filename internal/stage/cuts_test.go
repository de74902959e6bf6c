package stage_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/stage/publish"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/delegate"
	"qingdan/internal/testkit"
)

// cuts is a house of two departments with people who cut.
type cuts struct {
	t                          testing.TB
	db                         *sqldb.DB
	ledger                     *ledger.Ledger
	water, roads               sqldb.ID
	reviewer, other            *people.Who // other reviews roads only
	leading, second, headWater *people.Who
	headRoads, legal           *people.Who
}

// cutting reviews licences of both departments; codes that begin with B are of
// the second one.
func cutting(t *testing.T, db *sqldb.DB, l *ledger.Ledger, codes ...string) *cuts {
	t.Helper()
	c := &cuts{t: t, db: db, ledger: l}
	house(t, l)
	must(t, l.Load(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) (err error) {
		c.roads, err = org.AddDepartment(ctx, tx, org.Department{Division: city, Name: "市公路局", Short: "公路局", Nature: "法定机关", ValidFrom: "2010-01-01"})
		return err
	}))
	all, err := org.Departments(t.Context(), db, city)
	must(t, err)
	for _, d := range all {
		if d.ID != c.roads {
			c.water = d.ID
		}
	}
	var rows [][]string
	for _, code := range codes {
		r := map[string]string{"权力类别": "行政审批", "事项编码": code, "事项名称": "许可" + code, "设定依据": "《示例取水条例》第二条", "依申请或依职权": "依申请"}
		if strings.HasPrefix(code, "B") {
			r["实施主体"] = "市公路局"
		}
		if strings.HasSuffix(code, "无") {
			r["设定依据"] = "《示例节水办法》第九条"
		}
		rows = append(rows, row(r))
	}
	_, err = inventory.Import(t.Context(), l, db, actor, book(t, rows...), inventory.Options{File: "上报.xlsx", Division: city, Origin: power.Reported})
	must(t, err)
	_, err = inventory.CheckAndSave(t.Context(), l, db, actor, "2014-10-15", nil)
	must(t, err)
	person := func(name string, r people.Role, w people.Who) *people.Who {
		w.Account, w.Name, w.Roles = sqldb.NewID(), name, []people.Role{r}
		return &w
	}
	c.reviewer = person("审示例", people.Reviewer, people.Who{Group: 1, Reviews: []sqldb.ID{c.water, c.roads}})
	c.other = person("路审示例", people.Reviewer, people.Who{Group: 2, Reviews: []sqldb.ID{c.roads}})
	c.leading, c.second = person("领示例", people.Leading, people.Who{}), person("导示例", people.Leading, people.Who{})
	c.headWater, c.headRoads = person("水示例", people.Head, people.Who{Department: c.water}), person("路示例", people.Head, people.Who{Department: c.roads})
	c.legal = person("法示例", people.Legal, people.Who{})
	return c
}

func (c *cuts) act(who *people.Who, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	return c.ledger.Write(context.Background(), who.Actor(), fn)
}

func (c *cuts) power(code string) sqldb.ID {
	c.t.Helper()
	p, err := power.ByCode(context.Background(), c.db, code)
	if err != nil {
		c.t.Fatal(err)
	}
	return p.ID
}

func (c *cuts) propose(who *people.Who, code string, f reduce.ProposalForm) (id sqldb.ID, err error) {
	f.Power = c.power(code)
	err = c.act(who, func(ctx context.Context, tx *ledger.Tx) error {
		id, err = reduce.Propose(ctx, tx, who, f)
		return err
	})
	return id, err
}

func (c *cuts) proposed(code string, f reduce.ProposalForm) sqldb.ID {
	c.t.Helper()
	id, err := c.propose(c.reviewer, code, f)
	if err != nil {
		c.t.Fatal(code, err)
	}
	return id
}

func (c *cuts) carry(ids ...sqldb.ID) (reduce.Applied, error) {
	return reduce.Carry(context.Background(), c.ledger, c.leading, ids, "市政府", "2014-11-05")
}

func (c *cuts) state(code string) power.State {
	c.t.Helper()
	n, err := power.Newest(context.Background(), c.db, c.power(code))
	if err != nil {
		c.t.Fatal(err)
	}
	return n.State
}

func (c *cuts) balanced() reduce.Balance {
	c.t.Helper()
	all, err := reduce.Balances(context.Background(), c.db)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := reduce.CheckBalance(all); err != nil {
		c.t.Fatal(err)
	}
	return all[0]
}

var (
	noBasis = reduce.ProposalForm{Fate: reduce.Cancel, Ground: reduce.GroundNoBasis, Reason: "所引办法并不存在，依据不足"}
	reform  = reduce.ProposalForm{Fate: reduce.Cancel, Ground: reduce.GroundReform, Reason: "按国发〔2014〕27号停止实施", Followup: "由水政监察支队随机抽查"}
	down    = reduce.ProposalForm{Fate: reduce.Delegate, Target: "莘县", TargetKind: "县级", LegalForm: reduce.BySuperior, Reason: "按鲁政发〔2014〕5号下放县级"}
	society = reduce.ProposalForm{Fate: reduce.Transfer, Target: "市水利行业协会", TargetKind: "行业组织", Receiver: "民政部门登记的社团法人，章程写明行业自律", Reason: "可由行业自律管理"}
	frozen  = reduce.ProposalForm{Fate: reduce.Freeze, Reason: "近三年没有办件，先行冻结"}
)

func into(code string) reduce.ProposalForm {
	return reduce.ProposalForm{Fate: reduce.Merge, Into: code, Reason: "与牵头部门的事项同出一条，合并行使"}
}

func wants(t *testing.T, what string, err error, k errs.Kind) {
	t.Helper()
	if err == nil || errs.KindOf(err) != k {
		t.Errorf("%s: %v, want %v", what, err, k)
	}
}

// tests:减权/1 减权/2 减权/3 减权/4 减权/5
func TestAProposalIsHeldAgainstItsGround(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "A3无", "B1")
		with := func(f reduce.ProposalForm, edit func(*reduce.ProposalForm)) reduce.ProposalForm { edit(&f); return f }
		for what, p := range map[string]struct {
			code, place string
			form        reduce.ProposalForm
		}{
			"want of basis where the checks found none":  {"A1", "处置意见", noBasis},
			"a cancellation that nobody watches":         {"A1", "后续监管", with(reform, func(f *reduce.ProposalForm) { f.Followup = "" })},
			"a statute's licence without superior word":  {"A1", "说明", with(reform, func(f *reduce.ProposalForm) { f.Reason = "不符合改革方向" })},
			"handing down to nobody":                     {"A1", "去向", with(down, func(f *reduce.ProposalForm) { f.Target = "" })},
			"handing down by a form its reason denies":   {"A1", "法律形式", with(down, func(f *reduce.ProposalForm) { f.LegalForm = reduce.ByEntrusted })},
			"handing down by a statute it does not name": {"A1", "法律形式", with(down, func(f *reduce.ProposalForm) { f.LegalForm = reduce.ByStatute })},
			"entrusting that moves the liability": {"A1", "说明", with(down, func(f *reduce.ProposalForm) {
				f.LegalForm, f.Reason, f.Followup = reduce.ByEntrusted, "委托莘县水利局办理，法律责任由受委托机关承担", "每年抽查"
			})},
			"entrusting that nobody watches": {"A1", "后续监管", with(down, func(f *reduce.ProposalForm) {
				f.LegalForm, f.Reason = reduce.ByEntrusted, "委托莘县水利局办理"
			})},
			"a body without qualification":    {"A1", "承接资质", with(society, func(f *reduce.ProposalForm) { f.Receiver = " " })},
			"a legal form of no use":          {"A1", "法律形式", with(frozen, func(f *reduce.ProposalForm) { f.LegalForm = reduce.ByStatute })},
			"merging into itself":             {"A1", "并入事项编码", into("A1")},
			"merging into what is not there":  {"A1", "并入事项编码", into("A9")},
			"no reason":                       {"A1", "说明", with(frozen, func(f *reduce.ProposalForm) { f.Reason = "" })},
			"a fate that is none":             {"A1", "处置意见", reduce.ProposalForm{Fate: "没收", Reason: "没有这种处置意见"}},
			"splitting, which a sheet cannot": {"A1", "处置意见", reduce.ProposalForm{Fate: reduce.SplitOff, Reason: "拆成两项分别办理"}},
		} {
			_, err := c.propose(c.reviewer, p.code, p.form)
			wants(t, what, err, errs.Invalid)
			var e *errs.Error
			if errors.As(err, &e) && e.Place != p.place {
				t.Errorf("%s: at %q, want %q (%v)", what, e.Place, p.place, err)
			}
		}
		for code, f := range map[string]reduce.ProposalForm{"A3无": noBasis, "A1": reform, "B1": society} {
			c.proposed(code, f)
		}
		_, err := c.propose(c.other, "A2", frozen)
		wants(t, "another group's power", err, errs.NotFound)
		_, err = c.propose(c.headWater, "A2", frozen)
		wants(t, "the department itself", err, errs.Forbidden)
		if got := c.balanced(); got.Undecided != 4 {
			t.Errorf("proposing decided something: %+v", got)
		}
	})
}

// tests:减权/平衡
func TestProposalsAreCarriedOutWithTheBooksInBalance(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "A3无", "A4", "A5", "A6", "B1", "B2")
		first := c.proposed("A5", frozen)
		kept := c.proposed("A1", reduce.ProposalForm{Fate: reduce.Keep})
		ids := []sqldb.ID{kept, c.proposed("A2", down), c.proposed("A3无", noBasis), c.proposed("A4", reform), c.proposed("A5", society), c.proposed("B2", frozen)}
		if p, err := reduce.ProposalByID(t.Context(), db, first); err != nil || p.State != reduce.Retired {
			t.Errorf("the proposal that was replaced is %v (%v)", p.State, err)
		}
		if _, err := reduce.RehearseCarry(t.Context(), l, c.leading, ids, "市政府", "2014-11-05"); err != nil {
			t.Fatal(err)
		}
		if s := c.state("A2"); s != power.Review {
			t.Fatalf("a rehearsal moved A2 to %s", s)
		}
		_, err := reduce.Carry(t.Context(), l, c.reviewer, ids, "市政府", "2014-11-05")
		wants(t, "decided by a reviewer", err, errs.Forbidden)
		for what, day := range map[string]string{"no day": "", "a day to come": "2999-01-01"} {
			_, err = reduce.Carry(t.Context(), l, c.leading, ids, "市政府", day)
			wants(t, what, err, errs.Invalid)
		}
		_, err = reduce.Carry(t.Context(), l, c.leading, ids, "  ", "2014-11-05")
		wants(t, "decided by nobody", err, errs.Invalid)
		done, err := c.carry(ids...)
		must(t, err)
		if done.ByFate[reduce.Keep] != 1 || done.ByFate[reduce.Cancel] != 2 || done.ByFate[reduce.Transfer] != 1 {
			t.Errorf("done %+v", done)
		}
		got := c.balanced()
		if got.Kept != 1 || got.Undecided != 2 || got.Left[reduce.Delegate] != 1 {
			t.Errorf("books %+v", got)
		}
		_, err = c.carry(ids[1])
		wants(t, "the same proposal again", err, errs.Conflict)
		// what stays takes in what another department reported as well
		merged := c.proposed("B1", into("A1"))
		if p, err := reduce.ProposalByID(t.Context(), db, merged); err != nil || p.Target != "市水利局" || p.IntoCode != "A1" || p.IntoName != "许可A1" {
			t.Errorf("the lead is the department of the power merged into: %+v (%v)", p, err)
		}
		_, err = c.carry(merged)
		must(t, err)
		if got := c.balanced(); got.Left[reduce.Merge] != 1 || c.state("B1") != power.MergedAway {
			t.Errorf("books %+v", got)
		}
	})
}

func TestOneWrongProposalKeepsAllFromBeingCarriedOut(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "A3", "B1")
		must(t, func() error {
			_, err := c.carry(c.proposed("A1", reduce.ProposalForm{Fate: reduce.Keep}))
			return err
		}())
		_, err := c.carry(c.proposed("A3", into("A2")))
		wants(t, "merged into what nobody has decided to keep", err, errs.Invalid)
		merge, cancelled := c.proposed("B1", into("A1")), c.proposed("A1", reform)
		sound := c.proposed("A2", frozen)
		_, err = c.carry(sound, merge, cancelled)
		wants(t, "merged into what is cancelled in the same decision", err, errs.Invalid)
		for code, want := range map[string]power.State{"A1": power.Proposed, "A2": power.Review, "B1": power.Review} {
			if got := c.state(code); got != want {
				t.Errorf("%s is %s, want %s", code, got, want)
			}
		}
		// the power moves on between proposal and decision
		_, err = reduce.Apply(t.Context(), l, actor, signedBook(t, map[string]any{"事项编码": "A2", "处置意见": "保留"}))
		must(t, err)
		_, err = c.carry(sound)
		wants(t, "a change that moved on", err, errs.Conflict)
		if p, err := reduce.ProposalByID(t.Context(), db, sound); err != nil || !p.Stale || p.State != reduce.Open {
			t.Errorf("not shown as stale: %+v (%v)", p, err)
		}
		must(t, c.act(c.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
			return reduce.WithdrawProposal(ctx, tx, c.reviewer, sound, "已另有决定")
		}))
		_, err = c.carry(sound)
		wants(t, "a proposal withdrawn", err, errs.Conflict)
		_, err = c.carry(merge)
		must(t, err)
		c.balanced()
	})
}

func TestTwoDecideTheSameProposalOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2")
		ids := []sqldb.ID{c.proposed("A1", frozen), c.proposed("A2", frozen)}
		errsOf := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errsOf {
			wg.Add(1)
			go func() {
				defer wg.Done()
				who := []*people.Who{c.leading, c.second}[i%2]
				_, errsOf[i] = reduce.Carry(context.Background(), l, who, ids, "市政府", "2014-11-05")
			}()
		}
		wg.Wait()
		won := 0
		for _, err := range errsOf {
			if err == nil {
				won++
				continue
			}
			wants(t, "the slower one", err, errs.Conflict)
		}
		if won != 1 {
			t.Errorf("%d carried it out, want 1", won)
		}
		if got := c.balanced(); got.Left[reduce.Freeze] != 2 {
			t.Errorf("books %+v", got)
		}
	})
}

// A power on the list leaves it with the next edition, for what it was decided to
// leave for, and its lineage is recorded.
func TestAPowerOnTheListLeavesWithTheNextEdition(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "B1")
		var ids []sqldb.ID
		for _, code := range []string{"A1", "A2", "B1"} {
			ids = append(ids, c.proposed(code, reduce.ProposalForm{Fate: reduce.Keep}))
		}
		_, err := c.carry(ids...)
		must(t, err)
		_, err = publish.Publish(t.Context(), l, actor, order)
		must(t, err)
		done, err := c.carry(c.proposed("B1", into("A1")), c.proposed("A2", down))
		must(t, err)
		if done.Listed != 2 || c.state("B1") != power.Cancelled {
			t.Errorf("%+v, B1 %s", done, c.state("B1"))
		}
		if got := c.balanced(); got.Kept != 3 {
			t.Errorf("left before the edition: %+v", got)
		}
		_, err = c.propose(c.reviewer, "B1", frozen)
		wants(t, "a proposal for what is decided to leave", err, errs.Conflict)
		_, err = publish.Publish(t.Context(), l, actor, later("2015-06-01", "聊城市人民政府"))
		must(t, err)
		got := c.balanced()
		if got.Kept != 1 || got.Left[reduce.Merge] != 1 || got.Left[reduce.Delegate] != 1 || c.state("B1") != power.Ended {
			t.Errorf("books %+v, B1 %s", got, c.state("B1"))
		}
		for _, code := range []string{"A2", "B1"} { // handed down without acceptance; merged into the water office's
			holders, err := delegate.Holders(t.Context(), db, c.power(code), city, "2015-06-01")
			if err != nil || len(holders) != 1 || holders[0].Body != c.water {
				t.Errorf("%s is exercised by %+v (%v)", code, holders, err)
			}
		}
		var heir sqldb.ID
		must(t, db.QueryRow(t.Context(), `select power_id from power_lineage where predecessor_id = ?`, c.power("B1")).Scan(&heir))
		if heir != c.power("A1") {
			t.Error("the lineage of the merger is lost")
		}
	})
}

// What was merged stays with whoever follows the lead; what is merged afterwards
// names the follower.
func TestALeadThatIsAbolishedIsFollowed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "B1", "B2")
		_, err := c.carry(c.proposed("B1", reduce.ProposalForm{Fate: reduce.Keep}))
		must(t, err)
		_, err = c.carry(c.proposed("A1", into("B1")))
		must(t, err)
		late := c.proposed("A2", into("B1"))
		must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
			return org.EndDepartment(ctx, tx, c.roads, "2014-11-01", c.water, "机构改革方案")
		}))
		heir, err := org.Responsible(t.Context(), db, c.roads, "2014-11-05")
		must(t, err)
		if heir.ID != c.water {
			t.Errorf("%s answers", heir.Name)
		}
		_, err = c.carry(late)
		wants(t, "merged into a power whose department has ended", err, errs.Invalid)
		if !strings.Contains(errs.Message(err), "市水利局") {
			t.Errorf("the mend does not name the successor: %s", errs.Message(err))
		}
		_, err = c.propose(c.reviewer, "A2", into("B1"))
		wants(t, "proposed into it", err, errs.Invalid)
		c.balanced()
	})
}

// tests:减权/边界
func TestBoundariesAreRecordedByHeadsAndConfirmedByTheOtherSide(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "B1")
		f := reduce.BoundaryForm{Matter: "涉水公路桥梁建设", Left: c.water, LeftDoes: "负责涉河审查", Right: c.roads, RightDoes: "负责公路建设审查", Basis: "《示例取水条例》第二条",
			Code: "A1", Rule: org.FirstFiling, From: "2014-01-01"}
		record := func(who *people.Who, f reduce.BoundaryForm) (id sqldb.ID, err error) {
			err = c.act(who, func(ctx context.Context, tx *ledger.Tx) error {
				id, err = reduce.RecordBoundary(ctx, tx, who, f)
				return err
			})
			return id, err
		}
		_, err := record(c.reviewer, f)
		wants(t, "by a reviewer", err, errs.Forbidden)
		stranger := *c.headRoads
		stranger.Department = sqldb.NewID()
		_, err = record(&stranger, f)
		wants(t, "by a third department", err, errs.NotFound)
		g := f
		g.Code = "无此编码"
		_, err = record(c.headWater, g)
		wants(t, "of a power that nobody knows", err, errs.Invalid)
		id, err := record(c.headWater, f)
		must(t, err)
		confirm := func(who *people.Who) error {
			return c.act(who, func(ctx context.Context, tx *ledger.Tx) error { return reduce.ConfirmBoundary(ctx, tx, who, id) })
		}
		wants(t, "by the legal office for them", confirm(c.legal), errs.Forbidden)
		wants(t, "twice by the same side", confirm(c.headWater), errs.Conflict)
		must(t, confirm(c.headRoads))
		bs, err := org.BoundariesOf(t.Context(), db, c.power("A1"))
		must(t, err)
		if len(bs) != 1 || !bs[0].Holds("2014-06-01") || bs[0].Rule != org.FirstFiling {
			t.Errorf("%+v", bs)
		}
		must(t, c.act(c.headRoads, func(ctx context.Context, tx *ledger.Tx) error {
			return reduce.EndBoundary(ctx, tx, c.headRoads, id, "2015-01-01", "职责已调整")
		}))
	})
}

func TestEvidenceIsKeptAsItWasSeen(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "B1")
		use := func(cases int) {
			must(t, l.Write(t.Context(), actor, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := power.SetUsage(ctx, tx, []power.Usage{{Power: c.power("A1"), Place: city, Year: 2013, Cases: cases}})
				return err
			}))
		}
		use(0)
		id := c.proposed("A1", frozen)
		use(7)
		e, err := reduce.EvidenceSeen(t.Context(), db, id)
		must(t, err)
		if !slices.Equal(e.Usage, []reduce.Year{{Year: 2013}}) || !e.Unused() || e.Object != "单位和个人" || !e.Superior || e.Day != "2014-10-15" {
			t.Errorf("%+v", e)
		}
		if len(e.Same) != 2 || e.Same[0].Code != "A2" || e.Same[1].Department != "市公路局" || !strings.Contains(e.Same[0].Article, "第二条") {
			t.Errorf("same basis: %+v", e.Same)
		}
		n, err := power.Newest(t.Context(), db, c.power("A1"))
		must(t, err)
		now, err := reduce.Gather(t.Context(), db, n)
		must(t, err)
		if now.Unused() {
			t.Error("the present evidence is the old one")
		}
	})
}

func TestProposalsAreReadPageByPage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		c := cutting(t, db, l, "A1", "A2", "A3", "B1", "B2")
		for _, code := range []string{"A1", "A2", "A3", "B1", "B2"} {
			c.proposed(code, frozen)
		}
		all := people.Scope{All: true}
		var seen []string
		q := reduce.Query{State: reduce.Open, Limit: 2}
		for {
			ps, err := reduce.Proposals(t.Context(), db, all, q)
			must(t, err)
			for _, p := range ps {
				seen = append(seen, p.Code)
			}
			if len(ps) < 2 {
				break
			}
			q.After = ps[1].Place()
		}
		if len(seen) != 5 || len(slices.Compact(slices.Sorted(slices.Values(seen)))) != 5 {
			t.Errorf("seen %v", seen)
		}
		roads, err := reduce.Proposals(t.Context(), db, c.other.Scope(people.SeeCuts), reduce.Query{Words: "b"})
		must(t, err)
		if len(roads) != 2 {
			t.Errorf("%d of the other group's, want 2", len(roads))
		}
		n, err := reduce.Tallies(t.Context(), db, c.headWater.Scope(people.SeeCuts), reduce.Query{})
		must(t, err)
		if len(n) != 1 || n[0].N != 3 || n[0].Fate != reduce.Freeze {
			t.Errorf("tallies %+v", n)
		}
	})
}

// However proposals are made, replaced, withdrawn, carried out and refused, the
// books of every unit balance, and one power is counted once.
//
// tests:减权/平衡
func TestRandomProposalsKeepTheBooksInBalance(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		codes := []string{"A1", "A2", "A3", "A4无", "A5无", "B1", "B2", "B3", "B4无"}
		c := cutting(t, db, l, codes...)
		editions := 0
		rapid.Check(t, func(rt *rapid.T) {
			var open []sqldb.ID
			for range rapid.IntRange(1, 6).Draw(rt, "proposals") {
				form := rapid.SampledFrom([]reduce.ProposalForm{noBasis, reform, down, society, frozen, {Fate: reduce.Keep, Reason: "依法应当保留"},
					{Fate: reduce.Recategory, Target: "行政确认", Reason: "实为确认，调整类别"}, {Fate: reduce.Reclassify, TargetKind: "公共服务", Reason: "属于公共服务，转出"},
					into("A1"), into("B1"), into("A4无")}).Draw(rt, "form")
				id, err := c.propose(c.reviewer, rapid.SampledFrom(codes).Draw(rt, "code"), form)
				if err != nil && errs.KindOf(err) == errs.Internal {
					rt.Fatal(err)
				}
				if err == nil {
					open = append(open, id)
				}
			}
			if len(open) > 0 && rapid.Bool().Draw(rt, "withdraw") {
				err := c.act(c.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
					return reduce.WithdrawProposal(ctx, tx, c.reviewer, open[0], "再作研究")
				})
				if err != nil && errs.KindOf(err) != errs.Conflict && errs.KindOf(err) != errs.NotFound {
					rt.Fatal(err)
				}
			}
			for len(open) > 0 {
				n := rapid.IntRange(1, len(open)).Draw(rt, "at once")
				if _, err := c.carry(open[:n]...); err != nil && errs.KindOf(err) == errs.Internal {
					rt.Fatal(err)
				}
				open = open[n:]
			}
			if rapid.IntRange(0, 4).Draw(rt, "publish") == 0 {
				editions++
				_, err := publish.Publish(context.Background(), l, actor, later(fmt.Sprintf("%04d-06-01", 2015+editions), "聊城市人民政府"))
				if err != nil && errs.KindOf(err) == errs.Internal {
					rt.Fatal(err)
				}
			}
			if got := c.balanced(); got.Reported != len(codes) {
				rt.Fatalf("%d powers in the books, want %d", got.Reported, len(codes))
			}
		})
	})
}
