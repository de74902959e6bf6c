package inventory_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/search"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

func TestADraftIsKeptWhateverItSays(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		d, err := c.save(c.clerk, inventory.Draft{})
		must(t, err)
		if d.No != 1 || d.Department != c.water || d.Account != c.clerk.Account {
			t.Errorf("the first save is %+v", d)
		}
		d.Name, d.Elements.Basis, d.Elements.StatutoryText = "取水\x00许可\x1b", "第一行\r\n第二行\xff ", "大概二十天吧"
		d.Category, c.now = "没有的类别", c.now.Add(5*time.Second)
		d, err = c.save(c.clerk, d)
		must(t, err)
		got, err := inventory.DraftByID(c.ctx, c.db, c.clerk.Account, d.ID)
		must(t, err)
		if diff := cmp.Diff(d, got); diff != "" {
			t.Errorf("read again (-saved +read):\n%s", diff)
		}
		if got.No != 2 || got.Name != "取水许可" || got.Elements.Basis != "第一行\n第二行" || !got.Saved.Equal(c.now) {
			t.Errorf("stored as %+v", got)
		}
		all, err := inventory.Drafts(c.ctx, c.db, c.clerk.Account)
		must(t, err)
		marks, err := inventory.DraftsOfDepartment(c.ctx, c.db, c.water)
		must(t, err)
		if len(all) != 1 || len(marks) != 1 || marks[0].Name != "取水许可" || marks[0].ID != d.ID {
			t.Errorf("listed: %+v, marked: %+v", all, marks)
		}
		d.Elements.Remark = strings.Repeat("长", 400_000)
		_, err = c.save(c.clerk, d)
		is(t, "a draft of a megabyte", err, errs.TooLarge, "附件")
	})
}

// Two windows, or two machines, of one person: the second save must not take the
// first away.
func TestASaveFromAnOlderFormOverwritesNothing(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		id := c.reported(t, c.clerk, "取水许可").Power
		first, err := c.save(c.clerk, inventory.Draft{Power: id, Wording: permit("取水许可（甲）")})
		must(t, err)
		if first.Base != c.current(t, id).Version {
			t.Errorf("the draft rests on %s", first.Base)
		}
		mine := first
		first.Name = "取水许可（乙）"
		_, err = c.save(c.clerk, first)
		must(t, err)
		mine.Name = "取水许可（丙）"
		_, err = c.save(c.clerk, mine)
		is(t, "a save from an older form", err, errs.Conflict, "别的窗口")
		o, ok := inventory.AsOvertaken(err)
		if !ok || o.Stored.Name != "取水许可（乙）" || o.Mine.Name != "取水许可（丙）" {
			t.Errorf("both texts are to be shown: %+v", o)
		}
		_, err = c.save(c.clerk, inventory.Draft{Power: id, Wording: permit("取水许可（丁）")})
		if o, ok = inventory.AsOvertaken(err); !ok || o.Stored.Name != "取水许可（乙）" {
			t.Errorf("a second first draft of one power: %v", err)
		}
		other, err := c.save(c.second, inventory.Draft{Power: id, Wording: permit("取水许可（别人）")})
		must(t, err)
		if other.ID == first.ID {
			t.Error("two people have one draft")
		}
	})
}

// Autosaves of two windows that open at the same moment meet in the database: one
// is kept, the others are told.
func TestFirstSavesAtOnceMakeOneDraft(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		id := c.reported(t, c.clerk, "取水许可").Power
		const n = 8
		errors := make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				_, errors[i] = c.save(c.clerk, inventory.Draft{Power: id, Wording: permit(fmt.Sprintf("取水许可（%d）", i))})
			})
		}
		wg.Wait()
		kept := 0
		for _, err := range errors {
			if err == nil {
				kept++
			} else if _, ok := inventory.AsOvertaken(err); !ok {
				t.Errorf("a slower window is told %v", err)
			}
		}
		all, err := inventory.Drafts(c.ctx, c.db, c.clerk.Account)
		must(t, err)
		if kept != 1 || len(all) != 1 {
			t.Errorf("%d saves went through, %d drafts", kept, len(all))
		}
	})
}

