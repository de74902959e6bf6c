package document

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// act is what the powers log says of an attachment. Its name stays private: file
// names carry the names of people.
type act struct {
	Subject string `json:"subject"`
	SHA256  string `json:"sha256"`
	Media   string `json:"media"`
	Size    int64  `json:"size"`
}

type named struct {
	Name string `json:"name"`
}

func say(ctx context.Context, tx *ledger.Tx, division, kind string, a Attachment) error {
	public, err := ledger.Canonical(act{a.Subject.String(), hex.EncodeToString(a.Digest[:]), a.Media, a.Size})
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	private, err := ledger.Canonical(named{a.Name})
	if err != nil {
		return errs.Wrap("say "+kind, err)
	}
	_, err = tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: cmp.Or(division, ledger.Nowhere), Kind: kind, Subject: a.ID, Public: public, Addendum: private})
	return err
}

// Attach makes a file that was taken in belong to something of a department, and
// records "document.attached" with its digest. The caller asked who.MayOn. Conflict:
// the same content belongs to it already, such as of a form sent twice, or it has
// MaxOfSubject files.
func Attach(ctx context.Context, tx *ledger.Tx, division string, subject, department, account sqldb.ID, t Taken) (Attachment, error) {
	a := Attachment{ID: sqldb.NewID(), Subject: subject, Department: department, Name: t.Name, Media: t.Media, Size: t.Size, Digest: t.Digest,
		Account: account, At: tx.Now()}
	there, err := List(ctx, tx, subject)
	if err != nil {
		return a, err
	}
	for _, other := range there {
		if other.Digest == t.Digest {
			return other, errs.Conflictf("这个文件已经上传过，名为“%s”", other.Name).At(t.Name).Fix("不需要再上传")
		}
	}
	if len(there) >= MaxOfSubject {
		return a, errs.Conflictf("附件已有 %d 个，不能再加", len(there)).At(t.Name).Fix("请先删去不用的附件")
	}
	_, err = tx.Exec(ctx, `insert into attachments (id, subject_id, department_id, name, media, size, digest, account_id, at, removed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.ID, a.Subject, a.Department, a.Name, a.Media, a.Size, a.Digest[:], a.Account, sqldb.Micros(a.At), 0)
	if err != nil {
		return a, fmt.Errorf("attach: %w", err)
	}
	return a, say(ctx, tx, division, "document.attached", a)
}

// Remove takes an attachment away from what it belongs to and records
// "document.removed". The row and the content stay, since an act spoke of them;
// lists leave it out. The caller asked who.MayOn about a.Department. Conflict: it
// is removed already.
func Remove(ctx context.Context, tx *ledger.Tx, division string, a Attachment) error {
	n, err := tx.Exec(ctx, `update attachments set removed_at = ? where id = ? and removed_at = 0`, sqldb.Micros(tx.Now()), a.ID)
	if err != nil {
		return fmt.Errorf("remove attachment: %w", err)
	}
	if n != 1 {
		return errs.Conflictf("这个附件已经删去").Fix("请刷新页面")
	}
	return say(ctx, tx, division, "document.removed", a)
}

const columns = `select id, subject_id, department_id, name, media, size, digest, account_id, at, removed_at from attachments `

func scan(r *sqldb.Rows) (Attachment, error) {
	var a Attachment
	var digest []byte
	var at, removed int64
	err := r.Scan(&a.ID, &a.Subject, &a.Department, &a.Name, &a.Media, &a.Size, &digest, &a.Account, &at, &removed)
	copy(a.Digest[:], digest)
	a.At = sqldb.FromMicros(at)
	if removed > 0 {
		a.Removed = sqldb.FromMicros(removed)
	}
	return a, err
}

// List lists what belongs to something and was not removed, in the order in which
// it came.
func List(ctx context.Context, r sqldb.Reader, subject sqldb.ID) ([]Attachment, error) {
	rows, err := r.Query(ctx, columns+`where subject_id = ? and removed_at = 0 order by at, id`, subject)
	all, err := sqldb.Collect(rows, err, scan)
	return all, errs.Wrap("attachments", err)
}

// ByID finds an attachment; NotFound when there is none, or it was removed. Ask
// who.MayOn about its department before giving it out.
func ByID(ctx context.Context, r sqldb.Reader, id sqldb.ID) (Attachment, error) {
	rows, err := r.Query(ctx, columns+`where id = ? and removed_at = 0`, id)
	all, err := sqldb.Collect(rows, err, scan)
	switch {
	case err != nil:
		return Attachment{}, fmt.Errorf("attachment: %w", err)
	case len(all) == 0:
		return Attachment{}, errs.NotFoundf("没有这个附件，它可能已经删去").Fix("请刷新页面")
	}
	return all[0], nil
}
