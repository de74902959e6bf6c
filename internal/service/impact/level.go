package impact

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
)

// level asks, where a basis falls away, whether what remains may still create
// such a power on the day of the change (设定权). It says nothing where no other
// basis remains: that the law is gone says it.
func (f *follower) level(ctx context.Context, v version, x found) ([]Reason, error) {
	if r, lower := f.remade(v, x); lower {
		return r, nil
	}
	gone := slices.ContainsFunc(x.reasons, func(r Reason) bool {
		return r.Kind == LawRepealed || r.Kind == TextOut || r.Kind == ArticleGone
	})
	if !gone || v.standsElsewhere(f, x) {
		return nil, nil
	}
	levels, err := otherLevels(ctx, f.tx, v.Version, x.document)
	if err != nil || len(levels) == 0 {
		return nil, err
	}
	var why []string
	for _, l := range levels {
		j := power.JudgeSetting(power.Setting{Category: v.Category, Level: l, Day: max(x.day, f.today)})
		if j.Verdict != power.SettingForbidden && j.Verdict != power.SettingDetailOnly {
			return nil, nil
		}
		why = append(why, l+"："+j.Reason+"（"+j.Rule+"）")
	}
	return []Reason{{Kind: LevelTooLow, Note: "其余依据都无权设定：" + strings.Join(why, "；")}}, nil
}

// standsElsewhere says whether the version cites another place of the same law
// that the change leaves standing.
func (v version) standsElsewhere(f *follower, x found) bool {
	for _, c := range v.refs {
		touched := slices.ContainsFunc(x.reasons, func(r Reason) bool { return r.Citation == c.seq })
		res := f.history.Resolve(c.ref, max(x.day, f.today), law.Standing)
		if !touched && res.Document.ID == x.document && res.Article > 0 {
			return true
		}
	}
	return false
}

// remade asks, where a title goes over to a document of another level (an
// 行政法规 is repealed and made anew as a rule), whether the new one may create
// such a power; lower says that the level changed.
func (f *follower) remade(v version, x found) (rs []Reason, lower bool) {
	if x.kind != Amended || f.history == nil {
		return nil, false
	}
	e, ok := f.history.Edition(x.to)
	if !ok || e.Document == x.document {
		return nil, false
	}
	old, _ := f.history.Document(x.document)
	now, _ := f.history.Document(e.Document)
	if old.Level == now.Level {
		return nil, false
	}
	j := power.JudgeSetting(power.Setting{Category: v.Category, Level: string(now.Level), Day: max(x.day, f.today)})
	if j.Verdict != power.SettingForbidden && j.Verdict != power.SettingDetailOnly {
		return nil, true
	}
	return []Reason{{Kind: LevelTooLow, Note: "由" + string(old.Level) + "改为" + string(now.Level) + "：" + j.Reason + "（" + j.Rule + "）"}}, true
}
