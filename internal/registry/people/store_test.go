package people_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
)

func operator() ledger.Actor {
	return ledger.Actor{ID: "cli:test", Name: "操作员", Role: "操作员"}
}

func act(t *testing.T, l *ledger.Ledger, actor ledger.Actor, fn func(ctx context.Context, tx *ledger.Tx) error) error {
	t.Helper()
	return l.Write(context.Background(), actor, fn)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func seedDepartments(t *testing.T, l *ledger.Ledger, names ...string) []sqldb.ID {
	t.Helper()
	var out []sqldb.ID
	must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
		out = nil
		for _, n := range names {
			id, err := org.AddDepartment(ctx, tx, org.Department{Division: "371500", Name: n, ValidFrom: "2014-01-01"})
			if err != nil {
				return err
			}
			out = append(out, id)
		}
		return nil
	}))
	return out
}

func add(t *testing.T, l *ledger.Ledger, a people.Account) sqldb.ID {
	t.Helper()
	if a.Name == "" {
		a.Name = "王示例"
	}
	var id sqldb.ID
	must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, err = people.AddAccount(ctx, tx, a)
		return err
	}))
	return id
}

func actorOf(id sqldb.ID) ledger.Actor { return (&people.Who{Account: id, Name: "某"}).Actor() }

func TestAddAccount(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, d := context.Background(), seedDepartments(t, l, "示例市水利局")[0]
		id := add(t, l, people.Account{Login: " Wang.Ｊianguo ", Name: "王建国", Department: d, Phone: "138-0000-1111", Roles: []people.Role{people.Head, people.Clerk}})
		got, err := people.ByLogin(ctx, db, "WANG.jianguo")
		if err != nil || got.ID != id || got.Login != "wang.jianguo" || got.Name != "王建国" || got.Department != d || got.Disabled ||
			!slices.Equal(got.Roles, []people.Role{people.Clerk, people.Head}) || got.Created.IsZero() {
			t.Errorf("%+v, %v", got, err)
		}
		add(t, l, people.Account{Login: "neu"}) // no role yet
		refused := map[string]people.Account{
			"short":          {Login: "w", Name: "甲"},
			"chinese login":  {Login: "王", Name: "甲"},
			"digit first":    {Login: "1wang", Name: "甲"},
			"markup":         {Login: "w<b>", Name: "甲"},
			"no name":        {Login: "wang2"},
			"blank name":     {Login: "wang2", Name: " 甲"},
			"turned name":    {Login: "wang2", Name: "甲\u202e乙"},
			"long name":      {Login: "wang2", Name: strings.Repeat("甲", 31)},
			"phone":          {Login: "wang2", Name: "甲", Phone: "找小李"},
			"no department":  {Login: "wang2", Name: "甲", Roles: []people.Role{people.Clerk}},
			"no such place":  {Login: "wang2", Name: "甲", Department: sqldb.NewID()},
			"no such group":  {Login: "wang2", Name: "甲", Group: 7},
			"administrators": {Login: "wang2", Name: "甲", Roles: []people.Role{people.SystemAdmin, people.AuditAdmin}},
		}
		for name, a := range refused {
			err := act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { _, err := people.AddAccount(ctx, tx, a); return err })
			if errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		err = act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			_, err := people.AddAccount(ctx, tx, people.Account{Login: "NEU", Name: "别人"})
			return err
		})
		if errs.KindOf(err) != errs.Conflict {
			t.Errorf("a login given twice: %v", err)
		}
		for _, login := range []string{"wang2", "", "x\x00", "\xff", strings.Repeat("a", 1000), "' or 1=1 --"} {
			if _, err := people.ByLogin(ctx, db, login); errs.KindOf(err) != errs.NotFound {
				t.Errorf("login %q: %v", login, err)
			}
		}
	})
}

