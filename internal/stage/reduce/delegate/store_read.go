package delegate

import (
	"context"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/reduce"
)

const offerColumns = `select h.id, h.no, h.power_id, h.power_name, h.direction, h.division, h.from_id, h.from_name, h.document, h.body_id, h.form, h.basis,
	h.letter, h.until_day, h.parts, h.scope, h.joint_rule, h.joint_note, h.staff_help, h.training, h.equipment, h.funds, h.terms, h.answer_by, h.planned,
	h.check_months, h.earlier_id, h.state, h.due, h.cap_staff, h.cap_trained, h.cap_equipment, h.cap_premises, h.answer, h.open_matters, h.open_how, h.inventory,
	h.from_day, h.to_day, h.offered_at, h.moved_at, coalesce(p.code, ''), coalesce(v.name, h.power_name), coalesce(v.category, ''),
	coalesce(d.name, h.from_name), b.name, coalesce((select n.name from divisions n where n.code = h.division order by n.valid_from desc limit 1), h.division)
	` + offerTables

const offerTables = `from handovers h join departments b on b.id = h.body_id left join departments d on d.id = h.from_id left join powers p on p.id = h.power_id
	left join power_versions v on v.power_id = h.power_id and v.no = (select max(u.no) from power_versions u where u.power_id = h.power_id) `

func scanOffer(r *sqldb.Rows) (Handover, error) {
	var o Handover
	var at, moved int64
	t, c := &o.Terms, &o.Capacity
	err := r.Scan(&o.ID, &o.No, &t.Power, &t.PowerName, &t.Direction, &t.Division, &o.Owner, &t.FromName, &t.Document, &t.Body, &t.Form, &t.Basis,
		&t.Letter, &t.Until, &t.Parts, &t.Scope, &t.Joint, &t.JointNote, &t.Staff, &t.Training, &t.Equipment, &t.Funds, &t.Note, &t.AnswerBy, &t.Planned,
		&t.Months, &o.Earlier, &o.State, &o.Due, &c.Staff, &c.Trained, &c.Equipment, &c.Premises, &o.Answer, &o.Open, &o.OpenHow, &o.List,
		&o.From, &o.To, &at, &moved, &o.Code, &o.Name, &o.Category, &o.OwnerName, &o.BodyName, &o.Place)
	o.At, o.Moved = sqldb.FromMicros(at), sqldb.FromMicros(moved)
	return o, err
}

// ByID finds an offer; people.Unknown when there is none. Ask May before
// showing it.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Handover, error) {
	rows, err := r.Query(ctx, offerColumns+`where h.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanOffer)
	switch {
	case err != nil:
		return Handover{}, errs.Wrap("offer", err)
	case len(all) == 0:
		return Handover{}, people.Unknown()
	}
	return all[0], nil
}

// OfPower lists the offers of a power, the oldest first.
func OfPower(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Handover, error) {
	rows, err := r.Query(ctx, offerColumns+`where h.power_id = ? order by h.no`, id)
	all, err := sqldb.Collect(rows, err, scanOffer)
	return all, errs.Wrap("offers of a power", err)
}

// All lists every offer, by power and number.
func All(ctx context.Context, r sqldb.Reader) ([]Handover, error) {
	rows, err := r.Query(ctx, offerColumns+`order by h.power_id, h.no`)
	all, err := sqldb.Collect(rows, err, scanOffer)
	return all, errs.Wrap("offers", err)
}

// Query chooses offers; zero fields ask nothing.
type Query struct {
	Direction Direction
	State     State
	Division  string
	Owner     sqldb.ID // the offering department
	Body      sqldb.ID
	Power     sqldb.ID
	Form      Form
	Late      string // a day: only what was due before it
	Words     string // in the power's name or code
	After     int    // numbers below it: the newest come first
	Before    int    // numbers above it
	Limit     int    // 0 = all
}

// where gathers the conditions of a query but its place.
func (q Query) where(s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	if !s.All {
		if len(s.Departments) == 0 {
			w.And("1 = 0")
		} else {
			marks, args := sqldb.In(s.Departments)
			w.And("(h.from_id in ("+marks+") or h.body_id in ("+marks+"))", append(args, args...)...)
		}
	}
	w.Is("h.direction", string(q.Direction))
	w.Is("h.state", string(q.State))
	w.Is("h.division", q.Division)
	w.Is("h.form", string(q.Form))
	for column, id := range map[string]sqldb.ID{"h.from_id": q.Owner, "h.body_id": q.Body, "h.power_id": q.Power} {
		if !id.IsZero() {
			w.And(column+" = ?", id)
		}
	}
	if q.Late != "" {
		w.And("h.due <> '' and h.due < ?", q.Late)
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		w.And(`(lower(coalesce(v.name, h.power_name)) like ? escape '\' or lower(coalesce(p.code, '')) like ? escape '\')`, like, like)
	}
	return w
}

