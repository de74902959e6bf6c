package org_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingdan/internal/errs"
	"qingdan/internal/registry/org"
)

func TestADivisionFileIsReadWithItsDays(t *testing.T) {
	got, err := org.ReadDivisions([]byte("code,name,level,parent,valid_from,valid_to\n371500,示例市,市,370000,1997-08-22,\n371502,示例区,县,371500,,2020-01-01\n"), "区划.csv", "1949-10-01")
	must(t, err)
	want := []org.Division{
		{Code: "371500", Name: "示例市", Level: "市", Parent: "370000", ValidFrom: "1997-08-22"},
		{Code: "371502", Name: "示例区", Level: "县", Parent: "371500", ValidFrom: "1949-10-01", ValidTo: "2020-01-01"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("divisions (-want +got):\n%s", diff)
	}
}

func TestAFileInGBKReadsLikeUTF8(t *testing.T) {
	text := "名称,简称,统一社会信用代码,行政区划,机构性质,启用日期\n市水利局,水利局,,371500,法定机关,2010-01-01\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(text)
	must(t, err)
	want, err := org.ReadDepartments([]byte(text), "部门.csv")
	must(t, err)
	got, err := org.ReadDepartments([]byte(gbk), "部门.csv")
	must(t, err)
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 1 {
		t.Errorf("GBK against UTF-8:\n%s", diff)
	}
}

// Every refusal names the file, the cell and what is wrong.
func TestAWrongCellIsNamed(t *testing.T) {
	divisions := func(s string) error { _, err := org.ReadDivisions([]byte(s), "表.csv", "1949-10-01"); return err }
	departments := func(s string) error { _, err := org.ReadDepartments([]byte(s), "表.csv"); return err }
	mandates := func(s string) error { _, err := org.ReadMandates([]byte(s), "表.csv"); return err }
	const dh, ph, mh = "code,name,level,parent,valid_from\n", "名称,统一社会信用代码,行政区划,启用日期\n", "部门,职责\n"
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"division of 7 digits":    {divisions(dh + "371500,示例市,市,370000,\n3715001,某县,县,371500,\n"), "A3"},
		"division with letters":   {divisions(dh + "37150A,示例市,市,370000,\n"), "A2"},
		"division without name":   {divisions(dh + "371500,,市,370000,\n"), "B2"},
		"division without column": {divisions("code,name\n371500,示例市\n"), "level、parent"},
		"day that is none":        {divisions(dh + "371500,示例市,市,370000,1997年\n"), "E2"},
		"empty":                   {divisions(""), "空"},
		"blank":                   {divisions(" \n\n"), "空"},
		"wrong credit code":       {departments(ph + "市水利局,,371500,\n市教育局,11371500MB0000000X,371500,\n"), "B3"},
		"no place":                {departments(ph + "市水利局,,,\n"), "C2"},
		"no name":                 {departments(ph + ",,371500,\n"), "A2"},
		"department's day":        {departments(ph + "市水利局,,371500,2010/13/1\n"), "D2"},
		"department columns":      {departments("名字\n市水利局\n"), "行政区划"},
		"mandate without text":    {mandates(mh + "市水利局,负责取水\n市水利局,\n"), "A3"},
		"mandate without body":    {mandates(mh + ",负责取水\n"), "A2"},
		"mandate columns":         {mandates("部门\n市水利局\n"), "职责"},
	} {
		if errs.KindOf(c.err) != errs.Invalid || !strings.Contains(errs.Message(c.err), "表.csv") || !strings.Contains(errs.Message(c.err), c.want) {
			t.Errorf("%s: %v, want Invalid naming 表.csv and %s", name, c.err, c.want)
		}
	}
}
