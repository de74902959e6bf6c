package measure

import (
	"fmt"
	"regexp"
	"strings"

	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce/delegate"
)

var (
	// dutyOnly matches words by which only the work goes down: 仅下放受理和初审, 决定权
	// 仍由市级行使.
	dutyOnly = regexp.MustCompile(`(?:仅|只)[^，。；]{0,16}(?:受理|初审|初核|收件|监管|检查|责任)|(?:决定|审批|发证|许可|批准|核准|审定)权限?[^，。；]{0,8}(?:保留|不变|不下放|留在|仍由|仍归|由市|归市)|` +
		`(?:仍|继续)由?(?:市|本级|本局|原)[^，。；]{0,12}(?:决定|审批|批准|发证|核准|签发|盖章|审定)|报(?:市|本级|本局|原)[^，。；]{0,8}(?:决定|审批|批准|发证|核准|审定|同意)|` +
		`市级?(?:负责|统一|保留|集中)(?:决定|审批|批准|发证|核准|核发|盖章|审定)|权限不变|责任下放`)
	// liability matches words by which entrusting moves what it cannot: the liability.
	liability = regexp.MustCompile(`责任[^，。；]{0,8}(?:由|归|转)[^，。；]{0,12}(?:县|区|乡|镇|街道|受委托|受托|承接|承担)`)
	// subordinate matches bodies of the department's own.
	subordinate = regexp.MustCompile(`直属|所属|下属|内设|合署|挂靠|代管|派出机构|本局|本委|本部门|局属|委属|系统内|分局|支队|大队|科室|事业单位|(?:服务|管理|监测|检测|检验|培训|信息|技术|推广|评审|鉴定|考试)(?:中心|站|所|院)|研究[所院]|设计院`)
	// charging matches words by which the receiver takes money by order.
	charging = regexp.MustCompile(`(?:收费|收取|付费|缴纳|有偿)`)
	noCharge = regexp.MustCompile(`(?:不|免|停止|取消)[^，。；]{0,4}(?:收费|收取|付费)|免费|无偿`)
)

// reclassified judges what was called no power any more (转出): it goes on being
// done by this government.
func reclassified(m *Matter) life {
	kind := m.Decided.TargetKind
	why := "转为" + kind + "后仍由本级办理，不是减少"
	switch signs := approvalSigns(m.Now); {
	case len(signs) > 0 && m.Now.Initiative != power.ExOfficio:
		why = "转为" + kind + "，" + strings.Join(signs, "、") + "，实际上仍在审批"
	case m.Now.Initiative == power.OnApplication:
		why = "转为" + kind + "，仍要对外依申请办理"
	case strings.TrimSpace(m.Now.Elements.Materials) != "":
		why = "转为" + kind + "，仍要交申请材料"
	}
	return life{Kept, ToService, why}
}

// handedDown judges a power that was decided to be handed down. It leaves when every
// place took it over with its decision, by statute or superior decision; else the
// department here still is the competent body.
func (t *tally) handedDown(m *Matter) life {
	d := m.Decided
	switch {
	case subordinate.MatchString(d.Target) && !strings.Contains(d.Target, "主管部门"), d.TargetKind != "" && d.TargetKind != "县级" && d.TargetKind != "乡级" && d.TargetKind != "乡镇":
		return life{Kept, Inward, "下放给“" + d.Target + "”，是本部门自己的单位或者本级机关"}
	case t.covered(m):
		return life{Cut, "", "已由县（市、区）全部承接"}
	case dutyOnly.MatchString(d.Reason):
		return life{Kept, DutyOnly, "说明写的是“" + dutyOnly.FindString(d.Reason) + "”，决定权没有下放"}
	case entrusted(d) && liability.MatchString(d.Reason):
		return life{Kept, DutyOnly, "只是委托，却把责任交给承接的单位（“" + liability.FindString(d.Reason) + "”）；委托机关对后果承担责任"}
	}
	if len(m.Handed) == 0 {
		if entrusted(d) {
			return life{Kept, Hollow, "只是委托，权力仍在本级，没有移交"}
		}
		return life{Kept, Hollow, "只有下放的决定，没有承接和移交的记录"}
	}
	return t.handedBut(m)
}

// handedBut says what keeps a power here although something was handed over.
func (t *tally) handedBut(m *Matter) life {
	places := map[string]bool{}
	deciding, real := false, false
	for _, h := range m.Handed {
		places[h.Place] = true
		deciding = deciding || h.Parts.Has(delegate.Deciding)
		real = real || h.Form != delegate.Entrusted && !h.Joint
	}
	switch {
	case !deciding:
		return life{Kept, DutyOnly, "移交的只有" + m.Handed[0].Parts.Label() + "，决定权没有下放"}
	case !real && m.Handed[0].Joint:
		return life{Kept, Hollow, "移交后本级还在共同行使"}
	case !real:
		return life{Kept, Hollow, "只是委托，权力仍在本级"}
	default:
		return life{Kept, Hollow, fmt.Sprintf("%d 个县（市、区）只有 %d 个承接，其余仍由本级行使", len(t.w.Places), len(places))}
	}
}

// covered says whether every place has taken a power over, with its decision, as the
// competent body and alone.
func (t *tally) covered(m *Matter) bool {
	taken := map[string]bool{}
	for _, h := range m.Handed {
		if h.Form == delegate.Entrusted || h.Joint || !h.Parts.Has(delegate.Deciding) {
			continue
		}
		if h.Place == "" {
			return true
		}
		taken[h.Place] = true
	}
	for _, p := range t.w.Places {
		if !taken[p] {
			return false
		}
	}
	return len(taken) > 0
}

func entrusted(d Decision) bool {
	return d.Form == string(delegate.Entrusted) || d.Form == "" && strings.Contains(d.Reason, "委托")
}

// transferred judges a power that was given to a body outside. A body of the
// department's own, or one that people have to pay by order, is none.
func (t *tally) transferred(m *Matter) life {
	d := m.Decided
	own := t.names[m.Unit]
	switch {
	case subordinate.MatchString(d.Target), own != "" && strings.Contains(d.Target, own), t.department(d.Target), subordinate.MatchString(d.Receiver) && !strings.Contains(d.Receiver, "不"):
		return life{Kept, Inward, "转移给“" + d.Target + "”，是本部门的下属单位或者行政机关，不是独立的社会组织"}
	case d.TargetKind != "" && !hasAny(d.TargetKind, "行业", "社会", "中介", "企业", "市场"):
		return life{Kept, Inward, "转移的去向是" + d.TargetKind + "，不是社会组织"}
	case m.Now.Elements.Fee != nil && *m.Now.Elements.Fee, charging.MatchString(d.Reason+d.Receiver) && !noCharge.MatchString(d.Reason+d.Receiver):
		return life{Kept, Inward, "转移给“" + d.Target + "”后仍要按规定交费"}
	}
	return life{Cut, "", "已转移给“" + d.Target + "”"}
}

// department says whether a body is a department of the government.
func (t *tally) department(name string) bool {
	for _, u := range t.w.Units {
		if u.Name == name {
			return true
		}
	}
	return false
}
