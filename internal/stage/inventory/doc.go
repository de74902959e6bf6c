// Package inventory is 清权: taking in what departments report, and checking
// every power. Rules give evidence (findings); a named person concludes.
//
// Departments fill in (填报) in two ways. draft.go and finish.go are the form: a
// draft is a working row of one person, and finishing it makes the next version;
// wording.go, fields.go and flaws.go say what a form holds and what is wrong with
// it. filed.go is the department's workbook, sorted row by row against what the
// department has. Both ask round.Filling in the transaction that writes.
//
// import.go takes workbooks in; compare.go holds 五对照 (scope, approval
// catalogue, legal basis, 三定, other places); inspect.go holds 六查看;
// totals.go holds 两摸清. Each rule is one exported function under a //rule:
// line. Desk is what they look things up in; check.go runs them.
package inventory
