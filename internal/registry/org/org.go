// Package org keeps who is who: the site, the divisions (行政区划, GB/T 2260),
// the departments (实施主体) with their 统一社会信用代码, and the rows of their
// mandates (三定规定).
package org

import (
	"slices"
	"strings"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Site is the government whose list this is. Demo is the sentence every page,
// export and print must carry while the data is a demonstration, else empty.
type Site struct {
	Division string // 行政区划代码 of the government
	Name     string // 网站名称
	Sponsor  string // 主办单位
	Hotline  string
	Demo     string
}

// Division is one row of the tree of places, valid from ValidFrom to before
// ValidTo ("" = still).
type Division struct {
	Code, Name, Level, Parent string
	ValidFrom, ValidTo        string
}

// Department is a body that exercises powers (实施主体).
type Department struct {
	ID         sqldb.ID
	Division   string
	Name       string // 全称
	Short      string // 简称
	CreditCode string // 统一社会信用代码, may be empty
	Nature     string // 机构性质: 法定机关 授权组织 受委托组织 其他
	OrderKey   string
	ValidFrom  string
	ValidTo    string
}

// natures lists the natures of a body (机构性质).
func natures() []string { return []string{"法定机关", "授权组织", "受委托组织", "其他"} }

// check refuses a department whose name, place, nature or credit code is wrong
// (GB 32100), and names the column at fault.
func (d Department) check() (column string, err error) {
	if d.Name == "" {
		return "名称", errs.Invalidf("缺少部门名称")
	}
	if _, err := code.CheckDivision(d.Division); err != nil {
		return "行政区划", err
	}
	if d.Nature != "" && !slices.Contains(natures(), d.Nature) {
		return "机构性质", errs.Invalidf("机构性质“%s”不认识", d.Nature).Fix("可填：" + strings.Join(natures(), "、"))
	}
	if d.CreditCode != "" {
		return "统一社会信用代码", code.CheckCredit(d.CreditCode)
	}
	return "", nil
}

// Names leads from the names of departments to the departments.
type Names struct {
	ids   map[string]sqldb.ID
	twice map[string]bool // several departments bear the name
}

// IndexNames takes the full and the short names of the departments that have
// not ended. A full name comes before another's short one.
func IndexNames(all []Department) Names {
	x := Names{map[string]sqldb.ID{}, map[string]bool{}}
	full := map[string]bool{}
	for _, d := range all {
		if d.ValidTo == "" {
			x.add(d.Name, d.ID)
			full[d.Name] = true
		}
	}
	for _, d := range all {
		if d.ValidTo == "" && d.Short != "" && !full[d.Short] {
			x.add(d.Short, d.ID)
		}
	}
	return x
}

func (x Names) add(name string, id sqldb.ID) {
	if other, ok := x.ids[name]; ok && other != id {
		x.twice[name] = true
	}
	x.ids[name] = id
}

// Empty says that there is no department at all.
func (x Names) Empty() bool { return len(x.ids) == 0 }

// Several says that more than one department bears a name.
func (x Names) Several(name string) bool { return x.twice[name] }

// Find gives the one department of a name. A name that nobody bears, or more
// than one department, is Invalid.
func (x Names) Find(name string) (sqldb.ID, error) {
	id, ok := x.ids[name]
	switch {
	case x.twice[name]:
		return sqldb.ID{}, errs.Invalidf("叫“%s”的部门不止一个", name).Fix("请写部门全称")
	case !ok:
		return sqldb.ID{}, errs.Invalidf("没有登记过部门“%s”", name).Fix("请先导入部门")
	}
	return id, nil
}

// Mandate is one row of a department's 三定规定: a duty, and the documents it
// names.
type Mandate struct {
	ID         sqldb.ID
	Department sqldb.ID
	No         int
	Text       string
	Basis      string
}
