// Package inventory is 清权: taking in what departments report, and checking
// every power. Rules give evidence (findings); a named person concludes.
//
// import.go takes workbooks in; compare.go holds 五对照 (scope, approval
// catalogue, legal basis, 三定, other places); inspect.go holds 六查看;
// totals.go holds 两摸清. Each rule is one exported function under a //rule:
// line. Desk is what they look things up in; check.go runs them.
package inventory
