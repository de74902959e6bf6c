package inventory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/finding"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
)

// cells is one row of a workbook by its headings.
type cells map[string]string

// book makes a real workbook with the headings of its rows.
func book(t testing.TB, rows ...cells) inventory.Upload {
	t.Helper()
	heads := []string{"权力类别", "事项编码", "事项名称", "实施主体", "设定依据", "承办机构", "法定时限", "是否收费", "收费依据"}
	f := excelize.NewFile()
	defer f.Close()
	for i, r := range append([]cells{nil}, rows...) {
		for k, h := range heads {
			cell, err := excelize.CoordinatesToCellName(k+1, i+1)
			must(t, err)
			text := h
			if r != nil {
				text = r[h]
			}
			must(t, f.SetCellStr("Sheet1", cell, text))
		}
	}
	var b bytes.Buffer
	must(t, f.Write(&b))
	return inventory.Upload{File: "水利局.xlsx", Bytes: b.Bytes()}
}

func row(code, name string, more ...string) cells {
	r := cells{"权力类别": "行政审批", "事项编码": code, "事项名称": name, "实施主体": "市水利局", "设定依据": "《示例取水条例》第二条"}
	for i := 0; i+1 < len(more); i += 2 {
		r[more[i]] = more[i+1]
	}
	return r
}

func (c *clearing) file(who *people.Who, up inventory.Upload) (*inventory.Filed, error) {
	return inventory.ImportFor(c.ctx, c.l, c.db, who, c.water, up)
}

// fates tells what becomes of the rows.
func fates(f *inventory.Filed) string {
	if f == nil {
		return ""
	}
	var out []string
	for _, r := range f.Rows {
		out = append(out, fmt.Sprintf("%s %s %s", r.Name, r.Fate, strings.Join(r.Changed, "、")))
	}
	return strings.Join(out, "|")
}

func TestAWorkbookOfADepartmentIsSortedRowByRow(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		coded, named, same := c.reported(t, c.clerk, "取水许可"), c.reported(t, c.clerk, "打井许可"), c.reported(t, c.clerk, "河道采砂许可")
		listed := c.listed(t, "L1", "水工程许可")
		up := book(t, row(coded.Code, "取水许可（改名）"), row("", "打井许可", "承办机构", "许可科"), row(same.Code, "河道采砂许可"), row("", "入河排污口许可"),
			row("L1", "水工程许可", "是否收费", "是", "收费依据", "示例价〔2010〕1号"), row("N-7", "水土保持许可"))
		dry, err := inventory.DryRunFor(c.ctx, c.db, c.clerk, c.water, up)
		must(t, err)
		want := "取水许可（改名） changed 事项名称|打井许可 changed 承办机构|河道采砂许可 same |入河排污口许可 new |水工程许可 changed 是否收费、收费说明、收费依据|水土保持许可 new "
		if got := fates(dry); got != want || dry.Refusal != nil {
			t.Errorf("the dry run says %s (%v)\nwant %s", got, dry.Refusal, want)
		}
		if n := len(dry.Rows); dry.New+dry.Changed+dry.Same+dry.Refused != n {
			t.Errorf("%d+%d+%d+%d of %d rows", dry.New, dry.Changed, dry.Same, dry.Refused, n)
		}
		before := len(c.entries(t))
		done, err := c.file(c.clerk, up)
		must(t, err)
		if got := fates(done); got != want || done.Import.IsZero() || done.Rows[3].Code != "371500-01-001-0004" || done.Rows[3].Power.IsZero() {
			t.Errorf("the import says %s, its new power is %+v", got, done.Rows[3])
		}
		v := c.version(t, c.current(t, coded.Power).Version)
		if v.No != 2 || v.Import != done.Import || v.Elements.Phone != "0635-1000001" || v.Elements.Duty != "受理责任" {
			t.Errorf("empty cells took something away: %+v", v)
		}
		if v := c.version(t, c.current(t, named.Power).Version); v.No != 2 || v.Elements.Office != "许可科" {
			t.Errorf("the power found by its name is %+v", v)
		}
		if ch := c.current(t, same.Power); ch.Version != same.Version {
			t.Error("what is the same got a version")
		}
		if ch := c.current(t, listed.Power); ch.Kind != power.KindAmend || ch.State != power.SelfCheck {
			t.Errorf("a power on the list goes on %+v", ch)
		}
		all := c.entries(t)[before:]
		var kinds []string
		for _, e := range all {
			kinds = append(kinds, e.Kind)
			if strings.Contains(string(e.Public), "水利局.xlsx") {
				t.Errorf("the log names the file: %s", e.Public)
			}
		}
		slices.Sort(kinds)
		if got := strings.Join(kinds, " "); got != "power.amended power.amended power.reported power.reported power.revised powers.filed" {
			t.Errorf("recorded %s", got)
		}
		_, err = c.file(c.clerk, up)
		is(t, "the same file again", err, errs.Invalid, "完全一样")
		// After a change by hand the file may bring its words back.
		d, err := c.save(c.clerk, inventory.Draft{Power: coded.Power, Wording: permit("取水许可（手改）")})
		must(t, err)
		_, err = c.finish(c.clerk, d)
		must(t, err)
		again, err := c.file(c.clerk, up)
		must(t, err)
		if again.Changed != 1 || again.Same != 5 {
			t.Errorf("the same file after a change by hand: %s", fates(again))
		}
	})
}

