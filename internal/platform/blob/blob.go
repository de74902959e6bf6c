// Package blob stores files by their content (附件存储): the address of a file is
// its SHA-256, so that the same file is stored once, a stored file never changes,
// and whoever knows the digest from the ledger can tell whether it was tampered
// with. Names, owners and rights are not its business: they are registry/document.
//
// A Store is a folder (Folder) for one machine or a bucket of an S3 service (S3)
// for several. Both are safe for concurrent use, by several processes too.
package blob

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"qingdan/internal/errs"
)

// Digest is the SHA-256 of a file: its address.
type Digest = [sha256.Size]byte

// Store keeps files by content.
type Store interface {
	// Put stores what r gives and tells its digest and size. It returns when the
	// file is safe against a crash. TooLarge when r gives more than limit bytes,
	// Invalid when it gives none: nothing is left of it then, nor after an error
	// or a crash. Storing twice is fine.
	Put(ctx context.Context, r io.Reader, limit int64) (Digest, int64, error)
	// Open reads a stored file; NotFound when there is none of the digest. The
	// content is verified while it is read: of a damaged file the reader gives an
	// error before its last bytes, never io.EOF, so that nobody takes it for whole.
	Open(ctx context.Context, d Digest) (io.ReadCloser, error)
}

// errDamaged is the cause when a stored file is not what its digest says.
var errDamaged = errors.New("blob: the content does not fit its digest")

func missing(d Digest) *errs.Error {
	return errs.NotFoundf("存储里没有这个文件").Because(fmt.Errorf("blob %x", d))
}

func tooLarge(limit int64) *errs.Error {
	return errs.TooLargef("文件超过 %s", inMegabytes(limit)).Fix("请压缩或者拆分后再上传")
}

// inMegabytes words a limit for people.
func inMegabytes(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%d MB", n>>20)
	}
	return fmt.Sprintf("%d KB", n>>10)
}

// copyHashed copies r to w, at most limit bytes, and gives digest and size. It ends
// with ctx.
func copyHashed(ctx context.Context, w io.Writer, r io.Reader, limit int64) (Digest, int64, error) {
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, h), io.LimitReader(inContext{ctx, r}, limit+1))
	switch {
	case err != nil:
		return Digest{}, n, errs.Wrap("store file", err)
	case n > limit:
		return Digest{}, n, tooLarge(limit)
	case n == 0:
		return Digest{}, 0, errs.Invalidf("文件是空的").Fix("请重新选择文件")
	}
	return Digest(h.Sum(nil)), n, nil
}

// inContext ends a reading when its context ends.
type inContext struct {
	ctx context.Context
	r   io.Reader
}

func (c inContext) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}

// verified reads a stored file and holds its end back until the digest is known
// to be right.
type verified struct {
	src   io.ReadCloser
	want  Digest
	hash  hash.Hash
	ready []byte // to be given
	ahead []byte // read after it, given when more was read or all is right
	spare []byte // space to read into
	err   error  // what follows ready
}

// chunk is how much is read at a time, and held back at least.
const chunk = 32 << 10

func newVerified(src io.ReadCloser, want Digest) *verified {
	return &verified{src: src, want: want, hash: sha256.New(), spare: make([]byte, chunk)}
}

// Read gives a chunk only after the one behind it was read.
func (v *verified) Read(p []byte) (int, error) {
	for len(v.ready) == 0 {
		if v.err != nil {
			return 0, v.err
		}
		v.advance()
	}
	n := copy(p, v.ready)
	v.ready = v.ready[n:]
	return n, nil
}

// advance reads a chunk and makes the one before it ready; at the end of the file
// both, or none when the digest is wrong.
func (v *verified) advance() {
	n, err := io.ReadFull(v.src, v.spare[:chunk])
	next := v.spare[:n]
	v.hash.Write(next)
	switch {
	case err == nil:
		v.ready, v.ahead, v.spare = v.ahead, next, v.ahead[:0]
		if cap(v.spare) < chunk {
			v.spare = make([]byte, chunk)
		}
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		v.err = errs.Wrap("read stored file", err)
	case Digest(v.hash.Sum(nil)) != v.want:
		v.err = errs.New(errs.Internal, "存储的文件已损坏").Because(fmt.Errorf("%w: %x", errDamaged, v.want))
	default:
		v.ready, v.err = slices.Concat(v.ahead, next), io.EOF
	}
}

// Close frees the file.
func (v *verified) Close() error { return v.src.Close() }
