package finding

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
)

// Save writes a run with its findings and records "check.run" with their
// digest. The findings of earlier runs are dropped: their digests stay in the
// ledger, and the same day over the same versions finds the same again.
func Save(ctx context.Context, tx *ledger.Tx, day string, powers int, found []Finding) (Run, error) {
	run := Run{ID: sqldb.NewID(), Day: day, At: tx.Now(), Powers: powers, Findings: len(found)}
	h := sha256.New()
	for _, f := range found {
		io.WriteString(h, f.Version.String()+"\t"+f.Rule+"\t"+string(f.Severity)+"\t"+f.Message+"\t"+f.Evidence+"\n")
	}
	run.Digest = [32]byte(h.Sum(nil))
	if _, err := tx.Exec(ctx, `delete from findings`); err != nil {
		return run, fmt.Errorf("save findings: %w", err)
	}
	if _, err := tx.Exec(ctx, `insert into check_runs (id, day, at, powers, findings, digest) values (?, ?, ?, ?, ?, ?)`,
		run.ID, day, sqldb.Micros(run.At), powers, len(found), run.Digest[:]); err != nil {
		return run, fmt.Errorf("save run: %w", err)
	}
	for i, f := range found {
		if _, err := tx.Exec(ctx, `insert into findings (run_id, seq, version_id, rule, severity, message, evidence) values (?, ?, ?, ?, ?, ?, ?)`,
			run.ID, i+1, f.Version, f.Rule, string(f.Severity), f.Message, f.Evidence); err != nil {
			return run, fmt.Errorf("save finding %d: %w", i+1, err)
		}
	}
	type act struct {
		Day      string `json:"day"`
		Powers   int    `json:"powers"`
		Findings int    `json:"findings"`
		SHA256   string `json:"sha256"`
	}
	return run, tx.Say(ctx, "", "check.run", run.ID, act{day, powers, len(found), fmt.Sprintf("%x", run.Digest)})
}

// Latest gives the last run; NotFound when nothing was checked yet.
func Latest(ctx context.Context, r sqldb.Reader) (Run, error) {
	var run Run
	var at int64
	var digest []byte
	err := r.QueryRow(ctx, `select id, day, at, powers, findings, digest from check_runs order by at desc, id desc limit 1`).
		Scan(&run.ID, &run.Day, &at, &run.Powers, &run.Findings, &digest)
	if errs.Is(err, sqldb.ErrNoRows) {
		return run, errs.NotFoundf("还没有审核过").Fix("请先运行 qingdan check")
	}
	run.At = sqldb.FromMicros(at)
	copy(run.Digest[:], digest)
	return run, errs.Wrap("latest run", err)
}

// OfVersion lists the findings of the latest run on a version.
func OfVersion(ctx context.Context, r sqldb.Reader, version sqldb.ID) ([]Finding, error) {
	run, err := Latest(ctx, r)
	if err != nil {
		return nil, err
	}
	return OfRun(ctx, r, run.ID, version)
}

// OfRun lists the findings of a run on a version, by rule.
func OfRun(ctx context.Context, r sqldb.Reader, run, version sqldb.ID) ([]Finding, error) {
	rows, err := r.Query(ctx, `select version_id, rule, severity, message, evidence from findings where run_id = ? and version_id = ? order by rule, seq`, run, version)
	out, err := sqldb.Collect(rows, err, func(r *sqldb.Rows) (Finding, error) {
		var f Finding
		err := r.Scan(&f.Version, &f.Rule, &f.Severity, &f.Message, &f.Evidence)
		return f, err
	})
	return out, errs.Wrap("findings of version", err)
}
