// Package org keeps who is who: the site, the divisions (行政区划, GB/T 2260),
// the departments (实施主体) with their 统一社会信用代码, and the rows of their
// mandates (三定规定).
package org

import (
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

// Natures lists the natures of a body (机构性质).
func Natures() []string { return []string{"法定机关", "授权组织", "受委托组织", "其他"} }

// check refuses a department whose name, place or credit code is wrong
// (GB 32100), and names the column at fault.
func (d Department) check() (column string, err error) {
	if d.Name == "" {
		return "名称", errs.Invalidf("缺少部门名称")
	}
	if _, err := code.CheckDivision(d.Division); err != nil {
		return "行政区划", err
	}
	if d.CreditCode != "" {
		return "统一社会信用代码", code.CheckCredit(d.CreditCode)
	}
	return "", nil
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
