package ledger

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Stored is an entry in its place.
type Stored struct {
	Log      Log
	Sequence int64 // counts from 1; also the size of the tree that ends with it
	ID       sqldb.ID
	At       time.Time
	Division string
	Kind     string
	Actor    Actor
	Subject  sqldb.ID
	Public   []byte // canonical JSON or nil
	Addendum []byte
	LeafHash tlog.Hash
}

// Receipt proves that an entry stands in the log: the proof leads from the
// leaf hash to the root of the tree of TreeSize entries (tlog.CheckRecord
// with the entry's index Sequence-1).
type Receipt struct {
	ID       sqldb.ID
	Log      Log
	Sequence int64
	LeafHash tlog.Hash
	TreeSize int64
	Root     tlog.Hash
	Proof    tlog.RecordProof
}

// ErrNotYet means that the entry is committed and safe, and waits for its
// place in the log; on PostgreSQL this takes moments.
var ErrNotYet = errs.New(errs.Unavailable, "该记录已保存，正在编号").Fix("请稍后再查")

// Entries gives the entries after sequence number after (0: from the start),
// in order and without gaps, at most limit of them. It is what upper rooms
// tail: the last Sequence read is the next cursor. On PostgreSQL an act may
// be committed moments before its entry shows here; the entries of one act
// may come in two batches.
func (l *Ledger) Entries(ctx context.Context, log Log, after int64, limit int) ([]Stored, error) {
	rows, err := l.db.Query(ctx, "select seq, "+recordColumns+
		" from ledger_entries where log = ? and seq > ? order by seq limit ?", int(log), after, limit)
	return sqldb.Collect(rows, err, scanStored)
}

// BySubject gives the numbered entries about a subject, oldest first within
// each log. A reader inside a write does not see that write's entries.
func (l *Ledger) BySubject(ctx context.Context, subject sqldb.ID) ([]Stored, error) {
	rows, err := l.db.Query(ctx, "select seq, "+recordColumns+
		" from ledger_entries where subject = ? order by log, seq", subject)
	return sqldb.Collect(rows, err, scanStored)
}

func scanStored(rows *sqldb.Rows) (Stored, error) {
	var seq int64
	r, err := scanRecord(rows, &seq)
	if err != nil {
		return Stored{}, err
	}
	public, err := publicOf(r.leaf)
	if err != nil {
		return Stored{}, err
	}
	return Stored{
		Log: r.log, Sequence: seq, ID: r.id, At: sqldb.FromMicros(r.at), Division: r.division, Kind: r.kind,
		Actor: r.actor, Subject: r.subject, Public: public, Addendum: r.addendum, LeafHash: r.hash,
	}, nil
}

// Receipt proves the entry's place against the log as it is now. ErrNotYet
// if it waits for its place; an errs.NotFound if there is no such entry.
func (l *Ledger) Receipt(ctx context.Context, id sqldb.ID) (Receipt, error) {
	out := Receipt{ID: id}
	err := l.db.Snapshot(ctx, func(r sqldb.Reader) error {
		var hash []byte
		err := r.QueryRow(ctx, "select log, seq, leaf_hash from ledger_entries where id = ?", id).
			Scan(&out.Log, &out.Sequence, &hash)
		if errors.Is(err, sqldb.ErrNoRows) {
			return l.missing(ctx, r, id)
		}
		if err != nil {
			return err
		}
		copy(out.LeafHash[:], hash)
		if out.TreeSize, err = sizeOf(ctx, r, out.Log); err != nil {
			return err
		}
		reader := hashReader(ctx, r, out.Log)
		if out.Root, err = tlog.TreeHash(out.TreeSize, reader); err != nil {
			return err
		}
		if out.Proof, err = tlog.ProveRecord(out.TreeSize, out.Sequence-1, reader); err != nil {
			return err
		}
		return tlog.CheckRecord(out.Proof, out.TreeSize, out.Root, out.Sequence-1, out.LeafHash)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("ledger: receipt %s: %w", id, err)
	}
	return out, nil
}

// missing tells an entry that waits from one that is not.
func (l *Ledger) missing(ctx context.Context, r sqldb.Reader, id sqldb.ID) error {
	if l.db.Queues() {
		var one int
		err := r.QueryRow(ctx, "select 1 from ledger_queue where id = ?", id).Scan(&one)
		if err == nil {
			return ErrNotYet
		}
		if !errors.Is(err, sqldb.ErrNoRows) {
			return err
		}
	}
	return errs.NotFoundf("账本中没有编号为 %s 的记录", id)
}

// Tree gives the size of a log and the root over all its entries.
func (l *Ledger) Tree(ctx context.Context, log Log) (size int64, root tlog.Hash, err error) {
	err = l.db.Snapshot(ctx, func(r sqldb.Reader) error {
		if size, err = sizeOf(ctx, r, log); err != nil {
			return err
		}
		root, err = tlog.TreeHash(size, hashReader(ctx, r, log))
		return err
	})
	return size, root, err
}

// Settle waits until all entries committed so far have their place. It has
// something to do on PostgreSQL only.
func (l *Ledger) Settle(ctx context.Context) error { return l.db.Settle(ctx) }

func hashReader(ctx context.Context, r sqldb.Reader, log Log) tlog.HashReader {
	return tlog.HashReaderFunc(func(places []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(places))
		for i, p := range places {
			var err error
			if out[i], err = storedHash(ctx, r, log, p); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}