// No act on an account says in public whom it concerns, or anything of them.
func TestTheLedgerKeepsStaffPrivate(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, d := context.Background(), seedDepartments(t, l, "示例市水利局")[0]
		id := add(t, l, people.Account{Login: "wangjianguo", Name: "王建国", Phone: "13800001111", Department: d, Roles: []people.Role{people.Clerk}})
		for _, fn := range []func(ctx context.Context, tx *ledger.Tx) error{
			func(ctx context.Context, tx *ledger.Tx) error {
				return people.Rename(ctx, tx, id, "王建军", "13900002222")
			},
			func(ctx context.Context, tx *ledger.Tx) error {
				return people.SetRoles(ctx, tx, id, []people.Role{people.Head})
			},
			func(ctx context.Context, tx *ledger.Tx) error {
				return people.LinkIdentity(ctx, tx, "https://id.example", "sub-77", id)
			},
			func(ctx context.Context, tx *ledger.Tx) error { return people.ResetPassword(ctx, tx, id, "$hash") },
			func(ctx context.Context, tx *ledger.Tx) error { return people.Unlock(ctx, tx, id) },
			func(ctx context.Context, tx *ledger.Tx) error { return people.ResetFactor(ctx, tx, id) },
			func(ctx context.Context, tx *ledger.Tx) error { _, err := people.EndSessions(ctx, tx, id); return err },
			func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, id, "调离王建军") },
			func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, id) },
			func(ctx context.Context, tx *ledger.Tx) error {
				return people.UnlinkIdentity(ctx, tx, "https://id.example", "sub-77")
			},
		} {
			must(t, act(t, l, operator(), fn))
		}
		must(t, db.Settle(ctx))
		rows, err := db.Query(ctx, `select kind, leaf, addendum from ledger_entries where log = 2 order by seq`)
		type line struct {
			kind           string
			leaf, addendum []byte
		}
		all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (x line, err error) { return x, r.Scan(&x.kind, &x.leaf, &x.addendum) })
		if err != nil || len(all) != 11 {
			t.Fatalf("%d entries, %v", len(all), err)
		}
		for _, e := range all {
			for _, secret := range []string{"wangjianguo", "王建", "1380000", "1390000", "sub-77", "hash", id.String()} {
				if bytes.Contains(e.leaf, []byte(secret)) {
					t.Errorf("%s says %s in public: %s", e.kind, secret, e.leaf)
				}
			}
			if !bytes.Contains(e.addendum, []byte(`"login":"wangjianguo"`)) || bytes.Contains(e.addendum, []byte("hash")) {
				t.Errorf("%s keeps %s", e.kind, e.addendum)
			}
		}
		must(t, l.Verify(ctx, ledger.Cases))
	})
}

func TestSetRoles(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d := seedDepartments(t, l, "示例市水利局")[0]
		id := add(t, l, people.Account{Login: "wang", Department: d})
		set := func(by ledger.Actor, roles ...people.Role) error {
			return act(t, l, by, func(ctx context.Context, tx *ledger.Tx) error { return people.SetRoles(ctx, tx, id, roles) })
		}
		must(t, set(operator(), people.Head, people.Clerk))
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"the same again":         {set(operator(), people.Clerk, people.Head), errs.Conflict},
			"one's own":              {set(actorOf(id), people.Legal), errs.Forbidden},
			"administrator and else": {set(operator(), people.Clerk, people.AuditAdmin), errs.Invalid},
			"no group":               {set(operator(), people.Reviewer), errs.Invalid},
		} {
			if errs.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if a, err := people.ByID(context.Background(), db, id); err != nil || len(a.Roles) != 2 {
			t.Errorf("after refusals: %+v, %v", a.Roles, err)
		}
		must(t, set(operator()))
		if a, err := people.ByID(context.Background(), db, id); err != nil || len(a.Roles) != 0 {
			t.Errorf("after all were taken: %+v, %v", a.Roles, err)
		}
		err := act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return people.SetRoles(ctx, tx, sqldb.NewID(), []people.Role{people.Legal})
		})
		if errs.KindOf(err) != errs.NotFound {
			t.Errorf("nobody's roles: %v", err)
		}
	})
}

