package round

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
)

// Query chooses opinions. Zero values ask nothing, but: without States, drafts
// and dropped ones are left out, and the zero Scope finds nothing.
type Query struct {
	Scope      people.Scope
	Campaign   sqldb.ID
	Submission sqldb.ID
	Department sqldb.ID
	Power      sqldb.ID
	Change     sqldb.ID
	No         int
	Cause      string
	Field      string
	Answer     AnswerKind
	States     []OpinionState
	After      Place // keyset: only those behind this place
	Limit      int   // 0 for all
}

// Place is the place of an opinion in a list.
type Place struct {
	Order string // pinyin key of the department
	Code  string
	No    int
	ID    sqldb.ID
}

// PlaceOf is the place of an opinion, from which the next page goes on.
func (o Opinion) PlaceOf() Place { return Place{o.order, o.Code, o.No, o.ID} }

func (q Query) where() sqldb.Where {
	var w sqldb.Where
	q.Scope.Within(&w, `o.department_id`)
	for _, x := range []struct {
		column string
		id     sqldb.ID
	}{{"o.campaign_id", q.Campaign}, {"o.submission_id", q.Submission}, {"o.department_id", q.Department}, {"o.power_id", q.Power}, {"o.change_id", q.Change}} {
		if !x.id.IsZero() {
			w.And(x.column+` = ?`, x.id)
		}
	}
	if q.No > 0 {
		w.And(`o.no = ?`, q.No)
	}
	w.Is(`o.cause`, q.Cause)
	w.Is(`o.field`, q.Field)
	if q.Answer != "" {
		w.And(`exists (select 1 from opinion_replies x where x.opinion_id = o.id and x.answer = ?)`, string(q.Answer))
	}
	states := q.States
	if len(states) == 0 {
		states = OpinionStates()
	}
	args := make([]any, len(states))
	for i, s := range states {
		args[i] = string(s)
	}
	w.And(`o.state in (`+sqldb.Marks(len(states))+`)`, args...)
	if !q.After.ID.IsZero() {
		p := q.After
		w.And(`(d.order_key > ? or d.order_key = ? and (p.code > ? or p.code = ? and (o.no > ? or o.no = ? and o.id > ?)))`,
			p.Order, p.Order, p.Code, p.Code, p.No, p.No, p.ID)
	}
	return w
}

const opinionColumns = `select o.id, o.campaign_id, o.no, o.submission_id, o.department_id, d.name, d.order_key, o.power_id, o.change_id, o.version_id, v.no,
	h.version_id, n.created_at, h.state, p.code, v.name, v.category, o.field, o.cause, o.text, o.state, o.follows_id, o.batch_id, o.account_id, o.author,
	o.written_at, o.handed_at, o.moved_at,
	coalesce(a.answer, ''), coalesce(a.reason, ''), a.version_id, coalesce(a.replied_by, ''), coalesce(a.at, 0),
	coalesce(u.outcome, ''), coalesce(u.text, ''), u.version_id, coalesce(u.ruled_by, ''), coalesce(u.at, 0)
	from opinions o join departments d on d.id = o.department_id join powers p on p.id = o.power_id join power_versions v on v.id = o.version_id
	join changes h on h.id = o.change_id join power_versions n on n.id = h.version_id
	left join opinion_replies a on a.opinion_id = o.id left join rulings u on u.opinion_id = o.id `