// A form of a new power sent twice, such as by an impatient hand, makes one draft.
func TestANewDraftWithItsOwnIdIsMadeOnce(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		id := sqldb.NewID()
		_, err := c.save(c.clerk, inventory.Draft{ID: id, Wording: permit("取水许可")})
		must(t, err)
		_, err = c.save(c.clerk, inventory.Draft{ID: id, Wording: permit("取水许可")})
		if _, ok := inventory.AsOvertaken(err); !ok {
			t.Errorf("the same form again: %v", err)
		}
		all, err := inventory.Drafts(c.ctx, c.db, c.clerk.Account)
		must(t, err)
		if len(all) != 1 {
			t.Errorf("%d drafts", len(all))
		}
	})
}

func TestNobodyReachesDraftsAndPowersOfOthers(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		theirs := c.reported(t, c.clerk, "取水许可")
		d, err := c.save(c.clerk, inventory.Draft{Power: theirs.Power, Wording: permit("取水许可（甲）")})
		must(t, err)
		unknown := people.Unknown().Error()
		for what, err := range map[string]error{
			"a draft of another department's power": second(c.save(c.stranger, inventory.Draft{Power: theirs.Power, Wording: permit("改")})),
			"a power that is none":                  second(c.save(c.clerk, inventory.Draft{Power: sqldb.NewID(), Wording: permit("改")})),
			"a base of another power":               second(c.save(c.second, inventory.Draft{Power: theirs.Power, Base: c.reported(t, c.clerk, "打井许可").Version, Wording: permit("改")})),
			"a base without power":                  second(c.save(c.second, inventory.Draft{Base: theirs.Version, Wording: permit("改")})),
		} {
			if errs.KindOf(err) != errs.NotFound || !strings.Contains(err.Error(), unknown) {
				t.Errorf("%s: %v, want what does not exist", what, err)
			}
		}
		stolen := d
		stolen.Name = "改"
		for who, w := range map[string]*people.Who{"a colleague": c.second, "a stranger": c.stranger} {
			if _, err := c.save(w, stolen); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s saves somebody's draft: %v", who, err)
			}
			if _, err := c.finish(w, d); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s finishes somebody's draft: %v", who, err)
			}
			if err := c.drop(w, d.ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s drops somebody's draft: %v", who, err)
			}
			if _, err := inventory.DraftByID(c.ctx, c.db, w.Account, d.ID); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%s reads somebody's draft: %v", who, err)
			}
		}
		_, err = c.save(c.reviewer, inventory.Draft{Wording: permit("审")})
		is(t, "a reviewer fills in", err, errs.Forbidden, "角色")
		kept, err := inventory.DraftByID(c.ctx, c.db, c.clerk.Account, d.ID)
		must(t, err)
		if diff := cmp.Diff(d, kept); diff != "" {
			t.Errorf("the draft changed:\n%s", diff)
		}
		must(t, c.drop(c.clerk, d.ID))
		_, err = c.save(c.clerk, d)
		is(t, "an autosave after dropping", err, errs.NotFound, "放弃")
	})
}

func second[T any](_ T, err error) error { return err }

func (c *clearing) drop(who *people.Who, id sqldb.ID) error {
	return c.db.Write(c.ctx, func(tx *sqldb.Tx) error { return inventory.DropDraft(c.ctx, tx, who, id) })
}

func TestAFinishedDraftIsTheNextVersion(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		ch := c.current(t, made.Power)
		if !made.New || made.Code != "371500-01-001-0001" || ch.State != power.SelfCheck || ch.Origin != power.Reported || ch.Department != c.water {
			t.Errorf("a new power is %+v with %+v", made, ch)
		}
		w := permit("取水许可（修改）")
		set(&w, "basis", "《示例取水条例》第二条、第五条")
		d, err := c.save(c.second, inventory.Draft{Power: made.Power, Wording: w})
		must(t, err)
		done, err := c.finish(c.second, d)
		must(t, err)
		v := c.version(t, done.Version)
		if v.No != 2 || v.Name != "取水许可（修改）" || done.Change != made.Change || len(v.Citations) != 2 || c.current(t, made.Power).Version != v.ID {
			t.Errorf("version %d of %s with %d citations under %s", v.No, v.Name, len(v.Citations), done.Change)
		}
		hits, err := search.Find(c.ctx, c.db, search.Query{Words: "修改", Kind: "power", Limit: 5})
		must(t, err)
		if len(hits) != 1 || hits[0].ID != made.Power {
			t.Errorf("found by its new name: %+v", hits)
		}
		if _, err := inventory.DraftOf(c.ctx, c.db, c.second.Account, made.Power); errs.KindOf(err) != errs.NotFound {
			t.Errorf("the draft is still there: %v", err)
		}
		before := len(c.entries(t))
		_, err = c.finish(c.second, d)
		is(t, "finished twice", err, errs.NotFound, "已经提交")
		d, err = c.save(c.second, inventory.Draft{Power: made.Power, Wording: w})
		must(t, err)
		_, err = c.finish(c.second, d)
		is(t, "nothing changed", err, errs.Invalid, "没有修改")
		if n := len(c.entries(t)); n != before {
			t.Errorf("%d acts of what was refused", n-before)
		}
	})
}

