package blob_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"pgregory.net/rapid"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// kept is a store with a view from behind.
type kept struct {
	blob.Store
	names  func(t testing.TB) []string                 // what lies in it, whole or not
	damage func(t testing.TB, d blob.Digest, b []byte) // puts other bytes under a digest
}

// stores runs fn once per kind of store.
func stores(t *testing.T, fn func(t *testing.T, s kept)) {
	t.Helper()
	t.Run("folder", func(t *testing.T) { fn(t, folder(t, t.TempDir())) })
	t.Run("S3", func(t *testing.T) { fn(t, bucket(t)) })
}

func folder(t testing.TB, dir string) kept {
	t.Helper()
	f, err := blob.OpenFolder(dir)
	must(t, err)
	return kept{f, func(t testing.TB) []string { return files(t, dir) }, func(t testing.TB, d blob.Digest, b []byte) {
		name := hex.EncodeToString(d[:])
		at := filepath.Join(dir, name[:2], name[2:4], name)
		must(t, os.Remove(at))
		must(t, os.WriteFile(at, b, 0o600))
	}}
}

func files(t testing.TB, dir string) (out []string) {
	t.Helper()
	must(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, path)
		}
		return err
	}))
	return out
}

func bucket(t testing.TB) kept {
	t.Helper()
	backend := s3mem.New()
	must(t, backend.CreateBucket("attachments"))
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	s, err := blob.OpenS3(t.Context(), blob.Bucket{Endpoint: strings.TrimPrefix(server.URL, "http://"), Name: "attachments", Prefix: "qingdan/", AccessKey: "key", Secret: "secret", Region: "us-east-1"})
	must(t, err)
	return kept{s, func(t testing.TB) (out []string) {
		list, err := backend.ListBucket("attachments", nil, gofakes3.ListBucketPage{})
		must(t, err)
		for _, o := range list.Contents {
			out = append(out, o.Key)
		}
		return out
	}, func(t testing.TB, d blob.Digest, b []byte) {
		name := hex.EncodeToString(d[:])
		_, err := backend.PutObject("attachments", "qingdan/"+name[:2]+"/"+name[2:4]+"/"+name, map[string]string{}, bytes.NewReader(b), int64(len(b)), nil)
		must(t, err)
	}}
}

func read(t testing.TB, s blob.Store, d blob.Digest) ([]byte, error) {
	t.Helper()
	r, err := s.Open(t.Context(), d)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	must(t, r.Close())
	return b, err
}

func random(t testing.TB, n int) []byte {
	t.Helper()
	b := make([]byte, n)
	_, err := rand.Read(b)
	must(t, err)
	return b
}

func TestAFileComesBackUnderItsDigest(t *testing.T) {
	stores(t, func(t *testing.T, s kept) {
		for _, n := range []int{1, 32<<10 - 1, 32 << 10, 32<<10 + 1, 64 << 10, 300_000, 6 << 20} {
			b := random(t, n)
			d, size, err := s.Put(t.Context(), iotest.HalfReader(bytes.NewReader(b)), 8<<20)
			must(t, err)
			got, err := read(t, s, d)
			if err != nil || size != int64(n) || d != sha256.Sum256(b) || !bytes.Equal(got, b) {
				t.Errorf("%d bytes: size %d, %d read, %v", n, size, len(got), err)
			}
		}
	})
}

func TestTheSameContentIsStoredOnce(t *testing.T) {
	stores(t, func(t *testing.T, s kept) {
		b := random(t, 100_000)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if d, _, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20); err != nil || d != sha256.Sum256(b) {
					t.Errorf("put: %v", err)
				}
			})
		}
		wg.Wait()
		if names := s.names(t); len(names) != 1 {
			t.Errorf("stored as %v", names)
		}
	})
}

