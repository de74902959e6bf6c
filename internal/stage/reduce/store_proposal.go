package reduce

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// insertProposal writes a proposal with its evidence and gives the digest of that.
func insertProposal(ctx context.Context, tx *ledger.Tx, p Proposal, e Evidence) (string, error) {
	seen, err := ledger.Canonical(e)
	if err != nil {
		return "", errs.Wrap("evidence of a proposal", err)
	}
	digest := sha256.Sum256(seen)
	_, err = tx.Exec(ctx, `insert into proposals (id, change_id, power_id, version_id, department_id, order_key, stood, state, fate, ground, target_kind, target,
		into_power_id, legal_form, receiver, followup, reason, evidence, evidence_digest, account_id, proposed_by, at, closed_reason, closed_by, closed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', 0)`,
		p.ID, p.Change, p.Power, p.Version, p.Department, p.order, string(p.Stood), string(p.State), string(p.Fate), p.Ground, p.TargetKind, p.Target,
		p.Into, string(p.LegalForm), p.Receiver, p.Followup, p.Reason, string(seen), digest[:], p.Account, p.By, sqldb.Micros(p.At))
	if sqldb.IsConstraint(err) {
		return "", errs.Conflictf("对 %s 已有他人提出建议", p.Code).Fix("请刷新页面").Because(err)
	}
	return hex.EncodeToString(digest[:]), errs.Wrap("add proposal", err)
}

// closeProposal ends an open proposal; somebody faster is a Conflict.
func closeProposal(ctx context.Context, tx *ledger.Tx, p Proposal, to ProposalState, by, reason string) error {
	n, err := tx.Exec(ctx, `update proposals set state = ?, closed_by = ?, closed_reason = ?, closed_at = ? where id = ? and state = 'open'`,
		string(to), by, reason, sqldb.Micros(tx.Now()), p.ID)
	if err == nil && n != 1 {
		return errs.Conflictf("对 %s 的建议已由他人处理", p.Code).Fix("请刷新页面")
	}
	return errs.Wrap("close proposal", err)
}

// movedOn says in SQL whether the power of an open proposal stands elsewhere by
// now: its change was decided, approved or given another wording, or another
// change began. Being put to the public is no such move.
const movedOn = `(c.version_id <> r.version_id or c.state <> r.stood and not (c.state in ('proposed', 'consulting') and r.stood in ('proposed', 'consulting'))
	or exists (select 1 from changes x where x.power_id = r.power_id and x.id <> c.id and x.opened_at >= c.opened_at and x.state <> 'withdrawn'))`

const proposalColumns = `select r.id, r.change_id, r.power_id, r.version_id, r.department_id, p.code, v.name, v.category, r.state, r.stood, c.state,
	case when r.state = 'open' and ` + movedOn + ` then 1 else 0 end, r.fate, r.ground, r.target_kind, r.target, r.into_power_id, coalesce(q.code, ''),
	coalesce((select w.name from power_versions w where w.power_id = r.into_power_id order by w.no desc limit 1), ''), r.legal_form, r.receiver, r.followup,
	r.reason, r.account_id, r.proposed_by, r.at, r.closed_reason, r.closed_by, r.closed_at, r.order_key` + proposalTables

const proposalTables = ` from proposals r join powers p on p.id = r.power_id join power_versions v on v.id = r.version_id join changes c on c.id = r.change_id
	left join powers q on q.id = r.into_power_id `

func scanProposal(r *sqldb.Rows) (Proposal, error) {
	var p Proposal
	var stale int
	var at, closed int64
	err := r.Scan(&p.ID, &p.Change, &p.Power, &p.Version, &p.Department, &p.Code, &p.Name, &p.Category, &p.State, &p.Stood, &p.Stands, &stale,
		&p.Fate, &p.Ground, &p.TargetKind, &p.Target, &p.Into, &p.IntoCode, &p.IntoName, &p.LegalForm, &p.Receiver, &p.Followup,
		&p.Reason, &p.Account, &p.By, &at, &p.ClosedReason, &p.ClosedBy, &closed, &p.order)
	p.Stale, p.At = stale == 1, sqldb.FromMicros(at)
	if closed > 0 {
		p.ClosedAt = sqldb.FromMicros(closed)
	}
	return p, err
}

func oneProposal(ctx context.Context, r sqldb.Reader, cond string, args ...any) (Proposal, error) {
	rows, err := r.Query(ctx, proposalColumns+`where `+cond, args...)
	all, err := sqldb.Collect(rows, err, scanProposal)
	switch {
	case err != nil:
		return Proposal{}, errs.Wrap("proposal", err)
	case len(all) == 0:
		return Proposal{}, people.Unknown()
	}
	return all[0], nil
}

