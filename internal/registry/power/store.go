package power

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/hanzi"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Report is a new power on its way into the list: the identity, its first
// version and the change that carries it.
type Report struct {
	Code       string
	Division   string
	Origin     Origin
	State      State // where the change starts: HandedUp for what a department reports
	Version    Version
	ParentID   sqldb.ID // predecessor of a split part; zero for the others
	ParentNote string   // why the power descends from the parent
}

// Ids are the three identities that a report creates.
type Ids struct{ Power, Version, Change sqldb.ID }

// Add writes a new power with its first version and an open change, and one
// ledger entry, "power." and the origin (power.reported), with the full text.
// A code already in use is a Conflict.
func Add(ctx context.Context, tx *ledger.Tx, r Report) (Ids, error) {
	v := r.Version
	if err := v.check(r.Code); err != nil {
		return Ids{}, err
	}
	ids := Ids{sqldb.NewID(), sqldb.NewID(), sqldb.NewID()}
	v.ID, v.Power, v.No = ids.Version, ids.Power, 1
	_, err := tx.Exec(ctx, `insert into powers (id, code, division, origin, reporter_id, created_at) values (?, ?, ?, ?, ?, ?)`,
		ids.Power, r.Code, r.Division, string(r.Origin), v.Department, sqldb.Micros(tx.Now()))
	if sqldb.IsConstraint(err) {
		return Ids{}, CodeInUse(r.Code).Because(err)
	}
	if err != nil {
		return Ids{}, fmt.Errorf("add power %s: %w", r.Code, err)
	}
	said, err := insertVersion(ctx, tx, r.Code, v)
	if err != nil {
		return Ids{}, err
	}
	if err := openChange(ctx, tx, ids, v.Department, KindAdd, r.State); err != nil {
		return Ids{}, err
	}
	if !r.ParentID.IsZero() {
		if err := Descend(ctx, tx, ids.Power, r.ParentID, r.ParentNote); err != nil {
			return Ids{}, err
		}
	}
	return ids, say(ctx, tx, r.Division, "power."+string(r.Origin), ids.Power, said)
}