func TestWhatIsTooLargeOrBreaksOffLeavesNothing(t *testing.T) {
	stores(t, func(t *testing.T, s kept) {
		b := random(t, 1<<20)
		if _, _, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20); err != nil {
			t.Errorf("exactly the limit: %v", err)
		}
		before := len(s.names(t))
		endless := &counting{}
		_, _, err := s.Put(t.Context(), endless, 1<<20)
		if errs.KindOf(err) != errs.TooLarge || !strings.Contains(errs.Message(err), "1 MB") {
			t.Errorf("an endless file: %v", err)
		}
		if endless.n > 2<<20 {
			t.Errorf("%d bytes were read of a file that is too large", endless.n)
		}
		broken := io.MultiReader(bytes.NewReader(b[:1000]), iotest.ErrReader(errors.New("connection lost")))
		if _, _, err := s.Put(t.Context(), broken, 1<<20); err == nil {
			t.Error("a broken connection was taken for a file")
		}
		if _, _, err := s.Put(t.Context(), strings.NewReader(""), 1<<20); errs.KindOf(err) != errs.Invalid {
			t.Errorf("an empty file: %v", err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, _, err := s.Put(ctx, bytes.NewReader(b[:5]), 1<<20); !errors.Is(err, context.Canceled) {
			t.Errorf("a request that is gone: %v", err)
		}
		if names := s.names(t); len(names) != before {
			t.Errorf("left behind: %v", names)
		}
	})
}

type counting struct{ n int }

func (c *counting) Read(p []byte) (int, error) { c.n += len(p); return len(p), nil }

func TestADamagedFileIsNeverTakenForWhole(t *testing.T) {
	stores(t, func(t *testing.T, s kept) {
		for _, n := range []int{1, 1000, 32 << 10, 100_000} {
			b := random(t, n)
			d, _, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20)
			must(t, err)
			flipped := bytes.Clone(b)
			flipped[n/2] ^= 1
			for what, bad := range map[string][]byte{"one bit flipped": flipped, "cut": b[:n/2], "longer": append(bytes.Clone(b), 0), "empty": nil} {
				s.damage(t, d, bad)
				got, err := read(t, s, d)
				if err == nil || errors.Is(err, io.EOF) || errs.KindOf(err) != errs.Internal || len(got) >= max(n, len(bad)) {
					t.Errorf("%d bytes, %s: %d bytes given, %v", n, what, len(got), err)
				}
			}
			if _, err := read(t, s, sha256.Sum256(flipped)); errs.KindOf(err) != errs.NotFound {
				t.Errorf("a digest that was never stored: %v", err)
			}
		}
	})
}

// A stored file that lost its size, such as by a full disk, is mended by whoever
// brings it again.
func TestACutFileIsMendedByStoringItAgain(t *testing.T) {
	stores(t, func(t *testing.T, s kept) {
		b := random(t, 50_000)
		d, _, err := s.Put(t.Context(), bytes.NewReader(b), 1<<20)
		must(t, err)
		s.damage(t, d, b[:100])
		_, _, err = s.Put(t.Context(), bytes.NewReader(b), 1<<20)
		must(t, err)
		if got, err := read(t, s, d); err != nil || !bytes.Equal(got, b) {
			t.Errorf("read again: %d bytes, %v", len(got), err)
		}
	})
}

func TestAnyReadingGivesTheSameBytes(t *testing.T) {
	s := folder(t, t.TempDir())
	rapid.Check(t, func(rt *rapid.T) {
		b := rapid.SliceOfN(rapid.Byte(), 1, 70_000).Draw(rt, "content")
		d, _, err := s.Put(context.Background(), bytes.NewReader(b), 1<<20)
		must(t, err)
		r, err := s.Open(context.Background(), d)
		must(t, err)
		defer r.Close()
		var got []byte
		for {
			p := make([]byte, rapid.IntRange(0, 40_000).Draw(rt, "size"))
			n, err := r.Read(p)
			got = append(got, p[:n]...)
			if err == io.EOF {
				break
			}
			must(t, err)
		}
		if !bytes.Equal(got, b) {
			rt.Fatalf("%d bytes became %d", len(b), len(got))
		}
	})
}

