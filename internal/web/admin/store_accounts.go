package admin

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
)

// person is an account with what the administrators are told of it. Name and
// phone are whole here; pages get them through the masker.
type person struct {
	people.Account
	departmentName string
	groupName      string
	proof
}

// proof is what may be told of how somebody proves who they are.
type proof struct {
	password    bool
	mustChange  bool
	factor      bool      // a second factor is in use
	lockedUntil time.Time // zero when it is not locked
}

// persons lists every account in the order of the logins. There are some
// hundreds in a city; filters, counts, list and export take from this one list,
// so that they cannot differ.
func persons(ctx context.Context, r sqldb.Reader, now time.Time) ([]person, error) {
	accounts, err := people.Accounts(ctx, r, people.Query{})
	if err != nil {
		return nil, err
	}
	proofs, err := proofs(ctx, r, now)
	if err != nil {
		return nil, err
	}
	names, err := departmentNames(ctx, r)
	if err != nil {
		return nil, err
	}
	groups, err := people.Groups(ctx, r)
	if err != nil {
		return nil, err
	}
	out := make([]person, len(accounts))
	for i, a := range accounts {
		out[i] = person{Account: a, departmentName: names[a.Department], proof: proofs[a.ID]}
		if at := slices.IndexFunc(groups, func(g people.Group) bool { return g.No == a.Group }); at >= 0 {
			out[i].groupName = groups[at].Name
		}
	}
	slices.SortFunc(out, func(a, b person) int { return cmp.Compare(a.Login, b.Login) })
	return out, nil
}

func departmentNames(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]string, error) {
	all, err := org.Departments(ctx, r, "")
	names := make(map[sqldb.ID]string, len(all))
	for _, d := range all {
		names[d.ID] = d.Name
	}
	return names, err
}

// proofs reads of every account how it is proved.
func proofs(ctx context.Context, r sqldb.Reader, now time.Time) (map[sqldb.ID]proof, error) {
	type line struct {
		account sqldb.ID
		proof
	}
	rows, err := r.Query(ctx, `select account_id, case when hash = '' then 0 else 1 end, must_change, locked_until, totp_state from credentials`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		var has int
		var must, factor string
		var until int64
		err := r.Scan(&l.account, &has, &must, &until, &factor)
		l.password, l.mustChange, l.factor = has != 0, must != "", factor == factorInUse
		if until > sqldb.Micros(now) {
			l.lockedUntil = sqldb.FromMicros(until)
		}
		return l, err
	})
	out := make(map[sqldb.ID]proof, len(all))
	for _, l := range all {
		out[l.account] = l.proof
	}
	return out, errs.Wrap("how accounts are proved", err)
}

// factorInUse is how platform/session stores a second factor in use.
const factorInUse = "on"

// find gives one account with all that is told of it; NotFound in the words of
// what is nobody's business.
func find(ctx context.Context, r sqldb.Reader, id sqldb.ID, now time.Time) (person, error) {
	all, err := persons(ctx, r, now)
	if err != nil {
		return person{}, err
	}
	i := slices.IndexFunc(all, func(p person) bool { return p.ID == id })
	if i < 0 {
		return person{}, people.Unknown()
	}
	return all[i], nil
}

// named says whether an account is meant by what was typed: a part of the
// login, the whole name, or the first letters of its pinyin. A part of a name
// finds nothing, so that nobody spells out a name that is masked.
func (p person) named(words string) bool {
	typed := hanzi.Fold(words)
	return typed == "" || strings.Contains(p.Login, typed) || hanzi.Fold(p.Name) == typed || hanzi.Initials(p.Name) == typed
}
