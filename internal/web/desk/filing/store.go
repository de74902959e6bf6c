package filing

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/power"
)

// line is one power of a department: its newest change with what the list asks
// of it.
type line struct {
	Power, Change, Version sqldb.ID
	Frozen                 sqldb.ID // the version that the latest submission carries, zero for none
	Code, Name, OrderKey   string
	Category               power.Category
	Kind                   power.Kind
	State                  power.State
	No                     int // of the version
	Issued, Said           int // opinions to be answered, and in all
	Created                time.Time
	Lacks                  int // mandatory elements that the version misses
}

// changed says whether the power is not what the latest submission carries.
func (l line) changed() bool { return l.Frozen != l.Version }

// readLines reads the powers of a department in pinyin order, each once by its
// newest change; what was only asked for and taken back is not one. submission
// is the latest one, zero before the first.
func readLines(ctx context.Context, r sqldb.Reader, department, submission sqldb.ID) ([]line, error) {
	rows, err := r.Query(ctx, `select c.power_id, c.id, c.version_id, f.version_id, p.code, v.name, v.order_key, v.category, c.kind, c.state, v.no, v.created_at,
		(select count(*) from opinions o where o.power_id = c.power_id and o.state = 'issued' and o.campaign_id in (select id from campaigns where state <> 'closed')),
		(select count(*) from opinions o where o.power_id = c.power_id and o.state in ('issued', 'answered', 'settled', 'maintained', 'disputed', 'ruled'))
		from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id
		left join submission_versions f on f.power_id = c.power_id and f.submission_id = ?
		where c.department_id = ? and c.state in ('self_check', 'handed_up', 'review', 'proposed', 'consulting', 'approved', 'published', 'ended',
			'cancelled', 'handed_down', 'transferred', 'merged_away', 'frozen', 'reclassified', 'withdrawn') and (c.kind = 'add' or c.state <> 'withdrawn')
		and not exists (select 1 from changes n where n.power_id = c.power_id and (n.opened_at > c.opened_at or n.opened_at = c.opened_at and n.id > c.id)
			and (n.kind = 'add' or n.state <> 'withdrawn'))
		order by v.order_key, c.power_id`, submission, department)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (line, error) {
		var l line
		var created int64
		err := r.Scan(&l.Power, &l.Change, &l.Version, &l.Frozen, &l.Code, &l.Name, &l.OrderKey, &l.Category, &l.Kind, &l.State, &l.No, &created, &l.Issued, &l.Said)
		l.Created = sqldb.FromMicros(created)
		return l, err
	})
	return all, errs.Wrap("powers of a department", err)
}

// lacks remembers how many mandatory elements versions miss. Versions never
// change, so that each is looked at once.
type lacks struct {
	mu sync.RWMutex
	n  map[sqldb.ID]int
}

// maxLacks bounds the memory: twenty times the reference city.
const maxLacks = 100_000

// fill sets Lacks of the lines, and reads the versions that were not seen yet.
func (m *lacks) fill(ctx context.Context, r sqldb.Reader, lines []line) error {
	var unseen []sqldb.ID
	m.mu.RLock()
	for i := range lines {
		n, ok := m.n[lines[i].Version]
		if lines[i].Lacks = n; !ok {
			unseen = append(unseen, lines[i].Version)
		}
	}
	m.mu.RUnlock()
	if len(unseen) == 0 {
		return nil
	}
	found := make(map[sqldb.ID]int, len(unseen))
	for batch := range slices.Chunk(unseen, 400) {
		if err := readLacks(ctx, r, batch, found); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.n == nil || len(m.n)+len(found) > maxLacks {
		m.n = map[sqldb.ID]int{}
	}
	for id, n := range found {
		m.n[id] = n
	}
	for i := range lines {
		if n, ok := found[lines[i].Version]; ok {
			lines[i].Lacks = n
		}
	}
	return nil
}

// readLacks counts what some versions miss.
func readLacks(ctx context.Context, r sqldb.Reader, ids []sqldb.ID, into map[sqldb.ID]int) error {
	marks, args := sqldb.In(ids)
	rows, err := r.Query(ctx, `select id, category, level, initiative, schema, content from power_versions where id in (`+marks+`)`, args...)
	if err != nil {
		return errs.Wrap("missing elements", err)
	}
	defer rows.Close()
	for rows.Next() {
		var v power.Version
		var schema int
		var content string
		if err := rows.Scan(&v.ID, &v.Category, &v.Level, &v.Initiative, &schema, &content); err != nil {
			return errs.Wrap("missing elements", err)
		}
		if schema != power.ElementsSchema {
			continue // whoever opens the power is told
		}
		if err := json.Unmarshal([]byte(content), &v.Elements); err != nil {
			return errs.Wrap("missing elements of "+v.ID.String(), err)
		}
		into[v.ID] = len(power.Missing(v))
	}
	return errs.Wrap("missing elements", rows.Err())
}

// wording is one version of a power in its history.
type wording struct {
	ID      sqldb.ID
	No      int
	Created time.Time
	Import  sqldb.ID
}

// readWordings lists the versions of a power, the newest first.
func readWordings(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]wording, error) {
	rows, err := r.Query(ctx, `select v.id, v.no, v.created_at, v.import_id from power_versions v where v.power_id = ? order by v.no desc`, id)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (wording, error) {
		var x wording
		var created int64
		err := r.Scan(&x.ID, &x.No, &created, &x.Import)
		x.Created = sqldb.FromMicros(created)
		return x, err
	})
	return all, errs.Wrap("versions of "+id.String(), err)
}

// readCategories counts the powers of a submission by category, in no order.
func readCategories(ctx context.Context, r sqldb.Reader, submission sqldb.ID) (map[power.Category]int, error) {
	rows, err := r.Query(ctx, `select v.category, count(*) from submission_versions f join power_versions v on v.id = f.version_id
		where f.submission_id = ? group by v.category`, submission)
	if err != nil {
		return nil, errs.Wrap("categories of a submission", err)
	}
	defer rows.Close()
	out := map[power.Category]int{}
	for rows.Next() {
		var c power.Category
		var n int
		if err := rows.Scan(&c, &n); err != nil {
			return nil, errs.Wrap("categories of a submission", err)
		}
		out[c] = n
	}
	return out, errs.Wrap("categories of a submission", rows.Err())
}

// readMade lists the first versions of a name that a department made since an
// instant.
func readMade(ctx context.Context, r sqldb.Reader, department sqldb.ID, name string, since time.Time) ([]sqldb.ID, error) {
	rows, err := r.Query(ctx, `select v.id from changes c join power_versions v on v.id = c.version_id
		where c.state = 'self_check' and c.department_id = ? and v.name = ? and v.no = 1 and v.created_at >= ?`, department, name, sqldb.Micros(since))
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (sqldb.ID, error) {
		var id sqldb.ID
		err := r.Scan(&id)
		return id, err
	})
	return all, errs.Wrap("versions made just now", err)
}
