package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"qingdan/internal/errs"
)

// Folder is a Store in a folder of the machine: ab/cd/<digest>. A file appears
// under its name whole and safe on disk, or not at all.
type Folder struct {
	dir string
}

// incoming holds what is being written; staleAfter is when a file there was left
// by a process that died.
const (
	incoming   = "incoming"
	staleAfter = 24 * time.Hour
)

// OpenFolder opens a folder, which is made when missing, and clears away what
// processes that died left half written.
func OpenFolder(dir string) (*Folder, error) {
	f := &Folder{dir}
	if err := os.MkdirAll(filepath.Join(dir, incoming), 0o700); err != nil {
		return nil, errs.New(errs.Unavailable, "附件文件夹不能使用").Fix("请检查文件夹的权限").Because(err)
	}
	return f, f.sweep(time.Now())
}

// sweep removes what has lain half written for a day.
func (f *Folder) sweep(now time.Time) error {
	left, err := os.ReadDir(filepath.Join(f.dir, incoming))
	if err != nil {
		return errs.Wrap("sweep stored files", err)
	}
	for _, e := range left {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // its writer has just finished
		}
		if err != nil {
			return errs.Wrap("sweep stored files", err)
		}
		if now.Sub(info.ModTime()) < staleAfter {
			continue
		}
		if err := os.Remove(filepath.Join(f.dir, incoming, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return errs.Wrap("sweep stored files", err)
		}
	}
	return nil
}

// path is where a file of a digest stands: two levels of 256 folders keep each
// small.
func (f *Folder) path(d Digest) string {
	name := hex.EncodeToString(d[:])
	return filepath.Join(f.dir, name[:2], name[2:4], name)
}

// Put writes beside, makes it safe, and moves it to its place in one step.
func (f *Folder) Put(ctx context.Context, r io.Reader, limit int64) (Digest, int64, error) {
	tmp, err := os.CreateTemp(filepath.Join(f.dir, incoming), "*.part")
	if err != nil {
		return Digest{}, 0, full(err)
	}
	defer os.Remove(tmp.Name()) // gone already when all went well
	defer tmp.Close()
	d, n, err := copyHashed(ctx, tmp, r, limit)
	if err != nil {
		return Digest{}, 0, err
	}
	if f.whole(d, n) {
		return d, n, nil
	}
	if err := errors.Join(tmp.Sync(), tmp.Close()); err != nil {
		return Digest{}, 0, full(err)
	}
	return d, n, f.place(tmp.Name(), d)
}

func full(err error) error {
	return errs.New(errs.Unavailable, "附件存不下").Fix("请稍后再试，或者联系系统管理员检查存储空间").Because(err)
}

// whole says whether the digest is stored already, with the right size. The file
// is read to its end only by Open.
func (f *Folder) whole(d Digest, size int64) bool {
	info, err := os.Stat(f.path(d))
	return err == nil && info.Size() == size
}

// place moves a file that is safe on disk to its place. The folders are made safe
// after it, each with its entry in the one above.
func (f *Folder) place(from string, d Digest) error {
	to := f.path(d)
	leaf := filepath.Dir(to)
	if err := os.MkdirAll(leaf, 0o700); err != nil {
		return full(err)
	}
	if err := os.Chmod(from, 0o400); err != nil {
		return full(err)
	}
	if err := os.Rename(from, to); err != nil {
		return full(err)
	}
	for _, dir := range []string{leaf, filepath.Dir(leaf), f.dir} {
		if err := syncDir(dir); err != nil {
			return full(err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads a file and verifies it meanwhile.
func (f *Folder) Open(_ context.Context, d Digest) (io.ReadCloser, error) {
	file, err := os.Open(f.path(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, missing(d)
	}
	if err != nil {
		return nil, fmt.Errorf("open stored file: %w", err)
	}
	return newVerified(file, d), nil
}