func TestSetPost(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		d := seedDepartments(t, l, "示例市水利局", "示例市卫生局")
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error {
			return people.AddGroup(ctx, tx, 2, "第二审核小组")
		}))
		id := add(t, l, people.Account{Login: "wang", Department: d[0], Roles: []people.Role{people.Clerk}})
		post := func(by ledger.Actor, department sqldb.ID, group int) error {
			return act(t, l, by, func(ctx context.Context, tx *ledger.Tx) error { return people.SetPost(ctx, tx, id, department, group) })
		}
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"unchanged":            {post(operator(), d[0], 0), errs.Conflict},
			"clerk of nothing":     {post(operator(), sqldb.ID{}, 2), errs.Invalid},
			"unknown department":   {post(operator(), sqldb.NewID(), 0), errs.Invalid},
			"unknown group":        {post(operator(), d[1], 9), errs.Invalid},
			"into another's place": {post(actorOf(id), d[1], 0), errs.Forbidden},
		} {
			if errs.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		must(t, post(operator(), d[1], 2))
		if a, err := people.ByID(context.Background(), db, id); err != nil || a.Department != d[1] || a.Group != 2 {
			t.Errorf("%+v, %v", a, err)
		}
	})
}

// There is always somebody left who can mend what went wrong.
func TestTheLastAdministratorStays(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for i, role := range []people.Role{people.SystemAdmin, people.SecurityAdmin, people.AuditAdmin} {
			names := []string{"sys", "sec", "aud"}
			only := add(t, l, people.Account{Login: names[i], Roles: []people.Role{role}})
			disable := func(id sqldb.ID) error {
				return act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, id, "") })
			}
			take := func(id sqldb.ID, roles ...people.Role) error {
				return act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.SetRoles(ctx, tx, id, roles) })
			}
			if err := disable(only); errs.KindOf(err) != errs.Conflict {
				t.Errorf("the last %s is disabled: %v", role, err)
			}
			if err := take(only, people.Legal); errs.KindOf(err) != errs.Conflict {
				t.Errorf("the last %s loses the role: %v", role, err)
			}
			second := add(t, l, people.Account{Login: names[i] + "2", Roles: []people.Role{role}})
			if err := act(t, l, actorOf(second), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, second, "") }); errs.KindOf(err) != errs.Forbidden {
				t.Errorf("%s disables themselves: %v", role, err)
			}
			must(t, disable(second))
			if err := take(only); errs.KindOf(err) != errs.Conflict {
				t.Errorf("a disabled %s counts as one: %v", role, err)
			}
			must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Enable(ctx, tx, second) }))
			must(t, take(only, people.Legal))
		}
	})
}

// Two administrators who disable each other at the same moment do not both
// succeed.
func TestAdministratorsDisableEachOther(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		for round := range 5 {
			login := "sys" + string(rune('a'+round))
			a, b := add(t, l, people.Account{Login: login + "1", Roles: []people.Role{people.SystemAdmin}}), add(t, l, people.Account{Login: login + "2", Roles: []people.Role{people.SystemAdmin}})
			all, err := people.Accounts(context.Background(), db, people.Query{Role: people.SystemAdmin, State: "active"})
			must(t, err)
			for _, x := range all { // those of earlier rounds
				if x.ID != a && x.ID != b {
					must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, x.ID, "") }))
				}
			}
			var wg sync.WaitGroup
			errors := make([]error, 2)
			for i, pair := range [][2]sqldb.ID{{a, b}, {b, a}} {
				wg.Add(1)
				go func() {
					defer wg.Done()
					errors[i] = l.Write(context.Background(), actorOf(pair[0]), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, pair[1], "") })
				}()
			}
			wg.Wait()
			if (errors[0] == nil) == (errors[1] == nil) {
				t.Fatalf("round %d: %v and %v", round, errors[0], errors[1])
			}
		}
	})
}