// List reads the offers within a scope, the newest first: those that either side
// of which is one of its departments. With Before it gives the page that ends
// there.
func List(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Handover, error) {
	w := q.where(s)
	order, back := ` order by h.no desc`, q.Before > 0
	switch {
	case back:
		w.And("h.no > ?", q.Before)
		order = ` order by h.no`
	case q.After > 0:
		w.And("h.no < ?", q.After)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, offerColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanOffer)
	if back {
		for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
			all[i], all[j] = all[j], all[i]
		}
	}
	return all, errs.Wrap("list offers", err)
}

// Tally counts offers that are alike in all facets.
type Tally struct {
	Direction   Direction
	State       State
	Division    string
	Owner, Body sqldb.ID
	Form        Form
	Due         string
	N           int
}

// Tallies counts the offers within a scope that hold the words of q, by every
// facet; the facets of q are not asked.
func Tallies(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Tally, error) {
	w := Query{Words: q.Words, Power: q.Power}.where(s)
	rows, err := r.Query(ctx, `select h.direction, h.state, h.division, h.from_id, h.body_id, h.form, h.due, count(*) `+offerTables+`where `+w.Text()+`
		group by h.direction, h.state, h.division, h.from_id, h.body_id, h.form, h.due`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Tally, error) {
		var t Tally
		err := r.Scan(&t.Direction, &t.State, &t.Division, &t.Owner, &t.Body, &t.Form, &t.Due, &t.N)
		return t, err
	})
	return all, errs.Wrap("count offers", err)
}

// Steps gives the history of an offer, the oldest act first.
func Steps(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Step, error) {
	rows, err := r.Query(ctx, `select kind, day, note, by_name, side, at from handover_steps where handover_id = ? order by seq`, id)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Step, error) {
		var s Step
		var at int64
		err := r.Scan(&s.Kind, &s.Day, &s.Note, &s.By, &s.Side, &at)
		s.At = sqldb.FromMicros(at)
		return s, err
	})
	return all, errs.Wrap("history of an offer", err)
}

const checkColumns = `uses, day, problems, conclusion, by_name, at from handover_checks`

func scanCheck(r *sqldb.Rows) (Checked, error) {
	c := Checked{Uses: -1}
	var uses *int
	var at int64
	err := r.Scan(&uses, &c.Day, &c.Problems, &c.Conclusion, &c.By, &at)
	if uses != nil {
		c.Uses = *uses
	}
	c.At = sqldb.FromMicros(at)
	return c, err
}

// Checks gives the checks of an offer, the oldest first.
func Checks(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Checked, error) {
	rows, err := r.Query(ctx, `select `+checkColumns+` where handover_id = ? order by seq`, id)
	all, err := sqldb.Collect(rows, err, scanCheck)
	return all, errs.Wrap("checks of an offer", err)
}

