package measure

import (
	"context"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
	"qingdan/internal/stage/reduce/delegate"
)

// Read counts the house as it stands: every power that ever came in, whatever
// became of it. It takes the whole house into memory (a city of 5,000 powers: under a
// second); pages keep what it gives for some seconds. A database is read in one
// unchanging state.
func Read(ctx context.Context, r sqldb.Reader) (Report, error) {
	var w World
	read := func(r sqldb.Reader) (err error) {
		w, err = readWorld(ctx, r)
		return err
	}
	var err error
	if db, ok := r.(*sqldb.DB); ok {
		err = db.Snapshot(ctx, read)
	} else {
		err = read(r)
	}
	if err != nil {
		return Report{}, errs.Wrap("honest count", err)
	}
	return Tally(w), nil
}

func readWorld(ctx context.Context, r sqldb.Reader) (World, error) {
	var w World
	depts, err := org.Departments(ctx, r, "")
	if err != nil {
		return w, err
	}
	for _, d := range depts {
		w.Units = append(w.Units, Unit{d.ID, d.Name})
	}
	if w.Places, err = readPlaces(ctx, r); err != nil {
		return w, err
	}
	if w.Matters, err = readMatters(ctx, r); err != nil {
		return w, err
	}
	at := make(map[sqldb.ID]*Matter, len(w.Matters))
	for i := range w.Matters {
		at[w.Matters[i].ID] = &w.Matters[i]
	}
	for _, part := range []func(context.Context, sqldb.Reader, map[sqldb.ID]*Matter) error{readWordings, readDecisions, readLineage, readUse, readHanded} {
		if err := part(ctx, r, at); err != nil {
			return w, err
		}
	}
	return w, nil
}

// readPlaces gives the places right below this government's.
func readPlaces(ctx context.Context, r sqldb.Reader) ([]string, error) {
	here, err := org.Here(ctx, r)
	if err != nil {
		return nil, err
	}
	rows, err := r.Query(ctx, `select code from divisions where parent = ? and valid_to = '' order by code`, here)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (code string, err error) {
		err = r.Scan(&code)
		return code, err
	})
}

// readMatters gives every power with the change that added it and the ids of its
// wordings.
func readMatters(ctx context.Context, r sqldb.Reader) ([]Matter, error) {
	rows, err := r.Query(ctx, `select p.id, p.code, p.origin, p.reporter_id, p.created_at, c.state, c.moved_at, c.version_id
		from powers p join changes c on c.power_id = p.id where c.kind = 'add' order by p.code`)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (Matter, error) {
		var m Matter
		var created, moved int64
		err := r.Scan(&m.ID, &m.Code, &m.Origin, &m.Unit, &created, &m.State, &moved, &m.Now.ID)
		m.Created = sqldb.FromMicros(created)
		if !m.State.Kept() {
			m.Left = sqldb.FromMicros(moved)
		}
		return m, err
	})
}

// readWordings reads the first and the present wording of every power. The present
// one of a power on the list is the one that is published.
func readWordings(ctx context.Context, r sqldb.Reader, at map[sqldb.ID]*Matter) error {
	for _, q := range []struct {
		sql string
		to  func(m *Matter) *power.Version
	}{
		{`select power_id, id from power_versions where no = 1`, func(m *Matter) *power.Version { return &m.First }},
		{`select power_id, version_id from changes where state = 'published' and kind <> 'add'`, func(m *Matter) *power.Version { return &m.Now }},
		{`select power_id, version_id from changes where kind = 'cancel' and state = 'ended'`, func(m *Matter) *power.Version { return &m.Now }},
	} {
		rows, err := r.Query(ctx, q.sql)
		found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (p [2]sqldb.ID, err error) {
			err = r.Scan(&p[0], &p[1])
			return p, err
		})
		if err != nil {
			return err
		}
		for _, p := range found {
			if m := at[p[0]]; m != nil {
				q.to(m).ID = p[1]
			}
		}
	}
	ids := make([]sqldb.ID, 0, len(at)+len(at)/8)
	for _, m := range at {
		ids = append(ids, m.First.ID)
		if m.Now.ID != m.First.ID {
			ids = append(ids, m.Now.ID)
		}
	}
	slices.SortFunc(ids, func(a, b sqldb.ID) int { return strings.Compare(a.String(), b.String()) })
	all, err := power.VersionsByID(ctx, r, ids)
	if err != nil {
		return err
	}
	for _, m := range at {
		m.First, m.Now = all[m.First.ID], all[m.Now.ID]
	}
	return nil
}