func TestWrongRowsKeepTheWholeFileOut(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		mine := c.reported(t, c.clerk, "取水许可")
		var theirs inventory.Finished
		d, err := c.save(c.stranger, inventory.Draft{Wording: permit("占道许可")})
		must(t, err)
		theirs, err = c.finish(c.stranger, d)
		must(t, err)
		up := book(t, row("", "占道许可", "实施主体", "市交通局"), row(theirs.Code, "冒名许可"), row(mine.Code, "取水许可（改）"), row("", "取水许可", "承办机构", "许可科"),
			row("", ""), row("", "打井许可"))
		before := len(c.entries(t))
		dry, err := inventory.DryRunFor(c.ctx, c.db, c.clerk, c.water, up)
		must(t, err)
		out, err := c.file(c.clerk, up)
		is(t, "a file with wrong rows", err, errs.Invalid, "必须先改正")
		if dry.Refusal == nil || errs.Message(dry.Refusal) != errs.Message(err) || strings.Contains(errs.Message(err), "--dry-run") {
			t.Errorf("the dry run says %v, the import %v", dry.Refusal, err)
		}
		if diff := cmp.Diff(dry.Problems, out.Problems); diff != "" {
			t.Errorf("problems of dry run and import:\n%s", diff)
		}
		if got := fates(out); out.Refused != 4 || !strings.HasPrefix(got, "占道许可 refused |冒名许可 refused |取水许可（改） changed 事项名称") {
			t.Errorf("fates %s", got)
		}
		at := map[string]string{}
		for _, p := range out.Problems {
			if p.Level == "error" {
				at[p.Cell] += p.Kind + " "
				if strings.Contains(p.Message, "市交通局的") || strings.Contains(p.Message, "占道") {
					t.Errorf("a problem tells of another department's powers: %s", p.Message)
				}
			}
		}
		for cell, kind := range map[string]string{"D2": "foreign_department", "B3": "code_elsewhere", "C5": "row_twice", "C6": "missing_name"} {
			if !strings.Contains(at[cell], kind) {
				t.Errorf("at %s stands %q, want %s", cell, at[cell], kind)
			}
		}
		if n := len(c.entries(t)); n != before || !out.Import.IsZero() {
			t.Errorf("%d acts of a file that was refused", n-before)
		}
		stored, err := json.Marshal(dry)
		must(t, err)
		var back inventory.Filed
		must(t, json.Unmarshal(stored, &back))
		fixed, err := back.Corrected(up.Bytes)
		must(t, err)
		f, err := excelize.OpenReader(bytes.NewReader(fixed))
		must(t, err)
		defer f.Close()
		notes, err := f.GetComments("Sheet1")
		must(t, err)
		var marked []string
		for _, n := range notes {
			marked = append(marked, n.Cell)
		}
		for _, cell := range []string{"D2", "B3", "C5", "C6"} {
			if !slices.Contains(marked, cell) {
				t.Errorf("%s is not marked in the corrected file: %v", cell, marked)
			}
		}
	})
}

// A department that files its whole list after an opinion came down may change only
// what was sent back; what it left as it was is no obstacle.
func TestAFileMayRepeatWhatIsUnderReview(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		back, kept := c.reported(t, c.clerk, "取水许可"), c.reported(t, c.clerk, "打井许可")
		s := c.handUp(t)
		if _, err := c.file(c.clerk, book(t, row(back.Code, "取水许可（改）"))); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "已经上报") {
			t.Errorf("while it is handed up: %v", err)
		}
		dry, err := inventory.DryRunFor(c.ctx, c.db, c.clerk, c.water, book(t, row("", "新许可")))
		if err != nil || errs.KindOf(dry.Refusal) != errs.Conflict {
			t.Errorf("the dry run while it is handed up: %v, %v", dry, err)
		}
		c.review(t, s)
		c.now = c.now.Add(time.Hour)
		must(t, c.act(c.reviewer, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := round.Write(ctx, tx, c.reviewer, round.Note{Change: back.Change, Version: back.Version, Field: "name", Cause: "bad_name", Text: "名称不准确"})
			return err
		}))
		c.handDown(t, s)
		out, err := c.file(c.clerk, book(t, row(back.Code, "取水许可（改）"), row(kept.Code, "打井许可（改）")))
		is(t, "a power that was not sent back", err, errs.Invalid, "处于“审核”")
		if out.Changed != 1 || out.Refused != 1 {
			t.Errorf("fates %s", fates(out))
		}
		out, err = c.file(c.clerk, book(t, row(back.Code, "取水许可（改）"), row(kept.Code, "打井许可"), row("", "遗漏的许可")))
		must(t, err)
		if out.Changed != 1 || out.Same != 1 || out.New != 1 || c.current(t, out.Rows[2].Power).Origin != power.Supplement {
			t.Errorf("fates %s", fates(out))
		}
	})
}

