package people_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/testkit"
)

var update = flag.Bool("update", false, "write testdata/permits.golden anew")

// states are all of a change, and "" for what is no change.
func states() []power.State {
	return []power.State{"", power.SelfCheck, power.HandedUp, power.Review, power.Proposed, power.Consulting, power.Approved, power.Published,
		power.Replaced, power.Ended, power.Cancelled, power.HandedDown, power.Transferred, power.MergedAway, power.Frozen, power.Reclassified, power.Withdrawn}
}

// answers says for one action of somebody how far it goes, and in which states:
// what the golden file holds for a role.
func answers(who *people.Who, a people.Action, target sqldb.ID) string {
	open, conflict := 0, []string{}
	for _, s := range states() {
		switch errs.KindOf(who.MayOn(a, people.Target{Department: target, State: s})) {
		case errs.Forbidden:
			return "forbidden"
		case errs.NotFound:
			return "not found"
		case errs.Conflict:
			conflict = append(conflict, string(s))
		case errs.Internal: // no error has this kind too
			open++
		default:
			return "another kind of error"
		}
	}
	if len(conflict) == 0 {
		return "yes"
	}
	if open == 0 {
		return "never"
	}
	var in []string
	for _, s := range states() {
		if s != "" && !slices.Contains(conflict, string(s)) {
			in = append(in, string(s))
		}
	}
	return "in " + strings.Join(in, ", ")
}

// The whole table: every role and action, on one's own department, on one that
// the audit group reviews, and on any other, in every state. It is written out,
// so that no change of the code changes a right unseen.
func TestPermits(t *testing.T) {
	own, reviewed, other := sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
	var b strings.Builder
	b.WriteString("role            action            own | reviewed by the group | other (one word: all alike)\n")
	for _, role := range append(people.Roles(), "") {
		who := &people.Who{Account: sqldb.NewID(), Department: own, Group: 1, Reviews: []sqldb.ID{reviewed}}
		if role != "" {
			who.Roles = []people.Role{role}
		}
		for _, a := range people.Actions() {
			may := errs.KindOf(who.May(a)) != errs.Forbidden
			line := answers(who, a, own)
			if r, o := answers(who, a, reviewed), answers(who, a, other); r != line || o != line {
				line = strings.Join([]string{line, r, o}, " | ")
			}
			if may == strings.Contains(line, "forbidden") {
				t.Errorf("%s %s: May says %v, MayOn %s", role, a, may, line)
			}
			name := string(role)
			if name == "" {
				name = "(no role)"
			}
			fmt.Fprintf(&b, "%-15s %-17s %s\n", name, a, line)
		}
	}
	golden := filepath.Join("testdata", "permits.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got := b.String(); got != string(want) {
		for i, l := range strings.Split(got, "\n") {
			if w := strings.Split(string(want), "\n"); i >= len(w) || w[i] != l {
				t.Fatalf("line %d is\n%s\nwanted\n%s", i+1, l, strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""))
			}
		}
		t.Fatal("the golden file has more lines")
	}
}

// What stands in the table names what there is, and no row twice.
func TestPermitsAreWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range people.Permits() {
		key := fmt.Sprint(p.Action, p.Role, p.Reach)
		if seen[key] || !slices.Contains(people.Actions(), p.Action) || !slices.Contains(people.Roles(), p.Role) || p.Reach < people.Own || p.Reach > people.All {
			t.Errorf("row %+v", p)
		}
		seen[key] = true
	}
	for _, a := range people.Actions() {
		if a != people.Work && !slices.ContainsFunc(people.Permits(), func(p people.Permit) bool { return p.Action == a }) {
			t.Errorf("nobody may %s", a)
		}
	}
}

// None of the three administrators can do another's job, nor any of the work,
// and nobody else can do theirs.
func TestAdministratorsAreSeparate(t *testing.T) {
	theirs := map[people.Role][]people.Action{
		people.SystemAdmin:   {people.Work, people.ManageAccounts, people.ShowPersonal},
		people.SecurityAdmin: {people.Work, people.ManageSecurity},
		people.AuditAdmin:    {people.Work, people.ReadAudit},
	}
	for _, role := range people.Roles() {
		who := &people.Who{Account: sqldb.NewID(), Department: sqldb.NewID(), Roles: []people.Role{role}}
		for _, a := range people.Actions() {
			may := who.May(a) == nil
			if list, admin := theirs[role]; admin && may != slices.Contains(list, a) {
				t.Errorf("%s %s: %v", role, a, may)
			} else if !admin && may && (a == people.ManageAccounts || a == people.ManageSecurity || a == people.ReadAudit) {
				t.Errorf("%s may %s", role, a)
			}
		}
	}
}

func TestTheZeroWhoMayNothing(t *testing.T) {
	var who people.Who
	for _, a := range people.Actions() {
		if who.May(a) == nil || who.MayOn(a, people.Target{}) == nil || who.Scope(a).All || len(who.Scope(a).Departments) > 0 {
			t.Errorf("nobody may %s", a)
		}
	}
}

