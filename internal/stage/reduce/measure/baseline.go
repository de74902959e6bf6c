package measure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
)

// Sealed are the counts of an edition as somebody sealed them (锁定基数).
type Sealed struct {
	ID       sqldb.ID
	Edition  sqldb.ID
	No       int    // of the edition
	Title    string // of the edition
	Counts   SealedCounts
	Rows     int      // entries of the edition
	Digest   [32]byte // over the rows, as sealed
	By       string
	At       time.Time
	Tampered bool // the digest of the rows, or of the edition, is not what was sealed
}

// SealedCounts are the figures that are sealed.
type SealedCounts struct {
	Raw        Count          `json:"raw"`
	Normal     Count          `json:"normal"`
	Categories map[string]int `json:"categories"` // of the edition's entries
	Units      int            `json:"units"`
}

// Drift is one power that differs from the baseline.
type Drift struct {
	Power      sqldb.ID
	Code, Name string
	Unit       sqldb.ID
}

// Changes are what happened since a baseline was sealed, against the edition that
// is in force now.
type Changes struct {
	Baseline    Sealed
	Edition     int // number of the latest edition
	Added       []Drift
	Removed     []Drift
	Amended     []Drift
	Raw, Normal Count // now; the baseline's are in Baseline.Counts
}

// errAnother refuses an act for somebody else than the person whose rights were
// asked.
var errAnother = errors.New("measure: the transaction acts for somebody else than the person whose rights were asked")

// Seal stores the counts of an approved edition with the digest of its rows, once
// per edition (SealFigures); the counts are those of the moment. It records
// "figures.sealed" with the digest, so that whoever changes what is sealed would have
// to change the log. NotFound: no such edition. Conflict: sealed before, not
// approved, or not the latest one, whose counts nobody can take any more.
//
// rule:不玩数字游戏/4 锁定基数：批准公布的一版锁定一次，此后的增减都对照它
func Seal(ctx context.Context, tx *ledger.Tx, who *people.Who, edition sqldb.ID) (Sealed, error) {
	if tx.Actor().ID != who.Account.String() {
		return Sealed{}, errAnother
	}
	if err := who.May(people.SealFigures); err != nil {
		return Sealed{}, err
	}
	e, err := editionByID(ctx, tx, edition)
	if err != nil {
		return Sealed{}, err
	}
	switch {
	case e.approval == "":
		return Sealed{}, errs.Conflictf("第 %d 版没有批准文号，不能作为基数", e.no).Fix("请选择经政府批准的一版")
	case e.no != e.latest:
		return Sealed{}, errs.Conflictf("第 %d 版之后已公布第 %d 版，当时的数目不能再补锁", e.no, e.latest).Fix("请锁定最新的一版")
	}
	s := Sealed{ID: sqldb.NewID(), Edition: edition, No: e.no, Title: e.title, By: who.Name, At: tx.Now()}
	rows, err := editionRows(ctx, tx, edition)
	if err != nil {
		return Sealed{}, err
	}
	report, err := Read(ctx, tx)
	if err != nil {
		return Sealed{}, err
	}
	s.Counts, s.Rows = countsOf(report, rows), len(rows)
	if s.Digest, err = sealDigest(s.Counts, rows); err != nil {
		return Sealed{}, err
	}
	if err := insertSealed(ctx, tx, s, rows, who.Account); err != nil {
		return Sealed{}, err
	}
	type act struct {
		Edition int          `json:"edition"`
		Rows    int          `json:"rows"`
		Counts  SealedCounts `json:"counts"`
		SHA256  string       `json:"sha256"`
	}
	return s, tx.Say(ctx, e.division, "figures.sealed", s.ID, act{s.No, s.Rows, s.Counts, hex.EncodeToString(s.Digest[:])})
}

// sealedRow is one entry of an edition as it is sealed.
type sealedRow struct {
	power, version, department sqldb.ID
	code, name, category       string
	digest                     [32]byte // of the version
}

func countsOf(r Report, rows []sealedRow) SealedCounts {
	c := SealedCounts{Raw: r.Raw, Normal: r.Normal, Categories: map[string]int{}}
	units := map[sqldb.ID]bool{}
	for _, x := range rows {
		c.Categories[x.category]++
		units[x.department] = true
	}
	c.Units = len(units)
	return c
}

