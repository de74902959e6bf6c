package document_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/document"
	"qingdan/internal/testkit"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// zipped packs parts into a container.
func zipped(t testing.TB, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		must(t, err)
		_, err = io.WriteString(w, "<x/>")
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

// container makes an OLE container (MS-CFB) with empty streams of the given names.
func container(names ...string) []byte {
	le := binary.LittleEndian
	b := make([]byte, 512*3)
	copy(b, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
	le.PutUint16(b[24:], 0x3E)
	le.PutUint16(b[26:], 3)
	le.PutUint16(b[28:], 0xFFFE)
	le.PutUint16(b[30:], 9)
	le.PutUint16(b[32:], 6)
	le.PutUint32(b[44:], 1) // FAT sectors
	le.PutUint32(b[48:], 1) // first sector of the directory
	le.PutUint32(b[56:], 4096)
	le.PutUint32(b[60:], 0xFFFFFFFE)
	le.PutUint32(b[68:], 0xFFFFFFFE)
	for i := 76; i < 512; i += 4 {
		le.PutUint32(b[i:], 0xFFFFFFFF)
	}
	le.PutUint32(b[76:], 0)
	fat := b[512:1024]
	for i := 0; i < 512; i += 4 {
		le.PutUint32(fat[i:], 0xFFFFFFFF)
	}
	le.PutUint32(fat, 0xFFFFFFFD)
	le.PutUint32(fat[4:], 0xFFFFFFFE)
	for i, name := range append([]string{"Root Entry"}, names...) {
		e := b[1024+128*i : 1024+128*(i+1)]
		units := utf16.Encode([]rune(name))
		for k, u := range units {
			le.PutUint16(e[2*k:], u)
		}
		le.PutUint16(e[64:], uint16(2*len(units)+2))
		e[66], e[67] = 2, 1
		for _, at := range []int{68, 72, 76} {
			le.PutUint32(e[at:], 0xFFFFFFFF)
		}
		if i == 0 {
			e[66] = 5
			le.PutUint32(e[76:], 1)
		} else if i < len(names) {
			le.PutUint32(e[72:], uint32(i+1))
		}
		le.PutUint32(e[116:], 0xFFFFFFFE)
	}
	return b
}

func picture(t testing.TB, jpg bool) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	if jpg {
		must(t, jpeg.Encode(&b, img, nil))
	} else {
		must(t, png.Encode(&b, img))
	}
	return b.Bytes()
}

func workbook(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	var b bytes.Buffer
	must(t, f.Write(&b))
	return b.Bytes()
}

func docx(t testing.TB, more ...string) []byte {
	return zipped(t, append([]string{"[Content_Types].xml", "_rels/.rels", "word/document.xml"}, more...)...)
}

const pdf = "%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"

// samples are files of every type that is taken, by extension.
func samples(t testing.TB) map[string][]byte {
	t.Helper()
	return map[string][]byte{
		".pdf": []byte(pdf), ".docx": docx(t), ".xlsx": workbook(t), ".ofd": zipped(t, "OFD.xml", "Doc_0/Document.xml"), ".doc": container("WordDocument", "1Table"),
		".xls": container("Workbook"), ".jpg": picture(t, true), ".jpeg": picture(t, true), ".png": picture(t, false),
	}
}

func store(t testing.TB) blob.Store {
	t.Helper()
	s, err := blob.OpenFolder(t.TempDir())
	must(t, err)
	return s
}

func TestEveryTypeIsTakenUnderItsOwnExtensionOnly(t *testing.T) {
	s, all := store(t), samples(t)
	for _, ext := range document.Extensions() {
		if all[ext] == nil {
			t.Errorf("no sample of %s", ext)
		}
	}
	for is, b := range all {
		for said := range all {
			got, err := document.Take(t.Context(), s, "批复"+strings.ToUpper(said), iotest.OneByteReader(bytes.NewReader(b)))
			same := is == said || strings.HasPrefix(is, ".jp") && strings.HasPrefix(said, ".jp")
			switch {
			case same && (err != nil || got.Name != "批复"+said || got.Size != int64(len(b)) || got.Media == ""):
				t.Errorf("%s: %+v, %v", is, got, err)
			case !same && (errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), "与扩展名不符")):
				t.Errorf("%s called %s: %v", is, said, err)
			}
		}
	}
}

func TestARealOldWorkbookIsTaken(t *testing.T) {
	b, err := os.ReadFile(testkit.Shared(t, "workbooks", "07-系统导出-人力资源和社会保障局.xls"))
	must(t, err)
	got, err := document.Sniff(b)
	if bytes.HasPrefix(b, []byte("\xD0\xCF")) && (err != nil || got.Media != "application/vnd.ms-excel") {
		t.Errorf("%+v, %v", got, err)
	}
	if !bytes.HasPrefix(b, []byte("\xD0\xCF")) && err == nil {
		t.Errorf("a file of another kind was taken for %s", got.Word)
	}
}

