// Package power keeps the powers (权责事项): identities with a lineage, their
// immutable versions, and the change (事项变更) that carries a version along
// the chain of the reform under the one transition table. authority.go judges
// what a law of a level may create (设定权); required.go holds the table of
// required elements.
package power

import "qingdan/internal/engine/grant"

// Category is one of the ten categories of the 2014 list (权力类别), named in
// that scheme; ItemType maps it to the national code.
type Category string

// The ten categories, in the order of the published list.
const (
	CategoryPermit       Category = "行政审批"
	CategoryPenalty      Category = "行政处罚"
	CategoryCoercion     Category = "行政强制"
	CategoryLevy         Category = "行政征收"
	CategoryPayment      Category = "行政给付"
	CategoryAdjudication Category = "行政裁决"
	CategoryConfirmation Category = "行政确认"
	CategoryReward       Category = "行政奖励"
	CategorySupervision  Category = "行政监督"
	CategoryOther        Category = "其他权力"
)

// CategoryService is 公共服务 (事项类型 20): departments report it with their
// powers, but it is none; 五对照/1 says so and it is not published as one.
const CategoryService Category = "公共服务"

// Categories lists the ten in the order of the published list.
func Categories() []Category {
	return []Category{
		CategoryPermit, CategoryPenalty, CategoryCoercion, CategoryLevy, CategoryPayment,
		CategoryAdjudication, CategoryConfirmation, CategoryReward, CategorySupervision, CategoryOther,
	}
}

// ParseCategory finds a category, 公共服务 included, by its exact word.
func ParseCategory(s string) (Category, bool) {
	for _, c := range append(Categories(), CategoryService) {
		if string(c) == s {
			return c, true
		}
	}
	return "", false
}

// ItemType is the national code of the category (事项类型): 审批 stands for
// 01 行政许可 and 监督 for 06 行政检查, item by item where a law says so.
func (c Category) ItemType() string {
	switch c {
	case CategoryPermit:
		return "01"
	case CategoryPenalty:
		return "02"
	case CategoryCoercion:
		return "03"
	case CategoryLevy:
		return "04"
	case CategoryPayment:
		return "05"
	case CategorySupervision:
		return "06"
	case CategoryConfirmation:
		return "07"
	case CategoryReward:
		return "08"
	case CategoryAdjudication:
		return "09"
	case CategoryService:
		return "20"
	default:
		return "10"
	}
}

// Initiative says how a power starts: on application (依申请) or ex officio
// (依职权).
type Initiative string

// The two ways a power starts.
const (
	OnApplication Initiative = "依申请"
	ExOfficio     Initiative = "依职权"
)

// DefaultInitiative is the way a category starts by its kind; 其他权力 must
// declare it item by item and has none.
func (c Category) DefaultInitiative() Initiative {
	switch c {
	case CategoryPermit, CategoryPayment, CategoryAdjudication, CategoryConfirmation, CategoryReward, CategoryService:
		return OnApplication
	case CategoryPenalty, CategoryCoercion, CategoryLevy, CategorySupervision:
		return ExOfficio
	default:
		return ""
	}
}

// CategoryOf gives the category of the list that a power granted by an article
// of law belongs to.
func CategoryOf(k grant.Kind) Category {
	switch k {
	case grant.Permit:
		return CategoryPermit
	case grant.Penalty:
		return CategoryPenalty
	case grant.Measure, grant.Execution:
		return CategoryCoercion
	case grant.Levy:
		return CategoryLevy
	case grant.Payment:
		return CategoryPayment
	case grant.Adjudication:
		return CategoryAdjudication
	case grant.Confirmation:
		return CategoryConfirmation
	case grant.Reward:
		return CategoryReward
	case grant.Inspection:
		return CategorySupervision
	default:
		return CategoryOther
	}
}