// sealDigest is SHA-256 over the counts in canonical JSON and then the rows in the
// order of their codes, one a line.
func sealDigest(c SealedCounts, rows []sealedRow) (sum [32]byte, err error) {
	b, err := ledger.Canonical(c)
	if err != nil {
		return sum, errs.Wrap("digest of a baseline", err)
	}
	h := sha256.New()
	h.Write(b)
	for _, x := range rows {
		fmt.Fprintf(h, "\n%s %x %s %s %s", x.code, x.digest, x.department, x.category, x.name)
	}
	return [32]byte(h.Sum(nil)), nil
}

// Seals lists the baselines, the newest first. Tampered tells that what is stored is
// not what was sealed: the counts, the rows, the edition's entries and the log have to
// agree on one digest.
func Seals(ctx context.Context, r sqldb.Reader) ([]Sealed, error) {
	all, err := sealedEditions(ctx, r)
	if err != nil {
		return nil, err
	}
	for i := range all {
		if all[i].Tampered, err = tampered(ctx, r, all[i]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func tampered(ctx context.Context, r sqldb.Reader, s Sealed) (bool, error) {
	for _, read := range []func(context.Context, sqldb.Reader, Sealed) ([]sealedRow, error){
		func(ctx context.Context, r sqldb.Reader, s Sealed) ([]sealedRow, error) {
			return sealedRows(ctx, r, s.ID)
		},
		func(ctx context.Context, r sqldb.Reader, s Sealed) ([]sealedRow, error) {
			return editionRows(ctx, r, s.Edition)
		},
	} {
		rows, err := read(ctx, r, s)
		if err != nil {
			return false, err
		}
		sum, err := sealDigest(s.Counts, rows)
		if err != nil || sum != s.Digest || len(rows) != s.Rows {
			return true, err
		}
	}
	said, err := saidOf(ctx, r, s.ID)
	if err != nil || said == "" { // not numbered yet
		return false, err
	}
	return !strings.Contains(said, hex.EncodeToString(s.Digest[:])), nil
}

// Since counts what changed on the list since a baseline was sealed: against the
// latest edition, by power. NotFound: no such baseline.
func Since(ctx context.Context, r sqldb.Reader, baseline sqldb.ID) (Changes, error) {
	all, err := Seals(ctx, r)
	if err != nil {
		return Changes{}, err
	}
	at := slices.IndexFunc(all, func(s Sealed) bool { return s.ID == baseline })
	if at < 0 {
		return Changes{}, errs.NotFoundf("没有这个基数")
	}
	report, err := Read(ctx, r)
	if err != nil {
		return Changes{}, err
	}
	return Against(ctx, r, report, all[at])
}

// Against is Since for a caller that has the count and the baseline (of Seals)
// already: it reads only the rows of the two lists.
func Against(ctx context.Context, r sqldb.Reader, report Report, baseline Sealed) (Changes, error) {
	c := Changes{Baseline: baseline, Raw: report.Raw, Normal: report.Normal}
	was, err := sealedRows(ctx, r, baseline.ID)
	if err != nil {
		return Changes{}, err
	}
	e, err := editionByID(ctx, r, baseline.Edition)
	if err != nil {
		return Changes{}, err
	}
	c.Edition = e.latest
	now, err := editionRows(ctx, r, e.latestID)
	if err != nil {
		return Changes{}, err
	}
	c.compare(was, now)
	return c, nil
}

func (c *Changes) compare(was, now []sealedRow) {
	before := make(map[sqldb.ID]sealedRow, len(was))
	for _, x := range was {
		before[x.power] = x
	}
	for _, x := range now {
		d := Drift{x.power, x.code, x.name, x.department}
		switch old, ok := before[x.power]; {
		case !ok:
			c.Added = append(c.Added, d)
		case old.version != x.version:
			c.Amended = append(c.Amended, d)
		}
		delete(before, x.power)
	}
	for _, x := range was {
		if _, left := before[x.power]; left {
			c.Removed = append(c.Removed, Drift{x.power, x.code, x.name, x.department})
		}
	}
}