// drawWho makes somebody with any roles in any post.
func drawWho(t *rapid.T, departments []sqldb.ID) *people.Who {
	who := &people.Who{Account: sqldb.NewID(), Group: rapid.IntRange(0, 2).Draw(t, "group")}
	who.Roles = rapid.SliceOfNDistinct(rapid.SampledFrom(people.Roles()), 0, 4, rapid.ID[people.Role]).Draw(t, "roles")
	if rapid.Bool().Draw(t, "posted") {
		who.Department = rapid.SampledFrom(departments).Draw(t, "department")
	}
	who.Reviews = rapid.SliceOfNDistinct(rapid.SampledFrom(departments), 0, 3, rapid.ID[sqldb.ID]).Draw(t, "reviews")
	return who
}

// A list cut by Scope shows exactly what MayOn lets one open.
func TestScopeIsMayOn(t *testing.T) {
	departments := []sqldb.ID{sqldb.NewID(), sqldb.NewID(), sqldb.NewID(), sqldb.NewID()}
	rapid.Check(t, func(t *rapid.T) {
		who := drawWho(t, departments)
		a := rapid.SampledFrom(people.Actions()).Draw(t, "action")
		for _, d := range append(departments, sqldb.ID{}) {
			if in, may := who.Scope(a).Has(d), who.MayOn(a, people.Target{Department: d}) == nil; in != may {
				t.Fatalf("department %v: the scope has it %v, MayOn %v", d, in, may)
			}
		}
	})
}

// More roles never take a right away.
func TestRolesAdd(t *testing.T) {
	departments := []sqldb.ID{sqldb.NewID(), sqldb.NewID()}
	rapid.Check(t, func(t *rapid.T) {
		who := drawWho(t, departments)
		more := *who
		more.Roles = append(slices.Clone(who.Roles), rapid.SampledFrom(people.Roles()).Draw(t, "more"))
		a := rapid.SampledFrom(people.Actions()).Draw(t, "action")
		target := people.Target{Department: rapid.SampledFrom(departments).Draw(t, "target"), State: rapid.SampledFrom(states()).Draw(t, "state")}
		if who.MayOn(a, target) == nil && more.MayOn(a, target) != nil {
			t.Fatal("another role took a right away")
		}
	})
}

// What SQL keeps by Within is what Has keeps, on both engines.
func TestWithinIsHas(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := context.Background()
		departments := seedDepartments(t, l, "甲局", "乙局", "丙局", "丁局")
		rapid.Check(t, func(t *rapid.T) {
			who := drawWho(t, departments)
			scope := who.Scope(rapid.SampledFrom(people.Actions()).Draw(t, "action"))
			var w sqldb.Where
			w.And("name <> ?", "丁局")
			scope.Within(&w, "id")
			rows, err := db.Query(ctx, `select id from departments where `+w.Text(), w.Args...)
			found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (id sqldb.ID, err error) { return id, r.Scan(&id) })
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range departments[:3] {
				if slices.Contains(found, d) != scope.Has(d) {
					t.Fatalf("department %v: in the list %v, in the scope %v", d, slices.Contains(found, d), scope.Has(d))
				}
			}
			if slices.Contains(found, departments[3]) {
				t.Fatal("another condition of the query is lost")
			}
		})
	})
}

func TestCheckRoles(t *testing.T) {
	d := sqldb.NewID()
	cases := []struct {
		name       string
		roles      []people.Role
		department sqldb.ID
		group      int
		ok         bool
	}{
		{"none yet", nil, sqldb.ID{}, 0, true},
		{"clerk and head", []people.Role{people.Clerk, people.Head}, d, 0, true},
		{"clerk without department", []people.Role{people.Clerk}, sqldb.ID{}, 0, false},
		{"officer without department", []people.Role{people.Legal, people.Officer}, sqldb.ID{}, 1, false},
		{"reviewer", []people.Role{people.Reviewer}, d, 2, true},
		{"leader without group", []people.Role{people.GroupLeader}, d, 0, false},
		{"system", []people.Role{people.SystemAdmin}, sqldb.ID{}, 0, true},
		{"system and security", []people.Role{people.SystemAdmin, people.SecurityAdmin}, sqldb.ID{}, 0, false},
		{"audit and clerk", []people.Role{people.Clerk, people.AuditAdmin}, d, 0, false},
		{"twice", []people.Role{people.Legal, people.Legal}, sqldb.ID{}, 0, false},
		{"unknown", []people.Role{"mayor"}, d, 1, false},
		{"empty word", []people.Role{""}, d, 1, false},
	}
	for _, c := range cases {
		err := people.CheckRoles(c.roles, c.department, c.group)
		if (err == nil) != c.ok || err != nil && errs.KindOf(err) != errs.Invalid {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, a := range people.Roles() {
		for _, b := range people.Roles() {
			admin := a == people.SystemAdmin || a == people.SecurityAdmin || a == people.AuditAdmin || b == people.SystemAdmin || b == people.SecurityAdmin || b == people.AuditAdmin
			if err := people.CheckRoles([]people.Role{a, b}, d, 1); a != b && (err == nil) == admin {
				t.Errorf("%s with %s: %v", a, b, err)
			}
		}
	}
}