func TestWhatMayDoHarmIsRefused(t *testing.T) {
	s := store(t)
	for what, x := range map[string]struct {
		name, words string
		b           []byte
	}{
		"a program":                    {"a.exe", "不接收这种文件", []byte("MZ\x90\x00")},
		"a program called pdf":         {"a.pdf", "与扩展名不符", []byte("MZ\x90\x00")},
		"a page called picture":        {"a.png", "与扩展名不符", []byte("<html><script>alert(1)</script>")},
		"a drawing with scripts":       {"a.svg", "不接收这种文件", []byte("<svg onload=alert(1)>")},
		"a bidi trick":                 {"批复\u202Efdp.exe", "不接收这种文件", []byte("MZ")},
		"no extension":                 {"批复", "文件名不对", []byte(pdf)},
		"only an extension":            {".pdf", "文件名不对", []byte(pdf)},
		"a path alone":                 {"../../", "文件名不对", []byte(pdf)},
		"nothing":                      {"a.pdf", "空的", nil},
		"half a PDF":                   {"a.pdf", "没有传完整", []byte(pdf[:20])},
		"half a picture":               {"a.png", "没有传完整", picture(t, false)[:20]},
		"half a document":              {"a.docx", "没有传完整", docx(t)[:40]},
		"a document with macros":       {"a.docx", "宏", docx(t, "word/vbaProject.bin")},
		"an old document with macros":  {"a.doc", "宏", container("WordDocument", "_VBA_PROJECT")},
		"a document with a password":   {"a.docx", "与扩展名不符", container("EncryptedPackage", "EncryptionInfo")},
		"an old one with a password":   {"a.doc", "密码", container("EncryptionInfo")},
		"an archive":                   {"a.docx", "不接收这种文件", zipped(t, "a.txt")},
		"a document and workbook both": {"a.docx", "不接收这种文件", docx(t, "xl/workbook.xml")},
		"a broken container":           {"a.doc", "没有传完整", container("WordDocument")[:600]},
		"an installer":                 {"a.doc", "不接收这种文件", container("\u4840\u3f7f")},
	} {
		_, err := document.Take(t.Context(), s, x.name, bytes.NewReader(x.b))
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(errs.Message(err), x.words) {
			t.Errorf("%s: %v, want %s", what, err, x.words)
		}
	}
}

// endless gives a head and then bytes without end, and counts what was read.
type endless struct {
	head []byte
	n    int
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	clear(p[n:])
	e.n += len(p)
	return len(p), nil
}

func TestLargeFilesAreNotReadToTheEnd(t *testing.T) {
	s := store(t)
	big := &endless{head: []byte(pdf)}
	if _, err := document.Take(t.Context(), s, "卷宗.pdf", big); errs.KindOf(err) != errs.TooLarge || !strings.Contains(errs.Message(err), "20 MB") || big.n > document.MaxSize*2 {
		t.Errorf("an endless PDF: %v after %d bytes", err, big.n)
	}
	film := &endless{head: []byte("\x00\x00\x00\x20ftypmp42")}
	if _, err := document.Take(t.Context(), s, "录像.pdf", film); errs.KindOf(err) != errs.Invalid || film.n > 4096 {
		t.Errorf("an endless film: %v after %d bytes", err, film.n)
	}
	lost := io.MultiReader(strings.NewReader(pdf[:30]), iotest.ErrReader(errors.New("connection lost")))
	if _, err := document.Take(t.Context(), s, "批复.pdf", lost); err == nil {
		t.Error("half a file was taken")
	}
}

// full is a store without room.
type full struct{ blob.Store }

func (full) Put(context.Context, io.Reader, int64) (blob.Digest, int64, error) {
	return blob.Digest{}, 0, errs.New(errs.Unavailable, "附件存不下").Because(errors.New("no space left"))
}

