// Package ledger is the book of what was done: two tamper-evident logs (a
// Merkle tree after RFC 6962 each) in the tables of the database, written in
// the transaction of the act itself. An act that is not in the ledger did not
// happen, and a closure that records nothing is rolled back.
//
// The powers log is public in full. The cases log shows no personal data:
// what is private goes into an entry's addendum, of which, as of the actor
// and the subject, the log holds a salted digest only.
package ledger

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// Log is one of the two logs.
type Log int

// The logs. The numbers are stored.
const (
	Powers Log = 1 // public, full text
	Cases  Log = 2 // digests and keyed references
)

// String is the name of the log.
func (l Log) String() string {
	switch l {
	case Powers:
		return "powers"
	case Cases:
		return "cases"
	}
	return "unknown"
}

// Actor is who acts: an account, its name at the time and the role acted in.
// ID must be set; a program acting by itself names itself there. The role is
// public in both logs, the rest is not.
type Actor struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role string `json:"role"`
}

// Entry is one act for the ledger.
type Entry struct {
	Log      Log
	Division string   // code of the division whose act it is
	Kind     string   // noun.verb, such as power.reported
	Subject  sqldb.ID // what the act is about; private, may be zero
	Public   []byte   // Canonical JSON that everybody may read; nil only in Cases
	Addendum []byte   // what only the owner may read; may be nil
}

// Options of a ledger.
type Options struct {
	Clock func() time.Time // time.Now if nil
}

// Ledger writes and reads the logs of one open database.
type Ledger struct {
	db    *sqldb.DB
	clock func() time.Time
}

// Open puts the ledger on an open database, once per open database. There is
// nothing to close.
func Open(_ context.Context, db *sqldb.DB, o Options) (*Ledger, error) {
	l := &Ledger{db: db, clock: o.Clock}
	if l.clock == nil {
		l.clock = time.Now
	}
	err := db.Sequence(sqldb.Sequencing{Number: number, Queue: queue, Drain: drain})
	if err != nil {
		return nil, err
	}
	return l, nil
}

// Tx is the transaction of an act. Only Write and Load make one, which is why
// the stores of act tables ask for it.
type Tx struct {
	*sqldb.Tx
	now     time.Time
	actor   Actor
	records []record
}

// Now is the instant of the act, fixed when the closure began, in UTC and
// whole microseconds.
func (tx *Tx) Now() time.Time { return tx.now }

// Actor is who acts.
func (tx *Tx) Actor() Actor { return tx.actor }

var errNothingRecorded = errors.New("ledger: the closure records nothing; what is not in the ledger is not an act")

// Write runs an act: fn changes act tables and records at least one entry, or
// everything is undone. The error of fn comes back as it is. fn may run more
// than once, so it does nothing but what goes through tx; it uses the context
// it is given, which outlives the caller's. See sqldb.DB.Write for the rest.
func (l *Ledger) Write(ctx context.Context, actor Actor, fn func(ctx context.Context, tx *Tx) error) error {
	return l.run(ctx, l.db.Write, actor, fn)
}

// Load is Write for bulk, one document or workbook per transaction, alone in
// it.
func (l *Ledger) Load(ctx context.Context, actor Actor, fn func(ctx context.Context, tx *Tx) error) error {
	return l.run(ctx, l.db.Load, actor, fn)
}

func (l *Ledger) run(ctx context.Context, do func(context.Context, func(*sqldb.Tx) error) error,
	actor Actor, fn func(context.Context, *Tx) error) error {
	if actor.ID == "" {
		return errors.New("ledger: an act without an actor")
	}
	inside := sqldb.Inside(ctx)
	return do(ctx, func(t *sqldb.Tx) error {
		tx := &Tx{Tx: t, now: l.clock().UTC().Truncate(time.Microsecond), actor: actor}
		if err := fn(inside, tx); err != nil {
			return err
		}
		if len(tx.records) == 0 {
			return errNothingRecorded
		}
		t.Hold(tx.records)
		return nil
	})
}

// record is an entry that waits for its place in the log.
type record struct {
	log      Log
	id       sqldb.ID
	at       int64
	division string
	kind     string
	actor    Actor
	subject  sqldb.ID
	salt     []byte
	addendum []byte
	leaf     []byte
	hash     tlog.Hash
}

// saltSize keeps a digest from being undone by trying likely contents.
const saltSize = 16

// Record adds an entry to the act and gives its id, under which its receipt
// can be asked for after the commit. Its place in the log is not known yet.
func (tx *Tx) Record(_ context.Context, e Entry) (sqldb.ID, error) {
	if err := check(e); err != nil {
		return sqldb.ID{}, err
	}
	r := record{
		log: e.Log, id: sqldb.NewID(), at: sqldb.Micros(tx.now), division: e.Division, kind: e.Kind,
		actor: tx.actor, subject: e.Subject, salt: make([]byte, saltSize), addendum: e.Addendum,
	}
	if _, err := rand.Read(r.salt); err != nil {
		return sqldb.ID{}, err
	}
	var err error
	if r.leaf, err = r.makeLeaf(e.Public); err != nil {
		return sqldb.ID{}, errs.Wrap("ledger: entry "+e.Kind, err)
	}
	r.hash = tlog.RecordHash(r.leaf)
	tx.records = append(tx.records, r)
	return r.id, nil
}

func check(e Entry) error {
	switch {
	case e.Log != Powers && e.Log != Cases:
		return errors.New("ledger: an entry without a log")
	case e.Kind == "" || e.Division == "":
		return errors.New("ledger: an entry without kind or division")
	case e.Log == Powers && e.Public == nil:
		return errors.New("ledger: an entry of the powers log without public content")
	}
	return nil
}
