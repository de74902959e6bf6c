package power

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingdan/internal/engine/sheet"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
)

// Usage is how many cases (办件) a power had in a place in one year. A year
// without a row is not known; a row with 0 says that the power was not used.
type Usage struct {
	Power  sqldb.ID
	Place  string // division code of the place in which it was exercised
	Year   int
	Cases  int
	Source string // where the number comes from: 年度统计报表, 政务服务平台 …
}

// The bounds of what is believed: powers were listed nowhere before, and no
// power of a city has more cases.
const (
	firstYear = 1990
	maxCases  = 1_000_000_000
	maxSource = 100 // characters
)

// check refuses a number that cannot be true on a day of the year now.
func (u Usage) check(now int) (column string, err error) {
	switch {
	case u.Year < firstYear || u.Year > now:
		return "年份", errs.Invalidf("年份 %d 不对", u.Year).Fix(fmt.Sprintf("请填 %d 到 %d 之间的年份", firstYear, now))
	case u.Cases < 0 || u.Cases > maxCases:
		return "件数", errs.Invalidf("件数 %d 不对", u.Cases).Fix("请填不小于 0 的整数；没有统计的年份不要填 0，整行不填")
	case len([]rune(u.Source)) > maxSource:
		return "来源", errs.Invalidf("来源超过 %d 字", maxSource).Fix("请删减")
	default:
		return "", nil
	}
}

// UsageRow is a line of a usage table with its power still by code, its place
// as written, and the line for messages.
type UsageRow struct {
	Code, Place, Year, Cases, Source string

	file string
	row  sheet.Row
}

// at names the cell of a column.
func (u UsageRow) at(column string) string { return u.file + " " + u.row.Cell(column) }

// ReadUsage reads a table (.xlsx or .csv) of 事项编码, 年份, 件数 and where known
// 行使地区 (code or name of a division; empty is the power's own) and 来源. What
// is no table, or lacks a column, is Invalid.
func ReadUsage(b []byte, file string) ([]UsageRow, error) {
	t, err := sheet.Read(b, file, "事项编码", "年份", "件数")
	if err != nil {
		return nil, errs.Wrap("read usage", err)
	}
	out := make([]UsageRow, 0, len(t.Rows))
	for _, r := range t.Rows {
		out = append(out, UsageRow{Code: r.Get("事项编码"), Place: r.Get("行使地区"), Year: r.Get("年份"), Cases: r.Get("件数"), Source: r.Get("来源"), file: file, row: r})
	}
	return out, nil
}

// ImportUsage takes a table of usage in and gives how many numbers are new or
// corrected. It is all or nothing: a code that no power has, a place that no
// division is, a year or a number that cannot be, and a power, place and year
// that stand twice are Invalid at their cells.
func ImportUsage(ctx context.Context, tx *ledger.Tx, rows []UsageRow) (int, error) {
	places, err := divisionKeys(ctx, tx)
	if err != nil {
		return 0, err
	}
	out := make([]Usage, 0, len(rows))
	seen := map[Usage]string{}
	var wrong []string
	for _, r := range rows {
		u, err := r.resolve(ctx, tx, places)
		if err != nil && errs.KindOf(err) != errs.Invalid {
			return 0, err
		}
		key := Usage{Power: u.Power, Place: u.Place, Year: u.Year}
		if err == nil && seen[key] != "" {
			err = errs.Invalidf("%s 在 %d 年的件数与 %s 重复", r.Code, u.Year, seen[key]).At(r.at("事项编码")).Fix("同一事项同一地区一年只填一行")
		}
		if err != nil {
			wrong = append(wrong, errs.Message(err))
			continue
		}
		seen[key] = r.at("事项编码")
		out = append(out, u)
	}
	if len(wrong) > 0 {
		return 0, errs.Invalidf("有 %d 处不对，整个文件没有写入：%s", len(wrong), strings.Join(wrong[:min(3, len(wrong))], "；"))
	}
	return SetUsage(ctx, tx, out)
}

// resolve reads one line.
func (u UsageRow) resolve(ctx context.Context, tx *ledger.Tx, places map[string]string) (Usage, error) {
	out := Usage{Source: u.Source}
	p, err := ByCode(ctx, tx, u.Code)
	if errs.KindOf(err) == errs.NotFound && err != nil {
		return out, errs.Invalidf("没有编码为 %s 的事项", u.Code).At(u.at("事项编码"))
	}
	if err != nil {
		return out, err
	}
	out.Power, out.Place = p.ID, p.Division
	if u.Place != "" {
		if out.Place = places[u.Place]; out.Place == "" {
			return out, errs.Invalidf("没有行政区划“%s”", u.Place).At(u.at("行使地区")).Fix("请填行政区划代码或者名称，如 371522 或 莘县；重名的请填代码")
		}
	}
	if out.Year, err = strconv.Atoi(strings.TrimSuffix(u.Year, "年")); err != nil {
		return out, errs.Invalidf("年份“%s”不对", u.Year).At(u.at("年份")).Fix("请写成 2014 这样")
	}
	if out.Cases, err = strconv.Atoi(strings.ReplaceAll(u.Cases, ",", "")); err != nil {
		return out, errs.Invalidf("件数“%s”不是整数", u.Cases).At(u.at("件数")).Fix("请填不小于 0 的整数；没有统计的年份整行不填")
	}
	if column, err := out.check(tx.Now().Year()); err != nil {
		return out, errs.In(u.at(column), err)
	}
	return out, nil
}

// SetUsage writes numbers of cases and gives how many are new or differ from
// what was there; a later number takes the place of an earlier one. It records
// "power.usage" once with the count and a digest of the rows; rows that say what
// is known already are no act. Invalid: a year or a number that cannot be, or an
// unknown place; NotFound: an unknown power.
func SetUsage(ctx context.Context, tx *ledger.Tx, rows []Usage) (int, error) {
	var fresh []Usage
	for _, u := range rows {
		if _, err := u.check(tx.Now().Year()); err != nil {
			return 0, err
		}
		was, known, err := usageAt(ctx, tx, u)
		if err != nil {
			return 0, err
		}
		if known && was == u {
			continue
		}
		if err := saveUsage(ctx, tx, u); err != nil {
			return 0, err
		}
		fresh = append(fresh, u)
	}
	if len(fresh) == 0 {
		return 0, nil
	}
	here, err := org.Here(ctx, tx)
	if err != nil {
		return 0, err
	}
	type act struct {
		Rows   int    `json:"rows"`
		From   int    `json:"from"`
		To     int    `json:"to"`
		SHA256 string `json:"sha256"`
	}
	said := act{Rows: len(fresh), From: fresh[0].Year, To: fresh[0].Year, SHA256: usageDigest(fresh)}
	for _, u := range fresh {
		said.From, said.To = min(said.From, u.Year), max(said.To, u.Year)
	}
	return len(fresh), tx.Say(ctx, here, "power.usage", sqldb.ID{}, said)
}

// usageDigest is SHA-256 over the rows, one a line, in ascending order.
func usageDigest(rows []Usage) string {
	lines := make([]string, len(rows))
	for i, u := range rows {
		lines[i] = fmt.Sprintf("%s %s %d %d %s", u.Power, u.Place, u.Year, u.Cases, u.Source)
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n")))
	return hex.EncodeToString(sum[:])
}