// readDecisions reads what was decided on every power: when it came, or of one that
// left the list later, at last.
func readDecisions(ctx context.Context, r sqldb.Reader, at map[sqldb.ID]*Matter) error {
	type line struct {
		power sqldb.ID
		kind  power.Kind
		Decision
	}
	rows, err := r.Query(ctx, `select d.power_id, c.kind, d.fate, d.ground, d.target_kind, d.target, d.reason, d.legal_form, d.receiver, d.followup, d.decided_on
		from dispositions d join changes c on c.id = d.change_id order by d.at, d.change_id`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (l line, err error) {
		err = r.Scan(&l.power, &l.kind, &l.Fate, &l.Ground, &l.TargetKind, &l.Target, &l.Reason, &l.Form, &l.Receiver, &l.FollowUp, &l.On)
		return l, err
	})
	for _, l := range all {
		if m := at[l.power]; m != nil && (l.kind == power.KindAdd || m.State == power.Ended) {
			m.Decided = l.Decision
		}
	}
	for _, m := range at {
		if m.State.Kept() && m.Decided.Fate == "" { // a part split off, or listed by nobody's decision
			m.Decided.Fate = reduce.Keep
		}
	}
	return err
}

func readLineage(ctx context.Context, r sqldb.Reader, at map[sqldb.ID]*Matter) error {
	type line struct {
		power sqldb.ID
		Parent
	}
	rows, err := r.Query(ctx, `select power_id, predecessor_id, reason from power_lineage order by power_id, predecessor_id`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (l line, err error) {
		err = r.Scan(&l.power, &l.ID, &l.Reason)
		return l, err
	})
	for _, l := range all {
		if m := at[l.power]; m != nil {
			m.Parents = append(m.Parents, l.Parent)
		}
	}
	return err
}

func readUse(ctx context.Context, r sqldb.Reader, at map[sqldb.ID]*Matter) error {
	all, err := power.AllUsage(ctx, r)
	for _, u := range all {
		if m := at[u.Power]; m != nil {
			m.Usage = append(m.Usage, u)
		}
	}
	return err
}

// readHanded reads the hand-overs that took place and hold. One body for all places
// has no place of its own here.
func readHanded(ctx context.Context, r sqldb.Reader, at map[sqldb.ID]*Matter) error {
	type line struct {
		id, power sqldb.ID
		Handed
	}
	checks, err := delegate.AllChecks(ctx, r)
	if err != nil {
		return err
	}
	rows, err := r.Query(ctx, `select h.id, h.power_id, case h.scope when 'one' then '' else h.division end, d.name, h.form, h.parts,
		case h.joint_rule when '' then 0 else 1 end, h.from_day, h.cap_staff, h.cap_trained
		from handovers h join departments d on d.id = h.body_id
		where h.direction = 'down' and h.state in ('held', 'back_asked') and h.power_id is not null order by h.no`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (l line, err error) {
		var joint int
		err = r.Scan(&l.id, &l.power, &l.Place, &l.Body, &l.Form, &l.Parts, &joint, &l.From, &l.Staff, &l.Trained)
		l.Joint = joint == 1
		return l, err
	})
	for _, l := range all {
		if m := at[l.power]; m != nil {
			c, checked := checks[l.id]
			l.Idle = checked && c.Uses == 0
			m.Handed = append(m.Handed, l.Handed)
		}
	}
	return err
}