func TestWhatCannotBeAVersionStaysADraft(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		taken := c.reported(t, c.clerk, "取水许可")
		for what, x := range map[string]struct {
			change func(*inventory.Wording)
			kind   errs.Kind
			words  string
		}{
			"no name":            {func(w *inventory.Wording) { set(w, "name", " \n ") }, errs.Invalid, "事项名称：没有填写"},
			"no category":        {func(w *inventory.Wording) { w.Category = "" }, errs.Invalid, "权力类别：没有选择"},
			"a category of none": {func(w *inventory.Wording) { set(w, "category", "行政提示") }, errs.Invalid, "没有“行政提示”这个选项"},
			"two hard flaws":     {func(w *inventory.Wording) { w.Name, w.Initiative = "", "依心情" }, errs.Invalid, "另有 1 处"},
			"too long a text":    {func(w *inventory.Wording) { w.Elements.Duty = strings.Repeat("责", 40_000) }, errs.Invalid, "超长"},
			"a code in use":      {func(w *inventory.Wording) { w.Code = taken.Code }, errs.Conflict, "已被使用"},
			"a code with blanks": {func(w *inventory.Wording) { w.Code = "A 1" }, errs.Invalid, "空格"},
		} {
			w := permit("打井许可")
			x.change(&w)
			d, err := c.save(c.clerk, inventory.Draft{Wording: w})
			must(t, err)
			_, err = c.finish(c.clerk, d)
			is(t, what, err, x.kind, x.words)
			kept, err := inventory.DraftByID(c.ctx, c.db, c.clerk.Account, d.ID)
			must(t, err)
			if diff := cmp.Diff(d, kept); diff != "" {
				t.Errorf("%s: the draft changed:\n%s", what, diff)
			}
		}
		d, err := c.save(c.clerk, inventory.Draft{Wording: permit("打井许可")})
		must(t, err)
		_, err = c.save(c.clerk, d)
		must(t, err)
		_, err = c.finish(c.clerk, d)
		if _, ok := inventory.AsOvertaken(err); !ok || errs.KindOf(err) != errs.Conflict {
			t.Errorf("a draft saved in between: %v", err)
		}
		err = c.act(c.second, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := inventory.Finish(ctx, tx, c.clerk, d.ID, 2, "")
			return err
		})
		if err == nil || errs.KindOf(err) != errs.Internal {
			t.Errorf("an act put down to somebody else: %v", err)
		}
	})
}

// Two people on one power: whoever comes second sees both wordings.
func TestTwoPeopleOnOnePowerLoseNothing(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		ours, theirs := permit("取水许可（地表水）"), permit("取水许可")
		set(&ours, "office", "行政审批科")
		set(&theirs, "office", "政策法规科")
		set(&theirs, "phone", "0635-2000000")
		mine, err := c.save(c.clerk, inventory.Draft{Power: made.Power, Wording: ours})
		must(t, err)
		other, err := c.save(c.second, inventory.Draft{Power: made.Power, Wording: theirs})
		must(t, err)
		fast, err := c.finish(c.second, other)
		must(t, err)
		_, err = c.finish(c.clerk, mine)
		is(t, "the slower one", err, errs.Conflict, "两边的内容都保留着")
		clash, ok := inventory.AsClash(err)
		if !ok || clash.Theirs.ID != fast.Version || clash.Base.ID != made.Version {
			t.Fatalf("the clash is %+v", clash)
		}
		var got []string
		for _, x := range clash.Contests() {
			got = append(got, fmt.Sprintf("%s|%s|%s|%s|%t", x.Key, x.Base, x.Mine, x.Theirs, x.Both))
		}
		want := []string{"name|取水许可|取水许可（地表水）|取水许可|false", "office|水资源科|行政审批科|政策法规科|true", "phone|0635-1000001|0635-1000001|0635-2000000|false"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("contests (-want +got):\n%s", diff)
		}
		// The person chooses and goes on from the newer version.
		set(&mine.Wording, "phone", "0635-2000000")
		mine.Base = clash.Theirs.ID
		mine, err = c.save(c.clerk, mine)
		must(t, err)
		done, err := c.finish(c.clerk, mine)
		must(t, err)
		if v := c.version(t, done.Version); v.No != 3 || v.Elements.Office != "行政审批科" || v.Elements.Phone != "0635-2000000" {
			t.Errorf("version %d: %+v", v.No, v.Elements)
		}
	})
}

