package portal

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
	"qingdan/internal/web/ui"
)

// entry is one line of an edition.
type entry struct {
	Power, Version, Department sqldb.ID
	Code, Name, Category       string
	Level, Initiative          string
	OrderKey                   string
}

const entryColumns = `e.power_id, e.version_id, e.department_id, e.code, e.name, e.category, e.level, e.initiative, e.order_key`

func scanEntry(r *sqldb.Rows) (entry, error) {
	var e entry
	err := r.Scan(&e.Power, &e.Version, &e.Department, &e.Code, &e.Name, &e.Category, &e.Level, &e.Initiative, &e.OrderKey)
	return e, err
}

// cell counts the entries of an edition that agree in all facets.
type cell struct {
	Category          string
	Department        sqldb.ID
	Level, Initiative string
	N                 int
}

func readCells(ctx context.Context, r sqldb.Reader, edition sqldb.ID) ([]cell, error) {
	rows, err := r.Query(ctx, `select category, department_id, level, initiative, count(*) from list_entries
		where edition_id = ? group by category, department_id, level, initiative`, edition)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (cell, error) {
		var c cell
		err := r.Scan(&c.Category, &c.Department, &c.Level, &c.Initiative, &c.N)
		return c, err
	})
}

// readEntries reads one page of an edition in the order of the filter, from
// a place on or up to it; the rows come in list order either way.
func readEntries(ctx context.Context, r sqldb.Reader, edition sqldb.ID, f filter, t ui.Turn, limit int) ([]entry, error) {
	w := sqldb.Where{}
	w.And("e.edition_id = ?", edition)
	w.Is("e.category", f.Category)
	w.Is("e.level", f.Level)
	w.Is("e.initiative", f.Initiative)
	if !f.department.IsZero() {
		w.And("e.department_id = ?", f.department)
	}
	key := "e.order_key"
	if f.Sort == sortCode {
		key = "e.code"
	}
	direction, than := "", ">"
	if t.Back {
		direction, than = " desc", "<"
	}
	if t.From.Set {
		w.And("("+key+", e.power_id) "+than+" (?, ?)", t.From.Key, t.From.ID)
	}
	rows, err := r.Query(ctx, `select `+entryColumns+` from list_entries e where `+w.Text()+
		` order by `+key+direction+`, e.power_id`+direction+` limit ?`, append(w.Args, limit)...)
	out, err := sqldb.Collect(rows, err, scanEntry)
	if t.Back {
		slices.Reverse(out)
	}
	return out, errs.Wrap("read entries", err)
}

// readEntriesOf reads the entries of given powers; those that the edition does
// not list are left out. The order is that of ids.
func readEntriesOf(ctx context.Context, r sqldb.Reader, edition sqldb.ID, ids []sqldb.ID) ([]entry, error) {
	found := make(map[sqldb.ID]entry, len(ids))
	for batch := range slices.Chunk(ids, 400) {
		marks, args := sqldb.In(batch)
		rows, err := r.Query(ctx, `select `+entryColumns+` from list_entries e where e.edition_id = ? and e.power_id in (`+marks+`)`,
			append([]any{edition}, args...)...)
		got, err := sqldb.Collect(rows, err, scanEntry)
		if err != nil {
			return nil, errs.Wrap("read entries of powers", err)
		}
		for _, e := range got {
			found[e.Power] = e
		}
	}
	out := make([]entry, 0, len(found))
	for _, id := range ids {
		if e, ok := found[id]; ok {
			out = append(out, e)
		}
	}
	return out, nil
}

// listing says that an edition lists a version of a power.
type listing struct {
	Edition   sqldb.ID
	No        int // of the edition
	Effective string
	Power     sqldb.ID
	Version   sqldb.ID
	VersionNo int
}

// readListings reads where a power stands or stood, newest edition first. A
// power that was never listed has none: for the public it does not exist.
func readListings(ctx context.Context, r sqldb.Reader, code, day string) ([]listing, error) {
	rows, err := r.Query(ctx, `select d.id, d.no, d.effective, e.power_id, e.version_id, v.no from powers p
		join list_entries e on e.power_id = p.id join list_editions d on d.id = e.edition_id join lists l on l.id = d.list_id
		join power_versions v on v.id = e.version_id
		where p.code = ? and l.kind = 'power' and d.effective <= ? order by d.effective desc, d.no desc`, code, day)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (listing, error) {
		var l listing
		err := r.Scan(&l.Edition, &l.No, &l.Effective, &l.Power, &l.Version, &l.VersionNo)
		return l, err
	})
}

// version is one wording of a power as the pages need it.
type version struct {
	ID, Department    sqldb.ID
	No                int
	Category, Scheme  string
	Name, MainItem    string
	Level, Initiative string
	Elements          power.Elements
}

