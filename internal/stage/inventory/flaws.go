package inventory

import (
	"strings"
	"unicode/utf8"

	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory/workbook"
)

// Flaw is something wrong with a field of a wording. A hard one keeps it from
// becoming a version; others are for the department to look at, since what it
// reports is kept as it reports it.
type Flaw struct {
	Key, Label string // of the field; code for the code of a new power
	Message    string
	Mend       string
	Hard       bool
}

// maxCode is the longest code, in characters; the codes of the state have 31.
const maxCode = 64

// Validate says what is wrong with a wording, in the order of the form. Hard are:
// no name, no category or none of the table, a choice that is none, a text that is
// too long, a code that cannot be one. The rest is what publication would ask for
// (power.Missing) and what could not be understood.
func (w Wording) Validate() []Flaw {
	out := codeFlaws(w.Code)
	for _, f := range Fields() {
		out = append(out, f.flaws(w)...)
	}
	return out
}

// Hard gives the hard flaws among flaws.
func Hard(flaws []Flaw) []Flaw {
	var out []Flaw
	for _, f := range flaws {
		if f.Hard {
			out = append(out, f)
		}
	}
	return out
}

func codeFlaws(code string) []Flaw {
	switch {
	case strings.ContainsAny(code, " \n\t　"):
		return []Flaw{{"code", "事项编码", "编码里有空格或者换行", "请删去；没有编码的留空，由系统编号", true}}
	case utf8.RuneCountInString(code) > maxCode:
		return []Flaw{{"code", "事项编码", "编码太长", "请核对；没有编码的留空，由系统编号", true}}
	}
	return nil
}

// flaws are those of one field.
func (f Field) flaws(w Wording) []Flaw {
	text := f.Get(w)
	flaw := func(hard bool, message, mend string) []Flaw { return []Flaw{{f.Key, f.Label, message, mend, hard}} }
	if strings.TrimSpace(text) == "" {
		switch {
		case f.Key == "name":
			return flaw(true, "没有填写事项名称", "请填写，与法律、法规、规章的用语一致")
		case f.Key == "category":
			return flaw(true, "没有选择权力类别", "请选择")
		case f.Key == "fee_basis" && readFee(w) == "是":
			return flaw(false, "收费没有依据", "请写明文件名称和文号；没有依据的不得收费")
		case f.Need(w) == power.Mandatory:
			return flaw(false, "缺少"+f.Label, "公布前必须补上")
		}
		return nil
	}
	if n := utf8.RuneCountInString(text); n > f.Max {
		return flaw(true, "内容超长", "请只写有关内容，较长的文件请作为附件上传")
	}
	switch f.Kind {
	case Choice:
		if !f.offers(text) {
			return flaw(true, "没有“"+clip(text)+"”这个选项", "请从列表中选择")
		}
	case LimitText:
		return f.limitFlaws(w, flaw)
	}
	switch {
	case f.Key == "materials" && power.OpenMaterials(text):
		return flaw(false, "有“其他材料”一类的兜底要求", "请逐份写明要交的材料")
	case f.Key == "basis" && len(power.ParseBasis(text)) == 0:
		return flaw(false, "没有可以识别的法规名称和条款", "请写成“《某某条例》第十条第一款”的样子")
	}
	return nil
}

// offers says whether a choice is one. 公共服务 comes in with the lists of
// offices and stays until somebody chooses another.
func (f Field) offers(text string) bool {
	if f.Key == "category" && text == string(power.CategoryService) {
		return true
	}
	for _, c := range f.Choices {
		if c == text {
			return true
		}
	}
	return false
}

func (f Field) limitFlaws(w Wording, flaw func(hard bool, message, mend string) []Flaw) []Flaw {
	_, remark := workbook.ReadLimit(f.Get(w))
	e := w.Elements
	switch {
	case remark != "":
		return flaw(false, remark, "请写成“20个工作日”或者“30个自然日”的样子，说明放在括号里")
	case f.Key == "promised" && e.Promised != nil && e.Statutory != nil && e.Promised.Longer(*e.Statutory):
		return flaw(false, "承诺时限长于法定时限", "承诺只能更短，请核对")
	}
	return nil
}