func TestAccountsAreFound(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, d := context.Background(), seedDepartments(t, l, "示例市水利局", "示例市卫生局")
		add(t, l, people.Account{Login: "wang.jg", Name: "王建国", Department: d[0], Roles: []people.Role{people.Clerk, people.Head}})
		add(t, l, people.Account{Login: "li_m", Name: "李明", Department: d[1], Roles: []people.Role{people.Clerk}})
		add(t, l, people.Account{Login: "zhao", Name: "赵百分%", Roles: []people.Role{people.Legal}})
		off := add(t, l, people.Account{Login: "chen", Name: "陈静"})
		must(t, act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.Disable(ctx, tx, off, "") }))
		for _, c := range []struct {
			q    people.Query
			want string
		}{
			{people.Query{}, "chen li_m wang.jg zhao"},
			{people.Query{Text: "王"}, "wang.jg"},
			{people.Query{Text: "WJG"}, "wang.jg"},
			{people.Query{Text: "Wang."}, "wang.jg"},
			{people.Query{Text: "_"}, "li_m"},
			{people.Query{Text: "%"}, "zhao"},
			{people.Query{Text: "!"}, ""},
			{people.Query{Role: people.Clerk}, "li_m wang.jg"},
			{people.Query{Role: people.Clerk, Department: d[0]}, "wang.jg"},
			{people.Query{NoRole: true}, "chen"},
			{people.Query{State: "disabled"}, "chen"},
			{people.Query{State: "active", Limit: 2}, "li_m wang.jg"},
		} {
			all, err := people.Accounts(ctx, db, c.q)
			must(t, err)
			var got []string
			for _, a := range all {
				got = append(got, a.Login)
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%+v finds %v", c.q, got)
			}
			if c.q.Limit == 0 {
				tallies, err := people.Tallies(ctx, db, c.q)
				must(t, err)
				n := 0
				for _, x := range tallies {
					n += x.First
				}
				if n != len(all) {
					t.Errorf("%+v: tallies of %d, list of %d", c.q, n, len(all))
				}
			}
		}
		first, err := people.Accounts(ctx, db, people.Query{Limit: 2})
		must(t, err)
		rest, err := people.Accounts(ctx, db, people.Query{After: first[1], Limit: 9})
		if err != nil || len(rest) != 2 || rest[0].Login != "wang.jg" || len(rest[0].Roles) != 2 {
			t.Errorf("second page %+v, %v", rest, err)
		}
	})
}

func TestGroups(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, d := context.Background(), seedDepartments(t, l, "示例市卫生局", "示例市财政局", "示例市水利局")
		do := func(fn func(ctx context.Context, tx *ledger.Tx) error) error { return act(t, l, operator(), fn) }
		addGroup := func(no int, name string) error {
			return do(func(ctx context.Context, tx *ledger.Tx) error { return people.AddGroup(ctx, tx, no, name) })
		}
		assign := func(d sqldb.ID, no int) error {
			return do(func(ctx context.Context, tx *ledger.Tx) error { return people.AssignDepartment(ctx, tx, d, no) })
		}
		must(t, addGroup(2, "第二审核小组"))
		must(t, addGroup(1, "第一审核小组"))
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"number twice": {addGroup(2, "又一组"), errs.Conflict}, "number 0": {addGroup(0, "零组"), errs.Invalid}, "no name": {addGroup(3, " "), errs.Invalid},
			"unknown group": {assign(d[0], 9), errs.Invalid}, "unknown department": {assign(sqldb.NewID(), 1), errs.Invalid}, "no department": {assign(sqldb.ID{}, 1), errs.Invalid},
			"unassigned already": {assign(d[0], 0), errs.Conflict},
		} {
			if errs.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		for _, x := range d {
			must(t, assign(x, 1))
		}
		must(t, assign(d[2], 2)) // moves
		must(t, assign(d[0], 0)) // leaves
		must(t, do(func(ctx context.Context, tx *ledger.Tx) error { return people.RenameGroup(ctx, tx, 1, "综合组") }))
		groups, err := people.Groups(ctx, db)
		if err != nil || len(groups) != 2 || groups[0].Name != "综合组" || !slices.Equal(groups[0].Departments, d[1:2]) || !slices.Equal(groups[1].Departments, d[2:]) {
			t.Errorf("%+v, %v", groups, err)
		}
	})
}

