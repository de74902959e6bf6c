package overlap

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// readState is what a search rests on: as long as it is the same, so is what it
// finds.
func readState(ctx context.Context, r sqldb.Reader) (string, error) {
	var n [5]int64
	err := r.QueryRow(ctx, `select (select count(*) from power_versions), (select count(*) from changes), (select coalesce(max(moved_at), 0) from changes),
		(select count(*) from mandates), (select count(*) from departments)`).Scan(&n[0], &n[1], &n[2], &n[3], &n[4])
	parts := make([]string, len(n))
	for i, x := range n {
		parts[i] = strconv.FormatInt(x, 10)
	}
	return strings.Join(parts, " "), errs.Wrap("state of a search for overlaps", err)
}

// readLevels gives the highest level among the laws that each version rests on,
// as far as the checks found them.
func readLevels(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]law.Level, error) {
	type based struct {
		version sqldb.ID
		level   law.Level
	}
	rows, err := r.Query(ctx, `select k.version_id, d.level from citation_links k join law_documents d on d.id = k.document_id
		where k.state in ('resolved', 'no_article') group by k.version_id, d.level`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (based, error) {
		var b based
		err := r.Scan(&b.version, &b.level)
		return b, err
	})
	out := map[sqldb.ID]law.Level{}
	for _, b := range all {
		known, ok := out[b.version]
		if at := slices.Index(law.Levels(), b.level); at >= 0 && (!ok || at < slices.Index(law.Levels(), known)) {
			out[b.version] = b.level
		}
	}
	return out, errs.Wrap("levels of bases", err)
}

// verdicts are the judgements in the books, for telling what a group was judged.
type verdicts struct {
	all     map[sqldb.ID]judgement
	ofPower map[sqldb.ID][]sqldb.ID // judgements, the latest first
}

type judgement struct {
	verdict Verdict
	powers  map[sqldb.ID]bool
}

func readJudged(ctx context.Context, r sqldb.Reader) (verdicts, error) {
	type line struct {
		id, power sqldb.ID
		verdict   Verdict
	}
	rows, err := r.Query(ctx, `select j.id, d.power_id, j.verdict from overlap_judgements j join overlap_judged d on d.judgement_id = j.id order by j.at desc, j.id desc`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		err := r.Scan(&l.id, &l.power, &l.verdict)
		return l, err
	})
	v := verdicts{map[sqldb.ID]judgement{}, map[sqldb.ID][]sqldb.ID{}}
	for _, l := range all {
		if _, known := v.all[l.id]; !known {
			v.all[l.id] = judgement{l.verdict, map[sqldb.ID]bool{}}
		}
		v.all[l.id].powers[l.power] = true
		v.ofPower[l.power] = append(v.ofPower[l.power], l.id)
	}
	return v, errs.Wrap("judgements of overlaps", err)
}

// of gives the latest judgement that was given to all of some powers.
func (v verdicts) of(powers []sqldb.ID) Verdict {
	for _, id := range v.ofPower[powers[0]] {
		j := v.all[id]
		if !slices.ContainsFunc(powers, func(p sqldb.ID) bool { return !j.powers[p] }) {
			return j.verdict
		}
	}
	return Open
}

