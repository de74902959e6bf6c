package inventory

import (
	"slices"
	"strings"

	"qingdan/internal/registry/power"
)

// Aspect is one part of a power's content and extent (内涵外延).
type Aspect struct {
	Name  string // 行使内容 …
	State AspectState
}

// AspectState says whether a part is written down.
type AspectState int

// The states of a part.
const (
	Missing  AspectState = iota // 缺: must be there and is not
	Written                     // 写明
	NotAsked                    // 没有写, and need not be: most powers exclude nothing
)

// Aspects names the parts of a power's content and extent, in the order of
// Extent.
func Aspects() []string {
	return []string{"行使内容", "服务对象", "层级划分", "除外情形", "依据条款"}
}

// Extent says which parts of a power's content and extent a version writes down
// (domain words: content, object, split between the levels, exclusions, and the
// article they rest on). A power of one level needs no split beyond naming it;
// of several levels the content must say which level does what. Exclusions are
// only seen where the words name them.
func Extent(v power.Version) []Aspect {
	e := v.Elements
	mark := func(ok bool) AspectState {
		if ok {
			return Written
		}
		return Missing
	}
	article := slices.ContainsFunc(v.Citations, func(c power.Citation) bool { return c.Ref.Article > 0 })
	exclusion := NotAsked
	if containsAny(e.Content+e.Conditions+e.Remark, []string{"除外", "不包括", "不适用", "不含", "以外的"}) {
		exclusion = mark(article) // each part with its article
	}
	names := Aspects()
	return []Aspect{
		{names[0], mark(strings.TrimSpace(e.Content) != "")},
		{names[1], mark(strings.TrimSpace(e.Object) != "")},
		{names[2], mark(levelsSplit(v))},
		{names[3], exclusion},
		{names[4], mark(article)},
	}
}

// levelsSplit says whether it is clear which level does what.
func levelsSplit(v power.Version) bool {
	levels := strings.FieldsFunc(v.Level, func(r rune) bool { return strings.ContainsRune("、，,；;/ 和及", r) })
	if len(levels) < 2 {
		return len(levels) == 1
	}
	for _, l := range levels {
		if !strings.Contains(v.Elements.Content+v.Elements.Remark+v.Elements.Conditions, strings.TrimSuffix(l, "级")) {
			return false
		}
	}
	return true
}