// openChange writes a change that carries a version of a power.
func openChange(ctx context.Context, tx *ledger.Tx, ids Ids, department sqldb.ID, k Kind, s State) error {
	now := sqldb.Micros(tx.Now())
	_, err := tx.Exec(ctx, `insert into changes (id, power_id, version_id, department_id, kind, state, opened_at, moved_at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
		ids.Change, ids.Power, ids.Version, department, string(k), string(s), now, now)
	return errs.Wrap("open change", err)
}

// Amend writes the next version of a power and moves its open change to it. A
// change that is no longer open, that only asks to cancel, or that no longer
// stands in the state and version that the caller saw, is a Conflict.
func Amend(ctx context.Context, tx *ledger.Tx, c Change, v Version) (sqldb.ID, error) {
	if err := v.check(c.Code); err != nil {
		return sqldb.ID{}, err
	}
	if !c.State.Open() {
		return sqldb.ID{}, errs.Conflictf("事项 %s 处于“%s”，不能再修改", c.Code, c.State.Label()).Fix("请另提变更")
	}
	if c.Kind == KindCancel {
		return sqldb.ID{}, errs.Conflictf("事项 %s 已提出取消，不能修改", c.Code).Fix("请先处理取消申请")
	}
	v.ID, v.Power = sqldb.NewID(), c.Power
	said, err := nextVersion(ctx, tx, c.Code, v)
	if err != nil {
		return sqldb.ID{}, err
	}
	n, err := tx.Exec(ctx, `update changes set version_id = ?, department_id = ? where id = ? and version_id = ? and state = ?`,
		v.ID, v.Department, c.ID, c.Version, string(c.State))
	if err != nil {
		return sqldb.ID{}, fmt.Errorf("amend %s: %w", c.Code, err)
	}
	if n != 1 {
		return sqldb.ID{}, stale(c)
	}
	return v.ID, say(ctx, tx, c.Division, "power.amended", c.Power, said)
}

// say records an act on a version in words that are canonical already.
func say(ctx context.Context, tx *ledger.Tx, division, kind string, id sqldb.ID, said []byte) error {
	_, err := tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: cmp.Or(division, ledger.Nowhere), Kind: kind, Subject: id, Public: said})
	return err
}

// CodeInUse is the Conflict of a code that another power has or had.
func CodeInUse(code string) *errs.Error {
	return errs.Conflictf("事项编码 %s 已被使用", code).Fix("编码不得重复使用，请改用新编码")
}

// nextVersion writes a version under the next number of its power.
func nextVersion(ctx context.Context, tx *ledger.Tx, code string, v Version) ([]byte, error) {
	if err := tx.QueryRow(ctx, `select max(no) from power_versions where power_id = ?`, v.Power).Scan(&v.No); err != nil {
		return nil, fmt.Errorf("next version of %s: %w", code, err)
	}
	v.No++
	return insertVersion(ctx, tx, code, v)
}

// insertVersion writes a version with its citations and gives what the ledger
// is to say of it.
func insertVersion(ctx context.Context, tx *ledger.Tx, code string, v Version) ([]byte, error) {
	said, digest, err := spoken(v.public(code))
	if err != nil {
		return nil, err
	}
	content, err := json.Marshal(v.Elements)
	if err != nil {
		return nil, fmt.Errorf("encode elements of %s: %w", code, err)
	}
	if _, err := tx.Exec(ctx, `insert into power_versions (id, power_id, no, department_id, category, scheme_category, name, main_item, level,
		initiative, order_key, schema, content, digest, import_id, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		v.ID, v.Power, v.No, v.Department, string(v.Category), v.SchemeCategory, v.Name, v.MainItem, v.Level,
		string(v.Initiative), hanzi.PinyinKey(v.Name), ElementsSchema, string(content), digest[:], v.Import, sqldb.Micros(tx.Now())); err != nil {
		return nil, fmt.Errorf("add version %d of %s: %w", v.No, code, err)
	}
	for i, c := range v.Citations {
		reach := ""
		if c.Ref.To != nil {
			b, err := json.Marshal(c.Ref.To)
			if err != nil {
				return nil, fmt.Errorf("encode citation of %s: %w", code, err)
			}
			reach = string(b)
		}
		r := c.Ref
		if _, err := tx.Exec(ctx, `insert into power_citations (version_id, seq, law, article, article_sub, paragraph, item, subitem, reach, quote)
			values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, v.ID, i+1, r.Law, r.Article, r.ArticleSub, r.Paragraph, r.Item, r.Subitem, reach, c.Quote); err != nil {
			return nil, fmt.Errorf("add citation %d of %s: %w", i+1, code, err)
		}
	}
	return said, nil
}

// Descend records that a power takes over from a predecessor (merge, split).
// The caller records the act.
func Descend(ctx context.Context, tx *ledger.Tx, id, predecessor sqldb.ID, reason string) error {
	_, err := tx.Exec(ctx, `insert into power_lineage (power_id, predecessor_id, reason, at) values (?, ?, ?, ?)`,
		id, predecessor, reason, sqldb.Micros(tx.Now()))
	if err != nil {
		return fmt.Errorf("add lineage: %w", err)
	}
	return nil
}

// Change is an open or closed change with what is needed to act on it.
type Change struct {
	ID, Power, Version, Department sqldb.ID
	Code, Division                 string
	Name                           string
	Category                       Category
	Kind                           Kind
	State                          State
	Origin                         Origin
}

const changeColumns = `c.id, c.power_id, c.version_id, c.department_id, p.code, p.division, v.name, v.category, c.kind, c.state, p.origin
	from changes c join powers p on p.id = c.power_id join power_versions v on v.id = c.version_id`

func scanChange(r *sqldb.Rows) (Change, error) {
	var c Change
	err := r.Scan(&c.ID, &c.Power, &c.Version, &c.Department, &c.Code, &c.Division, &c.Name, &c.Category, &c.Kind, &c.State, &c.Origin)
	return c, err
}

// Changes lists the changes in any of the given states (all when none is
// given), in the order of the codes. A power may have several.
func Changes(ctx context.Context, r sqldb.Reader, states ...State) ([]Change, error) {
	cond, args := inStates(states)
	rows, err := r.Query(ctx, `select `+changeColumns+cond+` order by p.code`, args...)
	all, err := sqldb.Collect(rows, err, scanChange)
	return all, errs.Wrap("list changes", err)
}

// inStates is the condition that keeps changes in any of the states, empty for
// all. The few changes in one state are then found by index, and on PostgreSQL
// a write does not collide with every other write to changes.
func inStates(states []State) (cond string, args []any) {
	if len(states) == 0 {
		return "", nil
	}
	for _, s := range states {
		args = append(args, string(s))
	}
	return ` where c.state in (` + sqldb.Marks(len(states)) + `)`, args
}

// Move takes a change to another state, if the transition table has it and the
// change still stands where the caller saw it; else Conflict. The caller
// records the act.
func Move(ctx context.Context, tx *ledger.Tx, c Change, to State) error {
	if err := c.State.CanMove(to); err != nil {
		return errs.Wrap("move "+c.Code, err)
	}
	n, err := tx.Exec(ctx, `update changes set state = ?, moved_at = ? where id = ? and state = ?`,
		string(to), sqldb.Micros(tx.Now()), c.ID, string(c.State))
	if err != nil {
		return fmt.Errorf("move %s: %w", c.Code, err)
	}
	if n != 1 {
		return stale(c)
	}
	return nil
}

func stale(c Change) error {
	return errs.Conflictf("事项 %s 已被他人处理", c.Code).Fix("请刷新后再试")
}

// Versions reads the versions that changes in the given states carry (all when
// none is given), with elements and citations, in the order of their codes, and
// calls fn once for each; those of one power follow each other, oldest first. It
// holds their ids and one batch in memory; fn may query.
func Versions(ctx context.Context, r sqldb.Reader, states []State, fn func(code string, v Version) error) error {
	type carried struct {
		code    string
		version sqldb.ID
	}
	cond, args := inStates(states)
	rows, err := r.Query(ctx, `select p.code, c.version_id from changes c join powers p on p.id = c.power_id`+cond+` order by p.code, c.version_id`, args...)
	all, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (carried, error) {
		var c carried
		err := r.Scan(&c.code, &c.version)
		return c, err
	})
	if err != nil {
		return fmt.Errorf("read versions: %w", err)
	}
	all = slices.Compact(all) // a cancellation carries the version that is published
	for batch := range slices.Chunk(all, versionBatch) {
		ids := make([]any, versionBatch) // filled up with the last: one text of SQL
		for i := range ids {
			ids[i] = batch[min(i, len(batch)-1)].version
		}
		versions, err := versionsOf(ctx, r, ids)
		if err != nil {
			return fmt.Errorf("read versions: %w", err)
		}
		for _, c := range batch {
			if err := fn(c.code, versions[c.version]); err != nil {
				return err
			}
		}
	}
	return nil
}

// versionBatch is how many versions are read at a time.
const versionBatch = 400

func versionsOf(ctx context.Context, r sqldb.Reader, ids []any) (map[sqldb.ID]Version, error) {
	rows, err := r.Query(ctx, `select `+versionColumns+` from power_versions v where v.id in (`+sqldb.Marks(len(ids))+`)`, ids...)
	versions, err := sqldb.Collect(rows, err, scanVersion)
	if err != nil {
		return nil, err
	}
	out := make(map[sqldb.ID]Version, len(versions))
	for _, v := range versions {
		out[v.ID] = v
	}
	rows, err = r.Query(ctx, `select `+citationColumns+` from power_citations where version_id in (`+sqldb.Marks(len(ids))+`) order by version_id, seq`, ids...)
	cited, err := sqldb.Collect(rows, err, scanCitation)
	for _, c := range cited {
		v := out[c.version]
		v.Citations = append(v.Citations, c.Citation)
		out[c.version] = v
	}
	return out, err
}

const versionColumns = `v.id, v.power_id, v.no, v.department_id, v.category, v.scheme_category, v.name, v.main_item, v.level, v.initiative,
	v.order_key, v.schema, v.content, v.digest, v.import_id, v.created_at`

func scanVersion(r *sqldb.Rows) (Version, error) {
	var v Version
	var schema int
	var content string
	var digest []byte
	var created int64
	err := r.Scan(&v.ID, &v.Power, &v.No, &v.Department, &v.Category, &v.SchemeCategory, &v.Name, &v.MainItem, &v.Level, &v.Initiative,
		&v.OrderKey, &schema, &content, &digest, &v.Import, &created)
	if err != nil {
		return v, err
	}
	copy(v.Digest[:], digest)
	v.Created = sqldb.FromMicros(created)
	v.Elements, err = decode(schema, content)
	return v, errs.Wrap("version "+v.ID.String(), err)
}

const citationColumns = `version_id, law, article, article_sub, paragraph, item, subitem, reach, quote`

// versionCitation is a citation of a version.
type versionCitation struct {
	version sqldb.ID
	Citation
}

func scanCitation(r *sqldb.Rows) (versionCitation, error) {
	var c versionCitation
	var reach string
	f := &c.Ref
	err := r.Scan(&c.version, &f.Law, &f.Article, &f.ArticleSub, &f.Paragraph, &f.Item, &f.Subitem, &reach, &c.Quote)
	if err != nil {
		return c, err
	}
	f.To, err = readReach(reach)
	return c, err
}

// readReach reads the stored end of a range; nil for a citation that is none.
func readReach(reach string) (*citation.End, error) {
	if reach == "" {
		return nil, nil
	}
	to := new(citation.End)
	return to, json.Unmarshal([]byte(reach), to)
}

// ByCode finds a power; NotFound when the code was never given.
func ByCode(ctx context.Context, r sqldb.Reader, code string) (Power, error) {
	p := Power{Code: code}
	err := r.QueryRow(ctx, `select id, division, origin, reporter_id from powers where code = ?`, code).Scan(&p.ID, &p.Division, &p.Origin, &p.Reporter)
	if errs.Is(err, sqldb.ErrNoRows) {
		return p, errs.NotFoundf("没有编码为 %s 的事项", code)
	}
	return p, errs.Wrap("power "+code, err)
}

// Link is where a citation leads on the day of a check: derived data, made
// anew by every check.
type Link struct {
	Version  sqldb.ID
	Seq      int
	Document sqldb.ID
	Edition  sqldb.ID // zero when no edition was in force
	Article  int      // seq of the article in the edition, 0 when it is missing
	State    string
}

// ReplaceLinks rewrites the derived citation links of the versions that links
// speak of, each version's one after the other. Links of other versions stay:
// they tell where these led when they were checked last.
func ReplaceLinks(ctx context.Context, tx *sqldb.Tx, links []Link) error {
	var version sqldb.ID
	for _, l := range links {
		if l.Version != version {
			version = l.Version
			if _, err := tx.Exec(ctx, `delete from citation_links where version_id = ?`, version); err != nil {
				return fmt.Errorf("replace links: %w", err)
			}
		}
		if _, err := tx.Exec(ctx, `insert into citation_links (version_id, seq, document_id, edition_id, article_seq, state) values (?, ?, ?, ?, ?, ?)`,
			l.Version, l.Seq, l.Document, l.Edition, l.Article, l.State); err != nil {
			return fmt.Errorf("replace links: %w", err)
		}
	}
	return nil
}

// CopyLinks gives a version with the same basis as another the links of that
// one, so that it need not wait for the next check.
func CopyLinks(ctx context.Context, tx *sqldb.Tx, from, to sqldb.ID) error {
	_, err := tx.Exec(ctx, `insert into citation_links (version_id, seq, document_id, edition_id, article_seq, state)
		select ?, seq, document_id, edition_id, article_seq, state from citation_links where version_id = ?`, to, from)
	return errs.Wrap("copy links", err)
}

// VersionByID reads one version with elements and citations; NotFound when
// there is none.
func VersionByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Version, error) {
	found, err := versionsOf(ctx, r, []any{id})
	if err != nil {
		return Version{}, fmt.Errorf("version %s: %w", id, err)
	}
	v, ok := found[id]
	if !ok {
		return Version{}, errs.NotFoundf("没有这个版本")
	}
	return v, nil
}

// History gives the changes of a power, the oldest first; NotFound when there
// is no such power.
func History(ctx context.Context, r sqldb.Reader, id sqldb.ID) ([]Change, error) {
	rows, err := r.Query(ctx, `select `+changeColumns+` where c.power_id = ? order by c.opened_at, c.id`, id)
	all, err := sqldb.Collect(rows, err, scanChange)
	if err != nil {
		return nil, fmt.Errorf("history of %s: %w", id, err)
	}
	if len(all) == 0 {
		return nil, errs.NotFoundf("没有这个事项")
	}
	return all, nil
}

// Newest gives the latest change of a power; NotFound when there is no such
// power.
func Newest(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Change, error) {
	all, err := History(ctx, r, id)
	if err != nil {
		return Change{}, err
	}
	return all[len(all)-1], nil
}

// Standing gives the change that says what a power is today: the published one
// while it is on the list, whatever was asked for since, else the newest.
// NotFound when there is no such power.
func Standing(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Change, error) {
	all, err := History(ctx, r, id)
	if err != nil {
		return Change{}, err
	}
	for _, c := range all {
		if c.State == Published {
			return c, nil
		}
	}
	return all[len(all)-1], nil
}