func readVersion(ctx context.Context, r sqldb.Reader, id sqldb.ID) (version, error) {
	v := version{ID: id}
	var schema int
	var content string
	err := r.QueryRow(ctx, `select department_id, no, category, scheme_category, name, main_item, level, initiative, schema, content
		from power_versions where id = ?`, id).
		Scan(&v.Department, &v.No, &v.Category, &v.Scheme, &v.Name, &v.MainItem, &v.Level, &v.Initiative, &schema, &content)
	if err != nil {
		return v, errs.Wrap("version "+id.String(), err)
	}
	if schema != power.ElementsSchema {
		return v, fmt.Errorf("version %s: unknown schema %d", id, schema)
	}
	return v, errs.Wrap("version "+id.String(), json.Unmarshal([]byte(content), &v.Elements))
}

// kin is a power that another one came from or went into.
type kin struct {
	Code, Name, Reason string
	Listed             bool
}

// Href is the address of the power.
func (k kin) Href() string { return itemHref(k.Code) }

// readKin reads the lineage of a power: its predecessors, or with after set
// its successors. Only powers of the edition have a page to lead to, and they
// bear the name that it lists: a later wording is not public yet.
func readKin(ctx context.Context, r sqldb.Reader, edition, id sqldb.ID, after bool) ([]kin, error) {
	other, self := "predecessor_id", "power_id"
	if after {
		other, self = self, other
	}
	rows, err := r.Query(ctx, `select p.code, coalesce(e.name, v.name), g.reason, e.code from power_lineage g join powers p on p.id = g.`+other+`
		join power_versions v on v.power_id = p.id and v.no = (select max(w.no) from power_versions w where w.power_id = p.id)
		left join list_entries e on e.edition_id = ? and e.power_id = p.id where g.`+self+` = ? order by p.code`, edition, id)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (kin, error) {
		var k kin
		var listed *string
		err := r.Scan(&k.Code, &k.Name, &k.Reason, &listed)
		k.Listed = listed != nil
		return k, err
	})
}

func readLastCheck(ctx context.Context, r sqldb.Reader) (string, error) {
	var day string
	err := r.QueryRow(ctx, `select day from check_runs order by at desc limit 1`).Scan(&day)
	if errs.Is(err, sqldb.ErrNoRows) {
		return "", nil
	}
	return day, errs.Wrap("last check", err)
}

// mandate is one duty of a department (三定规定).
type mandate struct{ Text, Basis string }

func readMandates(ctx context.Context, r sqldb.Reader, department sqldb.ID) ([]mandate, error) {
	rows, err := r.Query(ctx, `select text, basis from mandates where department_id = ? and valid_to = '' order by no`, department)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (mandate, error) {
		var m mandate
		err := r.Scan(&m.Text, &m.Basis)
		return m, err
	})
}

// edition is one published wording of the list.
type edition struct {
	ID                   sqldb.ID
	No                   int
	Title, Effective     string
	Approval             string
	ConsultedFrom        string
	ConsultedTo          string
	Published            int64
	Entries              int
	Digest               []byte
	Added, Amended, Gone int
}

func readEditions(ctx context.Context, r sqldb.Reader, division string) ([]edition, error) {
	rows, err := r.Query(ctx, `select d.id, d.no, d.title, d.effective, d.approval, d.consulted_from, d.consulted_to, d.published_at, d.entries, d.digest,
		(select count(*) from list_changes c where c.edition_id = d.id and c.kind = '新增'),
		(select count(*) from list_changes c where c.edition_id = d.id and c.kind = '修改'),
		(select count(*) from list_changes c where c.edition_id = d.id and c.kind = '移出')
		from list_editions d join lists l on l.id = d.list_id where l.kind = 'power' and l.division = ? order by d.no desc`, division)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (edition, error) {
		var e edition
		err := r.Scan(&e.ID, &e.No, &e.Title, &e.Effective, &e.Approval, &e.ConsultedFrom, &e.ConsultedTo, &e.Published, &e.Entries, &e.Digest,
			&e.Added, &e.Amended, &e.Gone)
		return e, err
	})
}

// listChange is one line of the change list of an edition.
type listChange struct {
	Kind, Code, Name, Category string
	Department                 sqldb.ID
	Old, New                   int // numbers of the versions, 0 where there is none
}

func readListChanges(ctx context.Context, r sqldb.Reader, edition sqldb.ID, kind, after string, limit int) ([]listChange, error) {
	w := sqldb.Where{}
	w.And("c.edition_id = ?", edition)
	w.Is("c.kind", kind)
	if after != "" {
		w.And("p.code > ?", after)
	}
	rows, err := r.Query(ctx, `select c.kind, p.code, v.name, v.category, v.department_id, coalesce(o.no, 0), coalesce(n.no, 0)
		from list_changes c join powers p on p.id = c.power_id
		left join power_versions o on o.id = c.old_version_id left join power_versions n on n.id = c.new_version_id
		join power_versions v on v.id = coalesce(c.new_version_id, c.old_version_id)
		where `+w.Text()+` order by p.code limit ?`, append(w.Args, limit)...)
	return sqldb.Collect(rows, err, func(r *sqldb.Rows) (listChange, error) {
		var c listChange
		err := r.Scan(&c.Kind, &c.Code, &c.Name, &c.Category, &c.Department, &c.Old, &c.New)
		return c, err
	})
}
