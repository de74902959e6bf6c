package measure

import (
	"regexp"
	"strings"

	"qingdan/internal/registry/power"
)

var (
	// granting matches results by which something is granted.
	granting = regexp.MustCompile(`许可|批准|准予|核准|同意|批复|批文|审批|证书|执照|资质|[证照](?:$|[，。；、\s（(])`)
	// barred matches words by which nothing may be done before it is granted.
	barred = regexp.MustCompile(`方可|审[核查批定]后(?:实施|执行|开工|使用)|未[经取][^，。；\n]{0,20}(?:不得|批准|审核|同意|许可|核准)|(?:经|报)[^，。；\n]{0,30}(?:批准|核准|审批|审查同意|审核同意|许可)`)
	// approving matches names that end as an approval does.
	approving = regexp.MustCompile(`(?:审批|许可|核准|批准|审核|审定|审查|同意|核发|核定|准入)(?:[（(].*[）)])?$`)
	// examined and ruled are the steps of an approval.
	examined = regexp.MustCompile(`审查|审核|初审|踏勘|勘验|论证|评审|核查`)
	ruled    = regexp.MustCompile(`决定|审定|审批|批准|核准|签发|制证|发证`)
)

// approvalLike says whether a wording acts as an approval whatever its category
// calls it: somebody has to ask, hands papers in, is examined, and gets or does
// not get what he asked for. One sign alone does not make an approval.
func approvalLike(v power.Version) bool {
	if v.Initiative == power.ExOfficio {
		return false
	}
	return len(approvalSigns(v)) > 0
}

// approvalSigns lists in Chinese what makes a wording act as an approval; none when
// it does not.
func approvalSigns(v power.Version) []string {
	e := v.Elements
	result := strings.ReplaceAll(e.Result, "备案", "")
	var strong, steps []string
	if approving.MatchString(v.Name) && !strings.Contains(v.Name, "备案") {
		strong = append(strong, "名称以审批的说法结尾")
	}
	if granting.MatchString(result) && !strings.Contains(e.Result, "不予") {
		strong = append(strong, "办理结果是“"+firstLine(e.Result)+"”")
	}
	if w := barred.FindString(e.Content + "\n" + e.Conditions); w != "" {
		strong = append(strong, "内容写明“"+w+"”")
	}
	if examined.MatchString(e.Steps) && ruled.MatchString(e.Steps) {
		steps = append(steps, "要审查再决定")
	}
	papers := strings.TrimSpace(e.Materials) != ""
	asks := papers || strings.TrimSpace(e.Conditions) != ""
	switch {
	case len(strong) == 0 || !asks:
		return nil
	case len(strong) == 1 && len(steps) == 0 && !papers:
		return nil
	}
	if papers {
		strong = append(strong, "要交申请材料")
	}
	return append(strong, steps...)
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}