func scanOpinion(r *sqldb.Rows) (Opinion, error) {
	var o Opinion
	var present, written, handed, moved, replied, ruled int64
	var reply Reply
	var ruling Ruling
	err := r.Scan(&o.ID, &o.Campaign, &o.No, &o.Submission, &o.Department, &o.DepartmentName, &o.order, &o.Power, &o.Change, &o.Version, &o.VersionNo,
		&o.Present, &present, &o.ChangeState, &o.Code, &o.Name, &o.Category, &o.Field, &o.Cause, &o.Text, &o.State, &o.Follows, &o.Batch, &o.Account, &o.Author,
		&written, &handed, &moved, &reply.Kind, &reply.Reason, &reply.Version, &reply.By, &replied,
		&ruling.Outcome, &ruling.Text, &ruling.Version, &ruling.By, &ruled)
	o.PresentAt, o.Written, o.Moved = sqldb.FromMicros(present), sqldb.FromMicros(written), sqldb.FromMicros(moved)
	if handed > 0 {
		o.Handed = sqldb.FromMicros(handed)
	}
	if replied > 0 {
		reply.At = sqldb.FromMicros(replied)
		o.Reply = &reply
	}
	if ruled > 0 {
		ruling.At = sqldb.FromMicros(ruled)
		o.Ruling = &ruling
	}
	return o, err
}

// Opinions lists opinions by department in pinyin order, code of the power and
// round.
func Opinions(ctx context.Context, r sqldb.Reader, q Query) ([]Opinion, error) {
	w := q.where()
	text := opinionColumns + `where ` + w.Text() + ` order by d.order_key, p.code, o.no, o.id`
	if q.Limit > 0 {
		text += ` limit ?`
		w.Args = append(w.Args, q.Limit)
	}
	rows, err := r.Query(ctx, text, w.Args...)
	all, err := sqldb.Collect(rows, err, scanOpinion)
	return all, errs.Wrap("opinions", err)
}

// CountOpinions counts what Opinions would list without After and Limit.
func CountOpinions(ctx context.Context, r sqldb.Reader, q Query) (int, error) {
	q.After = Place{}
	w := q.where()
	var n int
	err := r.QueryRow(ctx, `select count(*) from opinions o where `+w.Text(), w.Args...).Scan(&n)
	return n, errs.Wrap("count opinions", err)
}

// OpinionByID finds an opinion; NotFound when there is none. Ask who.MayOn about
// its department, and show drafts to nobody but the group.
func OpinionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Opinion, error) {
	rows, err := r.Query(ctx, opinionColumns+`where o.id = ?`, id)
	all, err := sqldb.Collect(rows, err, scanOpinion)
	switch {
	case err != nil:
		return Opinion{}, fmt.Errorf("opinion %s: %w", id, err)
	case len(all) == 0:
		return Opinion{}, errs.NotFoundf("没有这条意见")
	}
	return all[0], nil
}

// Thread gives an opinion with those that it follows, the oldest first.
func Thread(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Opinion, error) {
	var out []Opinion
	for !id.IsZero() {
		o, err := OpinionByID(ctx, r, id)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
		id = o.Follows
	}
	slices.Reverse(out)
	return out, nil
}

// opinionBatch is how many opinions one statement writes.
const opinionBatch = 50

func insertOpinions(ctx context.Context, tx *ledger.Tx, all []Opinion) error {
	for batch := range slices.Chunk(all, opinionBatch) {
		var args []any
		for _, o := range batch {
			handed := int64(0)
			if !o.Handed.IsZero() {
				handed = sqldb.Micros(o.Handed)
			}
			args = append(args, o.ID, o.Campaign, o.No, o.Submission, o.Department, o.Power, o.Change, o.Version, o.Field, o.Cause, o.Text, string(o.State),
				o.Follows, o.Batch, o.Account, o.Author, sqldb.Micros(o.Written), handed, sqldb.Micros(o.Moved))
		}
		row := `(` + sqldb.Marks(19) + `)`
		_, err := tx.Exec(ctx, `insert into opinions (id, campaign_id, no, submission_id, department_id, power_id, change_id, version_id, field, cause, text, state,
			follows_id, batch_id, account_id, author, written_at, handed_at, moved_at) values `+row+strings.Repeat(`, `+row, len(batch)-1), args...)
		if err != nil {
			return fmt.Errorf("write opinions: %w", err)
		}
	}
	return nil
}

// rewriteDraft keeps another wording of a draft. It belongs to no bulk act any
// more, so that undoing one does not lose it.
func rewriteDraft(ctx context.Context, tx *ledger.Tx, o Opinion) error {
	n, err := tx.Exec(ctx, `update opinions set field = ?, cause = ?, text = ?, batch_id = null, moved_at = ? where id = ? and state = ?`,
		o.Field, o.Cause, o.Text, sqldb.Micros(tx.Now()), o.ID, string(Draft))
	return oneMoved(n, err)
}

