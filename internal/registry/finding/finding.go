// Package finding keeps what the checks found (审核发现): evidence of a rule on
// a version, on a stated day. Rules give evidence; a named person concludes.
package finding

import (
	"time"

	"qingdan/internal/platform/sqldb"
)

// Severity says what a finding asks for.
type Severity string

// The severities.
const (
	Blocks Severity = "应处理" // cannot stay as it is
	Asks   Severity = "请核实" // a person must look
	Tells  Severity = "提示"  // worth knowing
)

// Finding is one piece of evidence. Version is zero for what concerns no
// single power (a mandate row without power); Subject then names it.
type Finding struct {
	Version  sqldb.ID
	Rule     string // name of the rule: 五对照/3
	Severity Severity
	Message  string // one Chinese sentence for the reviewer
	Evidence string // what the sentence rests on: article, row, other power
}

// Run is one execution of the checks over all open changes.
type Run struct {
	ID       sqldb.ID
	Day      string // the day the law was read on
	At       time.Time
	Powers   int
	Findings int
	Digest   [32]byte // SHA-256 over the findings in order
}
