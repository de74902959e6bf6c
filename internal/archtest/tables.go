package archtest

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// table is what a migration says about a table: how it is written and the one
// room that writes it.
type table struct {
	kind  string // act | working | derived
	owner string // room
}

var (
	tableComment = regexp.MustCompile(`^--\s*table\s+(\w+)\s*:\s*(\w+)\s*,\s*owner\s+(\S+)\s*$`)
	createTable  = regexp.MustCompile(`(?i)^\s*create\s+(?:virtual\s+)?table\s+(?:if\s+not\s+exists\s+)?(\w+)`)
	tableKinds   = map[string]bool{"act": true, "working": true, "derived": true}
)

// tables reads the declarations of all migrations. A table without one, a
// declaration without a table, an unknown kind or owner is a finding.
func tables(t *tree) (map[string]table, []finding) {
	declared, created := map[string]table{}, map[string]bool{}
	var out []finding
	for _, x := range t.texts {
		if path.Dir(x.path) != "internal/platform/sqldb/migrations" || path.Ext(x.path) != ".sql" {
			continue
		}
		for i, line := range strings.Split(x.body, "\n") {
			pos := fmt.Sprintf("%s:%d", x.path, i+1)
			if m := tableComment.FindStringSubmatch(line); m != nil {
				if !tableKinds[m[2]] {
					out = append(out, finding{pos, "kind " + m[2] + " is none of act, working, derived"})
				}
				if floorOf(m[3]) == 0 {
					out = append(out, finding{pos, "owner " + m[3] + " stands on no floor"})
				}
				if _, twice := declared[m[1]]; twice {
					out = append(out, finding{pos, "table " + m[1] + " is declared twice"})
				}
				declared[m[1]] = table{kind: m[2], owner: m[3]}
			}
			if m := createTable.FindStringSubmatch(line); m != nil {
				created[m[1]] = true
				if _, ok := declared[m[1]]; !ok {
					out = append(out, finding{pos, "table " + m[1] + " has no line `-- table " + m[1] + ": act|working|derived, owner ROOM` above it"})
				}
			}
		}
	}
	return declared, out
}