func TestIdentities(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx, id, other := context.Background(), add(t, l, people.Account{Login: "wang"}), add(t, l, people.Account{Login: "li"})
		link := func(by ledger.Actor, issuer, subject string, account sqldb.ID) error {
			return act(t, l, by, func(ctx context.Context, tx *ledger.Tx) error {
				return people.LinkIdentity(ctx, tx, issuer, subject, account)
			})
		}
		must(t, link(operator(), "https://id.example", "77", id))
		for name, c := range map[string]struct {
			err  error
			want errs.Kind
		}{
			"somebody else's": {link(operator(), "https://id.example", "77", other), errs.Conflict},
			"no subject":      {link(operator(), "https://id.example", "", other), errs.Invalid},
			"oneself":         {link(actorOf(other), "https://id.example", "78", other), errs.Forbidden},
			"nobody":          {link(operator(), "https://id.example", "79", sqldb.NewID()), errs.NotFound},
		} {
			if errs.KindOf(c.err) != c.want {
				t.Errorf("%s: %v", name, c.err)
			}
		}
		if a, err := people.ByIdentity(ctx, db, "https://id.example", "77"); err != nil || a.ID != id {
			t.Errorf("%+v, %v", a, err)
		}
		for _, x := range [][2]string{{"https://id.example", "78"}, {"https://other.example", "77"}, {"", ""}} {
			if _, err := people.ByIdentity(ctx, db, x[0], x[1]); errs.KindOf(err) != errs.NotFound {
				t.Errorf("%v: %v", x, err)
			}
		}
	})
}

func TestSettings(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		ctx := context.Background()
		if s, err := people.ReadSettings(ctx, db); err != nil || s != people.DefaultSettings() {
			t.Errorf("%+v, %v", s, err)
		}
		set := func(s people.Settings) error {
			return act(t, l, operator(), func(ctx context.Context, tx *ledger.Tx) error { return people.SetSettings(ctx, tx, s) })
		}
		good := people.Settings{ProfileKey: session.Modern, Idle: 10 * time.Minute, Absolute: 12 * time.Hour, SecondFactor: people.Everybody}
		must(t, set(people.DefaultSettings()))
		must(t, set(good))
		for name, change := range map[string]func(s *people.Settings){
			"profile": func(s *people.Settings) { s.ProfileKey = "lax" }, "no idle limit": func(s *people.Settings) { s.Idle = 0 },
			"a day idle": func(s *people.Settings) { s.Idle = 24 * time.Hour }, "for ever": func(s *people.Settings) { s.Absolute = 1000 * time.Hour },
			"minutes only": func(s *people.Settings) { s.Absolute = time.Minute }, "seconds": func(s *people.Settings) { s.Idle += time.Second },
			"factor": func(s *people.Settings) { s.SecondFactor = "" },
		} {
			s := good
			change(&s)
			if err := set(s); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if s, err := people.ReadSettings(ctx, db); err != nil || s != good || s.Profile().Key != session.Modern {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

func TestVisit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		id := add(t, l, people.Account{Login: "wang"})
		day := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
		for _, c := range []struct {
			at, since time.Duration // since < 0: the zero Time
		}{{0, -1}, {time.Hour, -1}, {6 * time.Hour, 0}, {11 * time.Hour, 0}, {72 * time.Hour, 6 * time.Hour}} {
			var got time.Time
			must(t, db.Write(context.Background(), func(tx *sqldb.Tx) (err error) {
				got, err = people.Visit(context.Background(), tx, id, day.Add(c.at))
				return err
			}))
			want := time.Time{}
			if c.since >= 0 {
				want = day.Add(c.since)
			}
			if !got.Equal(want) {
				t.Errorf("visit after %v: new since %v, want %v", c.at, got, want)
			}
		}
	})
}