// AllChecks gives the latest check of every offer that has one.
func AllChecks(ctx context.Context, r sqldb.Reader) (map[sqldb.ID]Checked, error) {
	type row struct {
		id sqldb.ID
		c  Checked
	}
	rows, err := r.Query(ctx, `select handover_id, uses, day, problems, conclusion, by_name, at from handover_checks order by handover_id, seq`)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (row, error) {
		x := row{c: Checked{Uses: -1}}
		var uses *int
		var at int64
		err := r.Scan(&x.id, &uses, &x.c.Day, &x.c.Problems, &x.c.Conclusion, &x.c.By, &at)
		if uses != nil {
			x.c.Uses = *uses
		}
		x.c.At = sqldb.FromMicros(at)
		return x, err
	})
	out := make(map[sqldb.ID]Checked, len(all))
	for _, x := range all {
		out[x.id] = x.c
	}
	return out, errs.Wrap("checks", err)
}

// alive finds the living offer of a power to a place; ok is false when there is
// none.
func alive(ctx context.Context, r sqldb.Reader, id sqldb.ID, division string) (o Handover, ok bool, err error) {
	rows, err := r.Query(ctx, offerColumns+`where h.power_id = ? and h.division = ? and h.state in ('offered', 'accepted', 'signed', 'held', 'back_asked')`, id, division)
	all, err := sqldb.Collect(rows, err, scanOffer)
	if err != nil || len(all) == 0 {
		return o, false, errs.Wrap("living offer", err)
	}
	return all[0], true, nil
}

// taken lists the offers of a power that somebody has accepted and not given
// back, but not one of them.
func taken(ctx context.Context, r sqldb.Reader, id, except sqldb.ID) ([]Handover, error) {
	rows, err := r.Query(ctx, offerColumns+`where h.power_id = ? and h.id <> ? and h.state in ('accepted', 'signed', 'held', 'back_asked') order by h.no`, id, except)
	all, err := sqldb.Collect(rows, err, scanOffer)
	return all, errs.Wrap("accepted offers", err)
}

// Following finds the offer that follows an earlier one; zero when none does.
func Following(ctx context.Context, r sqldb.Reader, earlier sqldb.ID) (sqldb.ID, error) {
	var id sqldb.ID
	err := r.QueryRow(ctx, `select id from handovers where earlier_id = ? order by no limit 1`, earlier).Scan(&id)
	if errs.Is(err, sqldb.ErrNoRows) {
		return id, nil
	}
	return id, errs.Wrap("following offer", err)
}

// standing is the change that says what a power is today.
type standing struct {
	power, change, version, owner sqldb.ID
	code, name, division          string
	category                      power.Category
	kind                          power.Kind
	state                         power.State
	opened                        int64
	into                          sqldb.ID    // of a merger
	fate                          reduce.Fate // of the decision on it, "" while there is none
	completed                     bool        // its cancellation only says that counties have it
}

// kept says whether somebody must exercise the power today: it is on the list or
// on its way there, or it is handed down. What was cancelled, transferred,
// frozen or withdrawn has nobody; what was merged has whoever exercises the
// other.
func (s standing) kept() bool {
	switch {
	case s.state.Kept(), s.state.Open(), s.state == power.HandedDown:
		return true
	case s.state == power.Ended: // it left the list to be handed down, which somebody must still take over
		return s.completed || s.fate == reduce.Delegate
	default:
		return false
	}
}

// merged says whether another power took this one in, when it came or when it
// left the list.
func (s standing) merged() bool {
	return !s.into.IsZero() && (s.state == power.MergedAway || s.state == power.Ended && s.fate == reduce.Merge)
}