// moveOpinion takes an opinion to another state if it still stands where the
// caller saw it; else Conflict.
func moveOpinion(ctx context.Context, tx *ledger.Tx, o Opinion, to OpinionState) error {
	n, err := tx.Exec(ctx, `update opinions set state = ?, moved_at = ? where id = ? and state = ?`,
		string(to), sqldb.Micros(tx.Now()), o.ID, string(o.State))
	return oneMoved(n, err)
}

func oneMoved(n int64, err error) error {
	if err != nil {
		return fmt.Errorf("move opinion: %w", err)
	}
	if n != 1 {
		return errs.Conflictf("这条意见已被他人处理").Fix("请刷新页面")
	}
	return nil
}

// unsaid refuses drafts of which one is there already in the same words. All are
// of one field, cause and text. What a campaign that was closed left behind does
// not count: nobody can hand it down or drop it any more.
func unsaid(ctx context.Context, r sqldb.Reader, all []Opinion) error {
	mine := map[sqldb.ID]bool{}
	codes := map[sqldb.ID]string{}
	for batch := range slices.Chunk(all, changeBatch) {
		var ids []sqldb.ID
		for _, o := range batch {
			ids = append(ids, o.Change)
			codes[o.Change], mine[o.ID] = o.Code, true
		}
		marks, args := sqldb.In(ids)
		o := batch[0]
		rows, err := r.Query(ctx, `select id, change_id from opinions where state = ? and field = ? and cause = ? and text = ?
			and campaign_id in (select id from campaigns where state <> ?) and change_id in (`+marks+`)`,
			append([]any{string(Draft), o.Field, o.Cause, o.Text, string(Closed)}, args...)...)
		found, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Item, error) {
			var x Item // the opinion in Version
			err := r.Scan(&x.Version, &x.Change)
			return x, err
		})
		if err != nil {
			return fmt.Errorf("same draft: %w", err)
		}
		for _, x := range found {
			if !mine[x.Version] {
				return errs.Conflictf("对事项 %s 已经写过同样的意见", codes[x.Change]).Fix("不需要再写一次")
			}
		}
	}
	return nil
}