// ProposalByID finds a proposal; NotFound when there is none. Ask who.MayOn about
// its department before showing it.
func ProposalByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Proposal, error) {
	return oneProposal(ctx, r, `r.id = ?`, id)
}

// OpenProposal finds the open proposal of a change; NotFound when it has none.
func OpenProposal(ctx context.Context, r sqldb.Reader, change sqldb.ID) (Proposal, error) {
	return oneProposal(ctx, r, `r.change_id = ? and r.state = 'open'`, change)
}

// EvidenceSeen gives the evidence that was stored with a proposal. It stands as
// it was seen; what it rests on may have changed since.
func EvidenceSeen(ctx context.Context, r sqldb.Reader, proposal sqldb.ID) (Evidence, error) {
	var e Evidence
	var text string
	err := r.QueryRow(ctx, `select evidence from proposals where id = ?`, proposal).Scan(&text)
	if errs.Is(err, sqldb.ErrNoRows) {
		return e, people.Unknown()
	}
	if err != nil {
		return e, errs.Wrap("evidence of a proposal", err)
	}
	return e, errs.Wrap("evidence of a proposal", json.Unmarshal([]byte(text), &e))
}

// Query chooses proposals. The zero value of a field asks nothing.
type Query struct {
	State      ProposalState
	Fate       Fate
	Ground     string
	Department sqldb.ID
	Power      sqldb.ID
	Words      string // found in the name or the code of the power
	After      Place
	Before     Place
	Limit      int // 0 for all
}

// Place is a place in the list of proposals.
type Place struct {
	Order string
	ID    sqldb.ID
}

// Place is where the proposal stands.
func (p Proposal) Place() Place { return Place{p.order, p.ID} }

func (q Query) where(s people.Scope) *sqldb.Where {
	w := new(sqldb.Where)
	s.Within(w, "r.department_id")
	w.Is("r.state", string(q.State))
	w.Is("r.fate", string(q.Fate))
	w.Is("r.ground", q.Ground)
	if !q.Department.IsZero() {
		w.And("r.department_id = ?", q.Department)
	}
	if !q.Power.IsZero() {
		w.And("r.power_id = ?", q.Power)
	}
	if q.Words != "" {
		like := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(q.Words)) + "%"
		w.And(`(lower(v.name) like ? escape '\' or lower(p.code) like ? escape '\')`, like, like)
	}
	return w
}

// Proposals reads the proposals within a scope in the order of the names of their
// powers; with Before the rows that end there, in the same order.
func Proposals(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Proposal, error) {
	w := q.where(s)
	order, back := ` order by r.order_key, r.id`, q.Before != Place{}
	switch {
	case back:
		w.And(`(r.order_key, r.id) < (?, ?)`, q.Before.Order, q.Before.ID)
		order = ` order by r.order_key desc, r.id desc`
	case q.After != Place{}:
		w.And(`(r.order_key, r.id) > (?, ?)`, q.After.Order, q.After.ID)
	}
	if q.Limit > 0 {
		order += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, proposalColumns+`where `+w.Text()+order, w.Args...)
	all, err := sqldb.Collect(rows, err, scanProposal)
	if back {
		slices.Reverse(all)
	}
	return all, errs.Wrap("proposals", err)
}

// Tally counts proposals that are alike in all facets.
type Tally struct {
	State      ProposalState
	Fate       Fate
	Ground     string
	Department sqldb.ID
	N          int
}

// Tallies counts the proposals within a scope that hold the words of q by every
// facet; the facets of q are not asked, so that the counts beside each choice can
// be made of them.
func Tallies(ctx context.Context, r sqldb.Reader, s people.Scope, q Query) ([]Tally, error) {
	w := Query{Words: q.Words}.where(s)
	rows, err := r.Query(ctx, `select r.state, r.fate, r.ground, r.department_id, count(*)`+proposalTables+`where `+w.Text()+`
		group by r.state, r.fate, r.ground, r.department_id`, w.Args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Tally, error) {
		var t Tally
		err := r.Scan(&t.State, &t.Fate, &t.Ground, &t.Department, &t.N)
		return t, err
	})
	return all, errs.Wrap("count proposals", err)
}

func divisionOf(ctx context.Context, r sqldb.Reader, id sqldb.ID) (string, error) {
	var division string
	err := r.QueryRow(ctx, `select division from powers where id = ?`, id).Scan(&division)
	return division, errs.Wrap("division of a power", err)
}