func TestOfManyAtOnceOneMakesTheVersion(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		const n = 6
		var drafts [n]inventory.Draft
		var folk [n]*people.Who
		for i := range n {
			folk[i] = &people.Who{Account: sqldb.NewID(), Name: "填", Roles: []people.Role{people.Clerk}, Department: c.water}
			var err error
			drafts[i], err = c.save(folk[i], inventory.Draft{Power: made.Power, Wording: permit(fmt.Sprintf("取水许可（%d）", i))})
			must(t, err)
		}
		var wg sync.WaitGroup
		errors := make([]error, n)
		for i := range n {
			wg.Go(func() { _, errors[i] = c.finish(folk[i], drafts[i]) })
		}
		wg.Wait()
		won := 0
		for _, err := range errors {
			if err == nil {
				won++
			} else if _, ok := inventory.AsClash(err); !ok {
				t.Errorf("a loser is told %v", err)
			}
		}
		if v := c.version(t, c.current(t, made.Power).Version); won != 1 || v.No != 2 {
			t.Errorf("%d made a version, the newest is %d", won, v.No)
		}
	})
}

// New powers without a code that are finished at the same moment get one each.
func TestManyNewPowersAtOnceGetTheirOwnCodes(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		const n = 6
		var drafts [n]inventory.Draft
		for i := range n {
			var err error
			drafts[i], err = c.save(c.clerk, inventory.Draft{Wording: permit(fmt.Sprintf("第%d种许可", i))})
			must(t, err)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		codes := map[string]bool{}
		for i := range n {
			wg.Go(func() {
				out, err := c.finish(c.clerk, drafts[i])
				mu.Lock()
				defer mu.Unlock()
				if err != nil || codes[out.Code] {
					t.Errorf("code %q: %v", out.Code, err)
				}
				codes[out.Code] = true
			})
		}
		wg.Wait()
		if len(codes) != n {
			t.Errorf("codes %v", codes)
		}
	})
}

func TestNothingIsFiledWhileTheRoundDoesNotTakeIt(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		kept := c.reported(t, c.clerk, "打井许可")
		refused := func(when, words string, d inventory.Draft) {
			t.Helper()
			_, err := c.finish(c.clerk, d)
			is(t, when, err, errs.Conflict, words)
			if _, err := inventory.DraftByID(c.ctx, c.db, c.clerk.Account, d.ID); err != nil {
				t.Errorf("%s the draft is gone: %v", when, err)
			}
		}
		d, err := c.save(c.clerk, inventory.Draft{Power: made.Power, Wording: permit("取水许可（改）")})
		must(t, err)
		s := c.handUp(t)
		refused("after handing up", "已经上报", d)
		fresh, err := c.save(c.clerk, inventory.Draft{Wording: permit("河道采砂许可")})
		must(t, err) // a draft may begin while the powers are away
		c.review(t, s)
		c.now = c.now.Add(time.Hour)
		must(t, c.act(c.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := round.Write(ctx, tx, c.reviewer, round.Note{Change: made.Change, Version: made.Version, Field: "name", Cause: "bad_name", Text: "名称与条例不一致"})
			return err
		}))
		c.handDown(t, s)
		if _, err := c.finish(c.clerk, d); err != nil {
			t.Errorf("after an opinion came down: %v", err)
		}
		still, err := c.save(c.clerk, inventory.Draft{Power: kept.Power, Wording: permit("打井许可（改）")})
		must(t, err)
		refused("of a power that was not sent back", "审核", still)
		late, err := c.finish(c.clerk, fresh)
		must(t, err)
		if ch := c.current(t, late.Power); ch.Origin != power.Supplement {
			t.Errorf("what is brought up after handing up is %s", ch.Origin)
		}
		must(t, c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) error { return round.Close(ctx, tx, c.legal, c.campaign) }))
		d, err = c.save(c.clerk, inventory.Draft{Power: late.Power, Wording: permit("河道采砂许可（改）")})
		must(t, err)
		refused("after the campaign", "没有正在进行的清理工作", d)
	})
}