// TestTheLogNamesNoFile: file names carry the names of people, and what fails
// within the house is written to its log.
func TestTheLogNamesNoFile(t *testing.T) {
	broken := iotest.ErrReader(errors.New("cut off"))
	for what, c := range map[string]struct {
		s blob.Store
		r io.Reader
	}{
		"no room": {full{store(t)}, strings.NewReader(pdf)}, "cut off": {store(t), broken},
		"cut off later": {store(t), io.MultiReader(strings.NewReader(pdf), broken)},
	} {
		_, err := document.Take(context.Background(), c.s, "甄示例的处分决定.pdf", c.r)
		if errs.KindOf(err) != errs.Unavailable && errs.KindOf(err) != errs.Internal {
			t.Fatalf("%s: %v", what, err)
		}
		if strings.Contains(err.Error(), "甄示例") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestNamesAreMadeHarmless(t *testing.T) {
	for given, want := range map[string]string{
		"关于取水许可的批复（2014）.PDF":             "关于取水许可的批复（2014）.pdf",
		`C:\Users\张三\桌面\批复.docx`:          "批复.docx",
		"../../../etc/批复.pdf":             "批复.pdf",
		"批复\r\nSet-Cookie: a=b.pdf":       "批复 Set-Cookie_ a=b.pdf",
		"批\u202E复\u200B.pdf":              "批复.pdf",
		"  ..批复 . .pdf":                   "批复.pdf",
		`批复"; filename="x.exe.pdf`:        "批复__ filename=_x.exe.pdf",
		"con.pdf":                         "_con.pdf",
		"COM1.tar.xls":                    "_COM1.tar.xls",
		"批复\x00.exe.pdf":                  "批复.exe.pdf",
		"批复\xff\xfe.pdf":                  "批复.pdf",
		strings.Repeat("批", 300) + ".pdf": strings.Repeat("批", 65) + ".pdf",
	} {
		if got, err := document.CleanName(given); got != want || err != nil {
			t.Errorf("%q became %q, %v; want %q", given, got, err, want)
		}
	}
}

var clerk = ledger.Actor{ID: "u-1", Name: "填示例", Role: "部门填报员"}

func TestAttachmentsAreKeptListedAndTakenAway(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		s := store(t)
		power, department, account := sqldb.NewID(), sqldb.NewID(), sqldb.NewID()
		attach := func(name string, b []byte) (a document.Attachment, err error) {
			taken, err := document.Take(t.Context(), s, name, bytes.NewReader(b))
			must(t, err)
			err = l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) (err error) {
				a, err = document.Attach(ctx, tx, "371500", power, department, account, taken)
				return err
			})
			return a, err
		}
		remove := func(a document.Attachment) error {
			return l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error { return document.Remove(ctx, tx, "371500", a) })
		}
		a, err := attach("张三的批复.pdf", []byte(pdf))
		must(t, err)
		b, err := attach("照片.jpg", picture(t, true))
		must(t, err)
		all, err := document.List(t.Context(), db, power)
		must(t, err)
		if diff := cmp.Diff([]document.Attachment{a, b}, all); diff != "" {
			t.Errorf("listed (-attached +listed):\n%s", diff)
		}
		got, err := document.ByID(t.Context(), db, a.ID)
		must(t, err)
		if diff := cmp.Diff(a, got); diff != "" || got.Media != "application/pdf" || got.Department != department || got.Account != account {
			t.Errorf("by id: %+v\n%s", got, diff)
		}
		r, err := s.Open(t.Context(), got.Digest)
		must(t, err)
		content, err := io.ReadAll(r)
		must(t, err)
		must(t, r.Close())
		if string(content) != pdf {
			t.Errorf("the content is %q", content)
		}
		if _, err := attach("同一文件.pdf", []byte(pdf)); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "张三的批复.pdf") {
			t.Errorf("the same content again: %v", err)
		}
		must(t, remove(a))
		if err := remove(a); errs.KindOf(err) != errs.Conflict {
			t.Errorf("removed twice: %v", err)
		}
		if _, err := document.ByID(t.Context(), db, a.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a removed one by its id: %v", err)
		}
		if _, err := attach("重新上传.pdf", []byte(pdf)); err != nil {
			t.Errorf("attached again after removal: %v", err)
		}
		must(t, l.Settle(t.Context()))
		entries, err := l.Entries(t.Context(), ledger.Powers, 0, 100)
		must(t, err)
		var kinds []string
		for _, e := range entries {
			kinds = append(kinds, e.Kind)
			if strings.Contains(string(e.Public), "张三") || !strings.Contains(string(e.Public), "sha256") {
				t.Errorf("the public log says %s", e.Public)
			}
		}
		if got := strings.Join(kinds, " "); got != "document.attached document.attached document.removed document.attached" {
			t.Errorf("recorded %s", got)
		}
	})
}

func TestOneThingHasNotEndlesslyManyFiles(t *testing.T) {
	db, l := testkit.Open(t, sqldb.SQLite)
	power := sqldb.NewID()
	attach := func(i int) error {
		return l.Write(t.Context(), clerk, func(ctx context.Context, tx *ledger.Tx) error {
			_, err := document.Attach(ctx, tx, "371500", power, sqldb.NewID(), sqldb.NewID(), document.Taken{Name: fmt.Sprintf("%d.pdf", i), Media: "application/pdf", Size: 1, Digest: blob.Digest{byte(i)}})
			return err
		})
	}
	for i := range document.MaxOfSubject {
		must(t, attach(i))
	}
	if err := attach(200); errs.KindOf(err) != errs.Conflict || !strings.Contains(errs.Message(err), "50") {
		t.Errorf("one more: %v", err)
	}
	if all, err := document.List(t.Context(), db, power); err != nil || len(all) != document.MaxOfSubject {
		t.Errorf("%d files, %v", len(all), err)
	}
}