// readCited gives the citations of a version with where they led.
func readCited(ctx context.Context, r sqldb.Reader, v power.Version) ([]Cited, error) {
	rows, err := r.Query(ctx, `select k.seq, coalesce(d.level, ''), k.state from citation_links k left join law_documents d on d.id = k.document_id
		where k.version_id = ?`, v.ID)
	type link struct {
		seq   int
		cited Cited
	}
	links, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (link, error) {
		var l link
		err := r.Scan(&l.seq, &l.cited.Level, &l.cited.State)
		return l, err
	})
	out := make([]Cited, len(v.Citations))
	for i, c := range v.Citations {
		out[i].Text = citedText(c)
	}
	for _, l := range links {
		if l.seq >= 1 && l.seq <= len(out) {
			out[l.seq-1].Level, out[l.seq-1].State = l.cited.Level, l.cited.State
		}
	}
	return out, errs.Wrap("citations of a version", err)
}

// readSame gives other powers on the way or on the list that cite one of the
// articles of a version, a few and how many more there are.
func readSame(ctx context.Context, r sqldb.Reader, c power.Change, v power.Version) ([]SameRow, int, error) {
	var conds []string
	var args []any
	for _, x := range v.Citations[:min(len(v.Citations), maxArticles)] {
		if x.Ref.Article > 0 {
			conds = append(conds, `(k.law = ? and k.article = ? and k.article_sub = ?)`)
			args = append(args, x.Ref.Law, x.Ref.Article, x.Ref.ArticleSub)
		}
	}
	if len(conds) == 0 {
		return nil, 0, nil
	}
	rows, err := r.Query(ctx, `select p.id, p.code, v.name, d.name, d.id, k.law, k.article, k.article_sub, h.state from power_citations k
		join power_versions v on v.id = k.version_id join changes h on h.version_id = v.id join powers p on p.id = v.power_id
		join departments d on d.id = v.department_id
		where (`+strings.Join(conds, " or ")+`) and v.power_id <> ? and p.division = ? and `+power.Live+` and `+power.NewestLive+`
		order by p.code, k.seq`, append(args, c.Power, c.Division)...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (SameRow, error) {
		var s SameRow
		var id sqldb.ID
		var x power.Citation
		err := r.Scan(&id, &s.Code, &s.Name, &s.Department, &s.Of, &x.Ref.Law, &x.Ref.Article, &x.Ref.ArticleSub, &s.State)
		s.Power, s.Article = id.String(), citedText(x)
		return s, err
	})
	all = slices.CompactFunc(all, func(a, b SameRow) bool { return a.Code == b.Code })
	shown := all[:min(len(all), sameShown)]
	return shown, len(all) - len(shown), errs.Wrap("powers on the same basis", err)
}

// maxArticles is how many articles of a basis are looked up: bases that cite more
// are no clue.
const maxArticles = 20

// readTakers reads the places right below a division that stand today, with what
// they took over, refused and used in the latest year that is known of each.
func readTakers(ctx context.Context, r sqldb.Reader, division string) ([]Taker, error) {
	rows, err := r.Query(ctx, `select code, name, (select count(*) from departments d where d.division = v.code and d.valid_to = '')
		from divisions v where v.parent = ? and v.valid_to = '' order by v.code`, division)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Taker, error) {
		var t Taker
		err := r.Scan(&t.Division, &t.Name, &t.Bodies)
		return t, err
	})
	if err != nil || len(all) == 0 {
		return nil, errs.Wrap("places below", err)
	}
	at := make(map[string]*Taker, len(all))
	for i := range all {
		at[all[i].Division] = &all[i]
	}
	rows, err = r.Query(ctx, `select division, case when state = 'refused' then 1 else 0 end, count(*) from handovers
		where direction = 'down' and state in ('held', 'back_asked', 'refused') group by division, case when state = 'refused' then 1 else 0 end`)
	handed, err := sqldb.Collect(rows, err, scanCount)
	if err != nil {
		return nil, errs.Wrap("what places took over", err)
	}
	for _, h := range handed {
		switch t := at[h.place]; {
		case t == nil:
		case h.key == 1:
			t.Refused = h.n
		default:
			t.Held = h.n
		}
	}
	rows, err = r.Query(ctx, `select place, year, count(*), sum(cases) from power_usage where cases > 0 group by place, year order by place, year`)
	used, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (placeCount, error) {
		var c placeCount
		err := r.Scan(&c.place, &c.key, &c.n, &c.sum)
		return c, err
	})
	for _, u := range used { // the latest year comes last
		if t := at[u.place]; t != nil {
			t.Powers, t.Cases = u.n, u.sum
		}
	}
	return all, errs.Wrap("use of powers below", err)
}

// placeCount is a count of a place by a key.
type placeCount struct {
	place       string
	key, n, sum int
}

func scanCount(r *sqldb.Rows) (placeCount, error) {
	var c placeCount
	err := r.Scan(&c.place, &c.key, &c.n)
	return c, err
}