// A power on the list is reworded beside the list: the public sees and finds what
// was published.
func TestAPowerOnTheListIsRewordedBesideIt(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		ids := c.listed(t, "A1", "取水许可")
		public := power.SearchDoc("A1", c.version(t, ids.Version), "市水利局", true)
		must(t, c.db.Write(c.ctx, func(tx *sqldb.Tx) error { return search.Put(c.ctx, tx, []search.Doc{public}) }))
		d, err := c.save(c.clerk, inventory.Draft{Power: ids.Power, Wording: permit("砂砾层取水许可")})
		must(t, err)
		done, err := c.finish(c.clerk, d)
		must(t, err)
		standing, err := power.Standing(c.ctx, c.db, ids.Power)
		must(t, err)
		if ch := c.current(t, ids.Power); ch.ID != done.Change || ch.Kind != power.KindAmend || ch.State != power.SelfCheck || standing.Version != ids.Version {
			t.Errorf("the change is %+v, on the list stands %s", ch, standing.Version)
		}
		for text, want := range map[string]int{"取水许可": 1, "砂砾层": 0} {
			hits, err := search.Find(c.ctx, c.db, search.Query{Words: text, Kind: "power", PublicOnly: true, Full: true, Limit: 5})
			must(t, err)
			if len(hits) != want {
				t.Errorf("the public finds %d for %s, want %d", len(hits), text, want)
			}
		}
		next, err := c.save(c.clerk, inventory.Draft{Power: ids.Power, Wording: permit("砂砾层取水许可（二）")})
		must(t, err)
		if again, err := c.finish(c.clerk, next); err != nil || again.Change != done.Change {
			t.Errorf("the second wording goes on %v: %v", again.Change, err)
		}
	})
}

func TestWhatIsWithdrawnIsOutOfTheBooks(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made, listed := c.reported(t, c.clerk, "取水许可"), c.listed(t, "A1", "打井许可")
		withdraw := func(who *people.Who, id sqldb.ID, reason string) error {
			return c.act(who, func(ctx context.Context, tx *ledger.Tx) error {
				return inventory.WithdrawReport(ctx, tx, who, id, reason)
			})
		}
		is(t, "without reason", withdraw(c.clerk, made.Power, " "), errs.Invalid, "理由")
		is(t, "of another department", withdraw(c.stranger, made.Power, "重复"), errs.NotFound, "职责范围")
		is(t, "what is on the list", withdraw(c.clerk, listed.Power, "重复"), errs.Conflict, "不能撤回")
		d, err := c.save(c.clerk, inventory.Draft{Power: listed.Power, Wording: permit("打井许可（改）")})
		must(t, err)
		_, err = c.finish(c.clerk, d)
		must(t, err)
		must(t, withdraw(c.clerk, made.Power, "与打井许可重复"))
		must(t, withdraw(c.clerk, listed.Power, "不改了"))
		is(t, "twice", withdraw(c.clerk, made.Power, "重复"), errs.Conflict, "不能撤回")
		if a, b := c.current(t, made.Power), c.current(t, listed.Power); a.State != power.Withdrawn || b.State != power.Published {
			t.Errorf("they stand in %s and %s", a.State, b.State)
		}
		all := c.entries(t)
		if kinds := all[len(all)-2].Kind + " " + all[len(all)-1].Kind; kinds != "power.withdrawn power.taken_back" {
			t.Errorf("recorded as %s", kinds)
		}
		d, err = c.save(c.clerk, inventory.Draft{Power: made.Power, Wording: permit("取水许可（改）")})
		must(t, err)
		_, err = c.finish(c.clerk, d)
		is(t, "a wording of what was withdrawn", err, errs.Conflict, "撤回")
	})
}

func TestClashAndOvertakenAreNoWordsForPeople(t *testing.T) {
	for _, err := range []error{&inventory.Clash{}, &inventory.Overtaken{}} {
		if errs.KindOf(err) != errs.Internal || errors.Unwrap(err) != nil {
			t.Errorf("%T speaks for itself", err)
		}
	}
}
