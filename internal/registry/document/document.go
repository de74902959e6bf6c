// Package document keeps the attachments (附件) of powers and submissions: which
// file belongs to what, under which name, brought by whom. The content stands in
// platform/blob under its digest.
//
// A file is taken in before the transaction (Take) and attached in it (Attach),
// since closures may run twice. What was never attached stays in the store
// unnamed; nobody can ask for it.
package document

import (
	"bytes"
	"context"
	"io"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/sqldb"
)

// MaxSize is the largest attachment, in bytes: a scanned approval of forty pages
// at 300 dpi has some 15 MB; a file is looked into in memory before it is kept.
const MaxSize = 20 << 20

// MaxOfSubject is how many attachments one thing may have.
const MaxOfSubject = 50

// Attachment is a file that belongs to something.
type Attachment struct {
	ID         sqldb.ID
	Subject    sqldb.ID // what it belongs to: a power, an opinion, a submission
	Department sqldb.ID // whose it is; who.MayOn is asked about it
	Name       string   // cleaned; fit for a header and a disk
	Media      string   // the type by its content, never by its name
	Size       int64
	Digest     blob.Digest
	Account    sqldb.ID // who brought it
	At         time.Time
	Removed    time.Time // zero while it is there
}

// Taken is a file in the store that belongs to nothing yet.
type Taken struct {
	Name   string
	Media  string
	Size   int64
	Digest blob.Digest
}

// Take reads a file that somebody sends, looks what it is, and puts it into the
// store. It reads no more than MaxSize and stops at the first bytes when they are
// of no type that is taken.
//
// Invalid: the name is none, or the content is not what the name says, or of no
// type of Types, protected by a password, or with macros. TooLarge: over MaxSize.
// Nothing is kept then.
func Take(ctx context.Context, s blob.Store, name string, r io.Reader) (Taken, error) {
	name, err := CleanName(name)
	if err != nil {
		return Taken{}, err
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err != nil && err != io.ErrUnexpectedEOF && err != io.EOF {
		return Taken{}, errs.Wrap("take a file", err)
	}
	if err := mayBe(name, head[:n]); err != nil {
		return Taken{}, err
	}
	var b bytes.Buffer
	b.Write(head[:n])
	if _, err := b.ReadFrom(io.LimitReader(r, MaxSize+1-int64(n))); err != nil {
		return Taken{}, errs.Wrap("take a file", err)
	}
	if b.Len() > MaxSize {
		return Taken{}, errs.TooLargef("文件超过 %d MB", MaxSize>>20).At(name).Fix("请压缩或者拆分后再上传")
	}
	t, err := Sniff(b.Bytes())
	if err == nil {
		err = t.named(name)
	}
	if err != nil {
		return Taken{}, errs.In(name, err)
	}
	digest, size, err := s.Put(ctx, bytes.NewReader(b.Bytes()), MaxSize)
	if err != nil {
		return Taken{}, errs.Wrap("store a file", err) // without its name: this goes to the log, and names carry those of people
	}
	return Taken{name, t.Media, size, digest}, nil
}
