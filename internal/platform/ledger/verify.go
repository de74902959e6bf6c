package ledger

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// verifyChunk is how many entries are held in memory at a time.
const verifyChunk = 2000

// Verify rehashes a log from its leaves: every entry in its place, its
// columns those its leaf tells of, the private ones those its digest speaks
// for, every stored hash that of its subtree, nothing missing and nothing
// over. The error names the first entry that is not as it was written.
//
// It finds what was changed without rehashing. It cannot find a log rewritten
// as a whole: only a witness outside proves history.
func (l *Ledger) Verify(ctx context.Context, log Log) error {
	return l.db.Snapshot(ctx, func(r sqldb.Reader) error { return verify(ctx, r, log) })
}

func verify(ctx context.Context, r sqldb.Reader, log Log) error {
	v := verifier{log: log}
	for more := true; more; {
		rows, err := r.Query(ctx, "select seq, "+recordColumns+
			" from ledger_entries where log = ? and seq > ? order by seq limit ?", int(log), v.size, verifyChunk)
		entries, err := sqldb.Collect(rows, err, func(rows *sqldb.Rows) (numbered, error) {
			var n numbered
			var err error
			n.record, err = scanRecord(rows, &n.seq)
			return n, err
		})
		if err != nil {
			return err
		}
		if err := v.chunk(ctx, r, entries); err != nil {
			return err
		}
		more = len(entries) == verifyChunk
	}
	return v.finish(ctx, r)
}

type numbered struct {
	record
	seq int64
}

// verifier rebuilds the tree; peaks are the roots of its full subtrees, the
// largest first.
type verifier struct {
	log   Log
	size  int64
	peaks []tlog.Hash
}

// chunk checks entries and the stored hashes that belong to them.
func (v *verifier) chunk(ctx context.Context, r sqldb.Reader, entries []numbered) error {
	first := tlog.StoredHashCount(v.size)
	var want []tlog.Hash
	var owner []int64 // sequence number whose entry completes want[i]
	for i := range entries {
		e := &entries[i]
		if e.seq != v.size+1 {
			return v.broken(v.size+1, "缺失")
		}
		if what := e.flaw(); what != "" {
			return v.broken(e.seq, what)
		}
		for range len(v.add(e.hash, &want)) {
			owner = append(owner, e.seq)
		}
	}
	rows, err := r.Query(ctx, "select place, hash from ledger_hashes where log = ? and place >= ? and place < ? order by place",
		int(v.log), first, first+int64(len(want)))
	n := int64(0)
	got, err := sqldb.Collect(rows, err, func(rows *sqldb.Rows) (bool, error) {
		var place int64
		var hash []byte
		err := rows.Scan(&place, &hash)
		ok := err == nil && place == first+n && bytes.Equal(hash, want[n][:])
		n++
		return ok, err
	})
	if err != nil {
		return err
	}
	for i := range want {
		if i >= len(got) || !got[i] {
			return v.broken(owner[i], "的存储哈希缺失或不符")
		}
	}
	return nil
}

// add appends a leaf hash to the tree and gives the hashes it completes,
// which it also appends to want.
func (v *verifier) add(h tlog.Hash, want *[]tlog.Hash) []tlog.Hash {
	start := len(*want)
	*want = append(*want, h)
	for n := v.size; n&1 == 1; n >>= 1 {
		h = tlog.NodeHash(v.peaks[len(v.peaks)-1], h)
		v.peaks = v.peaks[:len(v.peaks)-1]
		*want = append(*want, h)
	}
	v.peaks = append(v.peaks, h)
	v.size++
	return (*want)[start:]
}

// flaw says in which respect an entry is not as it was written.
func (r *record) flaw() string {
	var f leafForm
	digest, err := r.digest()
	switch {
	case tlog.RecordHash(r.leaf) != r.hash:
		return "的内容与哈希不符"
	case json.Unmarshal(r.leaf, &f) != nil:
		return "的内容不是有效的 JSON"
	case err != nil || digest != f.Digest:
		return "的经办人、对象或附件与摘要不符"
	case f.ID != r.id || f.At != sqldb.FromMicros(r.at).Format(leafTime) || f.Division != r.division ||
		f.Kind != r.kind || f.Log != r.log.String() || f.Role != r.actor.Role:
		return "的检索栏与内容不符"
	}
	return ""
}

// finish checks that the log holds neither less nor more than its entries.
func (v *verifier) finish(ctx context.Context, r sqldb.Reader) error {
	size, err := sizeOf(ctx, r, v.log)
	if err != nil {
		return err
	}
	if size != v.size {
		return v.broken(min(size, v.size)+1, fmt.Sprintf("起不完整：登记 %d 条，实有 %d 条", size, v.size))
	}
	var hashes int64
	if err := r.QueryRow(ctx, "select count(*) from ledger_hashes where log = ?", int(v.log)).Scan(&hashes); err != nil {
		return err
	}
	if want := tlog.StoredHashCount(size); hashes != want {
		return v.broken(size, fmt.Sprintf("之后哈希数量不符：应有 %d 个，实有 %d 个", want, hashes))
	}
	return nil
}

func (v *verifier) broken(seq int64, what string) error {
	return errs.Conflictf("账本 %s 第 %d 条%s", v.log, seq, what).
		Fix("账本可能被改动过，请停止写入并从备份核对")
}