const childEnv = "QINGDAN_TEST_BLOB_DIR"

// TestChildStoresUntilKilled is the process that the next test kills. It says each
// digest once it is stored.
func TestChildStoresUntilKilled(t *testing.T) {
	dir := os.Getenv(childEnv)
	if dir == "" {
		t.Skip("only as a child")
	}
	s := folder(t, dir)
	for {
		d, _, err := s.Put(t.Context(), bytes.NewReader(random(t, 2<<20)), 8<<20)
		must(t, err)
		_, err = os.Stdout.WriteString("stored " + hex.EncodeToString(d[:]) + "\n")
		must(t, err)
	}
}

func TestAKilledProcessLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestChildStoresUntilKilled$")
	child.Env = append(os.Environ(), childEnv+"="+dir)
	var out bytes.Buffer
	child.Stdout = &out
	must(t, child.Start())
	for end := time.Now().Add(20 * time.Second); len(files(t, dir)) < 10 && time.Now().Before(end); {
		time.Sleep(3 * time.Millisecond)
	}
	must(t, child.Process.Kill())
	_ = child.Wait()
	s := folder(t, dir)
	said := 0
	for line := range strings.Lines(out.String()) {
		word, ok := strings.CutPrefix(strings.TrimSpace(line), "stored ")
		raw, err := hex.DecodeString(word)
		if !ok || err != nil || len(raw) != sha256.Size {
			continue // the last line may be cut
		}
		said++
		if b, err := read(t, s, blob.Digest(raw)); err != nil || len(b) != 2<<20 {
			t.Errorf("%s was acknowledged: %d bytes, %v", word, len(b), err)
		}
	}
	for _, path := range files(t, dir) {
		raw, err := hex.DecodeString(filepath.Base(path))
		if err != nil {
			continue // it was being written; see the next part
		}
		if b, err := read(t, s, blob.Digest(raw)); err != nil || len(b) != 2<<20 {
			t.Errorf("%s stands in its place with %d bytes: %v", path, len(b), err)
		}
	}
	if said < 5 {
		t.Fatalf("the child stored only %d", said)
	}
}

// What a process that died left half written is cleared away when it is old; what
// another process is writing stays.
func TestHalfWrittenFilesAreClearedAway(t *testing.T) {
	dir := t.TempDir()
	folder(t, dir)
	old, fresh := filepath.Join(dir, "incoming", "old.part"), filepath.Join(dir, "incoming", "fresh.part")
	for _, path := range []string{old, fresh} {
		must(t, os.WriteFile(path, []byte("half"), 0o600))
	}
	must(t, os.Chtimes(old, time.Time{}, time.Now().Add(-25*time.Hour)))
	s := folder(t, dir)
	if got := s.names(t); len(got) != 1 || got[0] != fresh {
		t.Errorf("left after opening: %v", got)
	}
}

func TestAStoreThatIsNotThereSaysSo(t *testing.T) {
	server := httptest.NewServer(gofakes3.New(s3mem.New()).Server())
	at := blob.Bucket{Endpoint: strings.TrimPrefix(server.URL, "http://"), Name: "nobody", AccessKey: "key", Secret: "hush", Region: "us-east-1"}
	_, err := blob.OpenS3(t.Context(), at)
	if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "nobody") {
		t.Errorf("no such bucket: %v", err)
	}
	server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err = blob.OpenS3(ctx, at)
	if errs.KindOf(err) != errs.Unavailable || strings.Contains(err.Error(), "hush") {
		t.Errorf("nobody answers: %v", err)
	}
	blocked := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(blocked, nil, 0o600))
	if _, err := blob.OpenFolder(filepath.Join(blocked, "store")); errs.KindOf(err) != errs.Unavailable || strings.Contains(errs.Message(err), blocked) {
		t.Errorf("a folder that cannot be: %v", err)
	}
}