// The campaign may be closed while a file is read: what counts is the moment of
// writing.
func TestAnImportWhileTheCampaignClosesIsRefusedWhole(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		up := book(t, row("", "取水许可"), row("", "打井许可"))
		closed := false
		up.Progress = func(string, int) {
			if closed {
				return
			}
			closed = true
			if err := c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) error { return round.Close(ctx, tx, c.legal, c.campaign) }); err != nil {
				t.Error(err)
			}
		}
		_, err := c.file(c.clerk, up)
		is(t, "an import while the campaign closes", err, errs.Conflict, "没有正在进行的清理工作")
		all, err := power.Changes(c.ctx, c.db)
		must(t, err)
		if !closed || len(all) != 0 {
			t.Errorf("closed %t, %d powers came in", closed, len(all))
		}
	})
}

func TestNobodyFilesForAnotherDepartment(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		up := book(t, row("", "取水许可"))
		for what, who := range map[string]*people.Who{"a stranger": c.stranger, "a reviewer": c.reviewer, "nobody": {}} {
			_, err := c.file(who, up)
			_, dry := inventory.DryRunFor(c.ctx, c.db, who, c.water, up)
			for _, err := range []error{err, dry} {
				if k := errs.KindOf(err); err == nil || k != errs.NotFound && k != errs.Forbidden {
					t.Errorf("%s files: %v", what, err)
				}
			}
		}
		for what, b := range map[string][]byte{"nothing": nil, "a picture": []byte("\x89PNG\r\n\x1a\n....."), "half a workbook": up.Bytes[:len(up.Bytes)/2]} {
			out, err := c.file(c.clerk, inventory.Upload{File: "a.xlsx", Bytes: b})
			if errs.KindOf(err) != errs.Invalid || out == nil || len(out.Rows) != 0 {
				t.Errorf("%s: %v", what, err)
			}
		}
	})
}

// A whole department comes in, and comes in again, in reasonable time.
func TestFourHundredRowsComeInAndAreRecognised(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		var rows []cells
		for i := range 400 {
			rows = append(rows, row("", fmt.Sprintf("对第%d种行为的处罚", i+1), "权力类别", "行政处罚"))
		}
		begun := time.Now()
		out, err := c.file(c.clerk, book(t, rows...))
		must(t, err)
		took := time.Since(begun)
		rows[7]["承办机构"] = "执法支队"
		again, err := c.file(c.clerk, book(t, rows...))
		must(t, err)
		if out.New != 400 || again.Same != 399 || again.Changed != 1 {
			t.Errorf("%d new, then %d same and %d changed", out.New, again.Same, again.Changed)
		}
		t.Logf("400 rows in %v, again in %v", took, time.Since(begun)-took)
	})
}

func TestChecksLeaveWhatARoundHandsUpToTheGroup(t *testing.T) {
	clearings(t, func(t *testing.T, c *clearing) {
		made := c.reported(t, c.clerk, "取水许可")
		outside := func(code string) (ids power.Ids) { // of a department that takes part in no clearing
			must(t, c.act(c.legal, func(ctx context.Context, tx *ledger.Tx) (err error) {
				ids, err = power.Add(ctx, tx, power.Report{Code: code, Division: city, Origin: power.Reported, State: power.HandedUp, Version: permit("市政许可" + code).Version(c.aside)})
				return err
			}))
			return ids
		}
		check := func(when string, want bool) {
			t.Helper()
			ran, err := inventory.CheckWaiting(c.ctx, c.l, c.db, operator, "2026-03-02")
			must(t, err)
			if ran != want {
				t.Errorf("%s the check ran: %t, want %t", when, ran, want)
			}
		}
		s := c.handUp(t)
		check("with new versions", true)
		if got := c.current(t, made.Power).State; got != power.HandedUp {
			t.Errorf("the check took what a round handed up to %s", got)
		}
		if _, err := finding.OfVersion(c.ctx, c.db, made.Version); err != nil {
			t.Errorf("no findings of what waits for the group: %v", err)
		}
		c.now = c.now.Add(10 * time.Minute)
		check("when all settled", true) // the run itself was within the time of the last writes
		c.now = c.now.Add(10 * time.Minute)
		check("with nothing new", false)
		ids := outside("B1")
		check("with something outside the clearing", true)
		if got := c.current(t, ids.Power).State; got != power.Review {
			t.Errorf("what was handed up outside the clearing is in %s", got)
		}
		c.review(t, s)
		if got := c.current(t, made.Power).State; got != power.Review {
			t.Errorf("received, it is in %s", got)
		}
	})
}