// LastRun gives the last search of the site's division; nil before the first.
func LastRun(ctx context.Context, r sqldb.Reader) (*Run, error) {
	division, err := org.Here(ctx, r)
	if err != nil {
		return nil, err
	}
	var run Run
	var at int64
	var digest []byte
	var state string
	err = r.QueryRow(ctx, `select at, powers, found, pooled, digest, state from overlap_runs where division = ?`, division).
		Scan(&at, &run.Powers, &run.Found, &run.Pooled, &digest, &state)
	switch {
	case errs.Is(err, sqldb.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, errs.Wrap("last search for overlaps", err)
	case len(digest) != len(run.Digest):
		return nil, errs.Wrap("last search for overlaps", errs.New(errs.Internal, "查找记录的摘要长度不对"))
	}
	copy(run.Digest[:], digest)
	now, err := readState(ctx, r)
	run.At, run.Stale = sqldb.FromMicros(at), now != state
	return &run, err
}

// Query chooses groups. The zero value of a field asks nothing.
type Query struct {
	Kind       Kind
	Verdict    *Verdict
	Department sqldb.ID // one of its powers is of the department
	Category   string
	Words      string // found in the name of a power of the group, or in its article
	Power      sqldb.ID
	After      Place
	Before     Place
	Limit      int // 0 for all
}

// where gathers the conditions of a query but its place. A group is seen by
// whoever sees one of its powers.
func (q Query) where(s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	member := func(cond string, args ...any) {
		w.And(`exists (select 1 from overlap_members m where m.group_id = g.id and `+cond+`)`, args...)
	}
	if !s.All {
		var in sqldb.Where
		s.Within(&in, "m.department_id")
		member(in.Text(), in.Args...)
	}
	w.Is("g.kind", string(q.Kind))
	w.Is("g.category", q.Category)
	if q.Verdict != nil {
		w.And("g.state = ?", string(*q.Verdict))
	}
	if !q.Department.IsZero() {
		member("m.department_id = ?", q.Department)
	}
	if !q.Power.IsZero() {
		member("m.power_id = ?", q.Power)
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		in := sqldb.Where{}
		in.And(`m.group_id = g.id and lower(v.name) like ? escape '\'`, like)
		seen(&in, s)
		w.And(`(lower(g.place) like ? escape '\' or exists (select 1 from overlap_members m join power_versions v on v.id = m.version_id
			join changes c on c.id = m.change_id where `+in.Text()+`))`, append([]any{like}, in.Args...)...)
	}
	return w
}

// seen adds that a member is public or within a scope.
func seen(w *sqldb.Where, s people.Scope) {
	if s.All {
		return
	}
	var in sqldb.Where
	s.Within(&in, "m.department_id")
	w.And(`(c.state = 'published' or `+in.Text()+`)`, in.Args...)
}

const groupColumns = `select g.id, g.order_key, g.kind, g.score, g.size, g.offices, g.name, g.category, g.place, g.reasons, g.lead_id, g.into_id, g.why, g.state
	from overlap_groups g `

func scanGroup(r *sqldb.Rows) (Group, error) {
	var g Group
	var reasons string
	err := r.Scan(&g.ID, &g.order, &g.Kind, &g.Score, &g.Size, &g.Offices, &g.Name, &g.Category, &g.Place, &reasons, &g.Lead, &g.Into, &g.Why, &g.Verdict)
	g.Reasons = strings.Split(reasons, "\n")
	return g, err
}

// Groups reads the groups that somebody sees (people.SeeCuts): those with a power
// within the scope, the surest first; with Before the rows that end there, in the
// same order. Of a group whose first power is not theirs to see the name stays
// empty.
func Groups(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Group, error) {
	w := q.where(s)
	order, back := ` order by g.order_key, g.id`, q.Before != Place{}
	switch {
	case back:
		w.And(`(g.order_key, g.id) < (?, ?)`, q.Before.Order, q.Before.ID)
		order = ` order by g.order_key desc, g.id desc`
	case q.After != Place{}:
		w.And(`(g.order_key, g.id) > (?, ?)`, q.After.Order, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, groupColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanGroup)
	if back {
		slices.Reverse(all)
	}
	if err != nil {
		return nil, errs.Wrap("overlaps", err)
	}
	return all, veil(ctx, r, s, all)
}

// veil takes out of groups what would tell somebody of a power that is not theirs
// to see: its name, and that its department should lead.
func veil(ctx context.Context, r sqldb.Reader, s people.Scope, groups []Group) error {
	if s.All || len(groups) == 0 {
		return nil
	}
	members, err := Members(ctx, r, s, groups...)
	if err != nil {
		return err
	}
	for i := range groups {
		g := &groups[i]
		if members[g.ID][0].Hidden {
			g.Name = ""
		}
		if !slices.ContainsFunc(members[g.ID], func(m Member) bool { return m.Power == g.Into }) {
			g.Lead, g.Into, g.Why = sqldb.ID{}, sqldb.ID{}, ""
		}
	}
	return nil
}

// ByID finds a group; NotFound when there is none, such as after a search that no
// longer finds it, or none of its powers is within the scope.
func ByID(ctx context.Context, r sqldb.Reader, s people.Scope, id sqldb.ID) (Group, error) {
	w := Query{}.where(s)
	w.And("g.id = ?", id)
	rows, err := r.Query(ctx, groupColumns+`where `+w.Text(), w.Args...)
	all, err := sqldb.Collect(rows, err, scanGroup)
	switch {
	case err != nil:
		return Group{}, errs.Wrap("overlap", err)
	case len(all) == 0:
		return Group{}, people.Unknown()
	}
	return all[0], veil(ctx, r, s, all)
}

// Members reads the powers of groups, the first of each group first. What is of
// other departments and not published is Hidden.
func Members(ctx context.Context, r sqldb.Reader, s people.Scope, groups ...Group) (map[sqldb.ID][]Member, error) {
	type placed struct {
		group sqldb.ID
		Member
	}
	out := map[sqldb.ID][]Member{}
	for part := range slices.Chunk(groups, 400) {
		ids := make([]sqldb.ID, len(part))
		for i, g := range part {
			ids[i] = g.ID
		}
		marks, args := sqldb.In(ids)
		rows, err := r.Query(ctx, `select m.group_id, m.power_id, m.version_id, m.change_id, m.department_id, c.state, p.code, v.name, v.category, m.score, m.reason
			from overlap_members m join powers p on p.id = m.power_id join power_versions v on v.id = m.version_id join changes c on c.id = m.change_id
			where m.group_id in (`+marks+`) order by m.group_id, m.seq`, args...)
		all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (placed, error) {
			var x placed
			err := r.Scan(&x.group, &x.Power, &x.Version, &x.Change, &x.Department, &x.State, &x.Code, &x.Name, &x.Category, &x.Score, &x.Reason)
			return x, err
		})
		if err != nil {
			return nil, errs.Wrap("members of overlaps", err)
		}
		for _, x := range all {
			if !s.Has(x.Department) && x.State != power.Published {
				x.Member = Member{Hidden: true, Score: x.Score, Category: x.Category}
			}
			out[x.group] = append(out[x.group], x.Member)
		}
	}
	return out, nil
}

// Cell is a group as the counts beside the filters need it.
type Cell struct {
	Kind        Kind
	Verdict     Verdict
	Category    string
	Departments []sqldb.ID
}

// Cells gives the groups within a scope that hold the words of q, by every facet;
// the facets of q are not asked, so that the counts beside each choice can be made
// of them. A department that hides its power is left out.
func Cells(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Cell, error) {
	type line struct {
		id, department sqldb.ID
		c              Cell
		state          power.State
	}
	w := Query{Words: q.Words}.where(s)
	rows, err := r.Query(ctx, `select g.id, g.kind, g.state, g.category, m.department_id, c.state from overlap_groups g
		join overlap_members m on m.group_id = g.id join changes c on c.id = m.change_id where `+w.Text()+` order by g.id, m.seq`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		err := r.Scan(&l.id, &l.c.Kind, &l.c.Verdict, &l.c.Category, &l.department, &l.state)
		return l, err
	})
	var out []Cell
	for i, l := range all {
		if i == 0 || all[i-1].id != l.id {
			out = append(out, l.c)
		}
		c := &out[len(out)-1]
		if (s.Has(l.department) || l.state == power.Published) && !slices.Contains(c.Departments, l.department) {
			c.Departments = append(c.Departments, l.department)
		}
	}
	return out, errs.Wrap("count overlaps", err)
}