// issue writes a hand-down and hands its drafts out.
func issue(ctx context.Context, tx *ledger.Tx, h Handdown, account sqldb.ID) error {
	now := sqldb.Micros(h.At)
	_, err := tx.Exec(ctx, `insert into handdowns (id, submission_id, group_no, opinions, digest, account_id, handed_by, at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		h.ID, h.Submission, h.Group, h.Opinions, h.Digest[:], account, h.HandedBy, now)
	if sqldb.IsConstraint(err) {
		return errs.Conflictf("这次上报的意见已经下达").Fix("请刷新页面").Because(err)
	}
	if err != nil {
		return fmt.Errorf("hand down: %w", err)
	}
	if _, err := tx.Exec(ctx, `update submissions set handdown_at = ? where id = ?`, now, h.Submission); err != nil {
		return fmt.Errorf("hand down: %w", err)
	}
	n, err := tx.Exec(ctx, `update opinions set state = ?, handed_at = ?, moved_at = ? where submission_id = ? and state = ?`,
		string(Issued), now, now, h.Submission, string(Draft))
	if err == nil && int(n) != h.Opinions {
		err = fmt.Errorf("%d of %d opinions", n, h.Opinions)
	}
	return errs.Wrap("hand down", err)
}

func handdownOf(ctx context.Context, r sqldb.Reader, submission sqldb.ID) (Handdown, error) {
	h := Handdown{Submission: submission}
	var digest []byte
	var at int64
	err := r.QueryRow(ctx, `select id, group_no, opinions, digest, handed_by, at from handdowns where submission_id = ?`, submission).
		Scan(&h.ID, &h.Group, &h.Opinions, &digest, &h.HandedBy, &at)
	if errs.Is(err, sqldb.ErrNoRows) {
		return h, errs.NotFoundf("还没有下达意见")
	}
	copy(h.Digest[:], digest)
	h.At = sqldb.FromMicros(at)
	return h, errs.Wrap("hand-down", err)
}

func saveReply(ctx context.Context, tx *ledger.Tx, o Opinion, a Reply, account sqldb.ID) error {
	if _, err := tx.Exec(ctx, `insert into opinion_replies (opinion_id, answer, reason, version_id, account_id, replied_by, at) values (?, ?, ?, ?, ?, ?, ?)
		on conflict (opinion_id) do update set answer = excluded.answer, reason = excluded.reason, version_id = excluded.version_id,
		account_id = excluded.account_id, replied_by = excluded.replied_by, at = excluded.at`,
		o.ID, string(a.Kind), a.Reason, a.Version, account, a.By, sqldb.Micros(a.At)); err != nil {
		return fmt.Errorf("answer opinion: %w", err)
	}
	return moveOpinion(ctx, tx, o, Answered)
}

func saveRuling(ctx context.Context, tx *ledger.Tx, o Opinion, u Ruling, account sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into rulings (opinion_id, outcome, text, version_id, account_id, ruled_by, at) values (?, ?, ?, ?, ?, ?, ?)`,
		o.ID, string(u.Outcome), u.Text, u.Version, account, u.By, sqldb.Micros(u.At))
	if sqldb.IsConstraint(err) {
		return errs.Conflictf("这项分歧已经裁定").Fix("裁定不能更改").Because(err)
	}
	if err != nil {
		return fmt.Errorf("rule: %w", err)
	}
	return moveOpinion(ctx, tx, o, Ruled)
}

// frozenPower is a change with the latest submission, if that carries it; else
// submission is zero.
type frozenPower struct {
	change     power.Change
	submission sqldb.ID
}

// frozenChange reads a change with its place in the latest submission of its
// department; what does not exist is people.Unknown.
func frozenChange(ctx context.Context, r sqldb.Reader, change sqldb.ID) (frozenPower, error) {
	all, err := frozenChanges(ctx, r, []sqldb.ID{change})
	return all[change], err
}

// frozenChanges is frozenChange for many; one that does not exist refuses all.
func frozenChanges(ctx context.Context, r sqldb.Reader, ids []sqldb.ID) (map[sqldb.ID]frozenPower, error) {
	out := make(map[sqldb.ID]frozenPower, len(ids))
	for batch := range slices.Chunk(ids, changeBatch) {
		marks, args := sqldb.In(batch)
		rows, err := r.Query(ctx, changeColumns+`where h.id in (`+marks+`)`, args...)
		found, err := sqldb.Collect(rows, err, scanChange)
		if err != nil {
			return nil, fmt.Errorf("changes: %w", err)
		}
		for _, c := range found {
			out[c.ID] = frozenPower{change: c}
		}
		rows, err = r.Query(ctx, `select f.change_id, f.submission_id from submission_versions f join submissions s on s.id = f.submission_id
			where f.power_id in (select power_id from changes where id in (`+marks+`))
			and not exists (select 1 from submissions t where t.department_id = s.department_id and t.at > s.at)`, args...)
		_, err = sqldb.Collect(rows, err, func(r *sqldb.Rows) (struct{}, error) {
			var change, submission sqldb.ID
			err := r.Scan(&change, &submission)
			if f, ok := out[change]; ok {
				f.submission = submission
				out[change] = f
			}
			return struct{}{}, err
		})
		if err != nil {
			return nil, fmt.Errorf("changes handed up: %w", err)
		}
	}
	for _, id := range ids {
		if _, ok := out[id]; !ok {
			return nil, people.Unknown()
		}
	}
	return out, nil
}

// changeBatch is how many changes one query asks for.
const changeBatch = 400

func changeByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (power.Change, error) {
	f, err := frozenChange(ctx, r, id)
	return f.change, err
}