// standings reads the standing change of every power, or of one: the published
// one while it is on the list, else the newest.
func standings(ctx context.Context, r sqldb.Reader, one sqldb.ID) (map[sqldb.ID]standing, error) {
	w := new(sqldb.Where)
	if !one.IsZero() {
		w.And("c.power_id = ?", one)
	}
	rows, err := r.Query(ctx, `select c.power_id, c.id, c.version_id, c.department_id, p.code, v.name, p.division, v.category, c.kind, c.state, c.opened_at, d.into_power_id, coalesce(d.fate, '')
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id left join dispositions d on d.change_id = c.id
		where `+w.Text()+` order by c.power_id, c.opened_at, c.id`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (standing, error) {
		var s standing
		err := r.Scan(&s.power, &s.change, &s.version, &s.owner, &s.code, &s.name, &s.division, &s.category, &s.kind, &s.state, &s.opened, &s.into, &s.fate)
		return s, err
	})
	if err != nil {
		return nil, errs.Wrap("standing of powers", err)
	}
	done, err := completions(ctx, r, one)
	out := make(map[sqldb.ID]standing, len(all))
	for _, s := range all {
		s.completed = done[s.change]
		if was, ok := out[s.power]; !ok || was.state != power.Published {
			out[s.power] = s
		}
	}
	return out, errs.Wrap("standing of powers", err)
}

// completions are the cancellations that only say that counties have a power now,
// of one power or of all.
func completions(ctx context.Context, r sqldb.Reader, one sqldb.ID) (map[sqldb.ID]bool, error) {
	w := new(sqldb.Where)
	w.And("completes_id is not null")
	if !one.IsZero() {
		w.And("power_id = ?", one)
	}
	rows, err := r.Query(ctx, `select completes_id from handovers where `+w.Text(), w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (id sqldb.ID, err error) {
		err = r.Scan(&id)
		return id, err
	})
	out := make(map[sqldb.ID]bool, len(all))
	for _, id := range all {
		out[id] = true
	}
	return out, errs.Wrap("powers handed down in full", err)
}

// readGrants reads what finished hand-overs gave, of some powers or, when none is
// named, of all.
func readGrants(ctx context.Context, r sqldb.Reader, powers ...sqldb.ID) (map[sqldb.ID][]grant, error) {
	w := new(sqldb.Where)
	w.And("h.from_day <> '' and h.power_id is not null and h.direction = 'down'")
	if len(powers) > 0 {
		marks, args := sqldb.In(powers)
		w.And("h.power_id in ("+marks+")", args...)
	}
	type row struct {
		power sqldb.ID
		g     grant
	}
	rows, err := r.Query(ctx, `select h.power_id, h.id, h.body_id, h.division, h.scope, h.form, h.parts, h.joint_rule, h.joint_note, h.from_day, h.to_day, h.until_day
		from handovers h where `+w.Text()+` order by h.power_id, h.no`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (row, error) {
		var x row
		var rule, note, until string
		g := &x.g
		if err := r.Scan(&x.power, &g.offer, &g.body, &g.place, &g.scope, &g.form, &g.parts, &rule, &note, &g.from, &g.to, &until); err != nil {
			return x, err
		}
		g.to = ends(g.to, until)
		if rule != "" {
			g.joint = rule + "：" + note
		}
		return x, nil
	})
	out := map[sqldb.ID][]grant{}
	for _, x := range all {
		out[x.power] = append(out[x.power], x.g)
	}
	return out, errs.Wrap("hand-overs", err)
}

// Place is a place that a government rules.
type Place struct{ Code, Name string }

// Places lists the counties of a division on a day, by code; the division itself
// when it has none.
func Places(ctx context.Context, r sqldb.Reader, division, day string) ([]Place, error) {
	rows, err := r.Query(ctx, `select code, name from divisions where parent = ? and valid_from <= ? and (valid_to = '' or valid_to > ?) order by code`, division, day, day)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Place, error) {
		var p Place
		err := r.Scan(&p.Code, &p.Name)
		return p, err
	})
	if err == nil && len(all) == 0 {
		return []Place{{Code: division}}, nil
	}
	return all, errs.Wrap("places", err)
}