// History gives the judgements given to powers of a group, the newest first: those
// of the group as it is, and those of groups with two of its powers at least.
func History(ctx context.Context, r sqldb.Reader, members []Member) ([]Judged, error) {
	var ids []sqldb.ID
	version := map[sqldb.ID]sqldb.ID{}
	for _, m := range members {
		if !m.Hidden {
			ids = append(ids, m.Power)
			version[m.Power] = m.Version
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	type line struct {
		id, power, version sqldb.ID
		j                  Judged
		at                 int64
	}
	marks, args := sqldb.In(ids)
	rows, err := r.Query(ctx, `select j.id, d.power_id, d.version_id, j.verdict, j.reason, j.into_id, j.judged_by, j.at
		from overlap_judgements j join overlap_judged d on d.judgement_id = j.id where d.power_id in (`+marks+`) order by j.at desc, j.id desc`, args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		err := r.Scan(&l.id, &l.power, &l.version, &l.j.Verdict, &l.j.Reason, &l.j.Into, &l.j.By, &l.at)
		return l, err
	})
	var out []Judged
	for i := 0; i < len(all); {
		j, n := all[i].j, 0
		for id := all[i].id; i < len(all) && all[i].id == id; i++ {
			n++
			j.At = time.UnixMicro(all[i].at)
			j.Changed = j.Changed || version[all[i].power] != all[i].version
		}
		j.Whole = n == len(members)
		if n > 1 {
			out = append(out, j)
		}
	}
	return out, errs.Wrap("judgements of an overlap", err)
}
