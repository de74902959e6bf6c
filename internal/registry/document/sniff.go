package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/richardlehane/mscfb"

	"qingdan/internal/errs"
)

// Type is a type of file that is taken as an attachment.
type Type struct {
	Word       string // for people
	Media      string
	Extensions []string
	magic      string // its first bytes
}

// The first bytes of containers that several types share.
const (
	zipMagic = "PK\x03\x04"
	oleMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
)

// Types is the table of types that are taken: what offices exchange and what
// cannot act by itself. Text and pages are left out: a browser might read them as
// something else.
func Types() []Type {
	return []Type{
		{"PDF 文件", "application/pdf", []string{".pdf"}, "%PDF-"},
		{"Word 文档", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", []string{".docx"}, zipMagic},
		{"Excel 工作簿", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", []string{".xlsx"}, zipMagic},
		{"OFD 版式文件", "application/ofd", []string{".ofd"}, zipMagic},
		{"旧版 Word 文档", "application/msword", []string{".doc"}, oleMagic},
		{"旧版 Excel 工作簿", "application/vnd.ms-excel", []string{".xls"}, oleMagic},
		{"JPEG 图片", "image/jpeg", []string{".jpg", ".jpeg"}, "\xFF\xD8\xFF"},
		{"PNG 图片", "image/png", []string{".png"}, "\x89PNG\r\n\x1A\n"},
	}
}

// Extensions lists the extensions that are taken, for the attribute accept of a
// form.
func Extensions() []string {
	var out []string
	for _, t := range Types() {
		out = append(out, t.Extensions...)
	}
	return out
}

// headSize is how many bytes tell whether a file can be of any type at all.
const headSize = 16

func ofExtension(ext string) (Type, bool) {
	for _, t := range Types() {
		if slices.Contains(t.Extensions, ext) {
			return t, true
		}
	}
	return Type{}, false
}

func notTaken() *errs.Error {
	return errs.Invalidf("不接收这种文件").Fix("可以上传：" + strings.Join(Extensions(), " "))
}

// mayBe refuses at the first bytes what cannot become an attachment, so that the
// rest need not be read.
func mayBe(name string, head []byte) error {
	t, ok := ofExtension(path.Ext(name))
	switch {
	case !ok:
		return notTaken().At(name)
	case len(head) == 0:
		return errs.Invalidf("文件是空的").At(name).Fix("请重新选择文件")
	case !bytes.HasPrefix(head, []byte(t.magic)):
		return t.another().At(name)
	}
	return nil
}

func (t Type) another() *errs.Error {
	return errs.Invalidf("文件的内容不是%s，与扩展名不符", t.Word).Fix("请用原来的软件另存为需要的格式，不要只改扩展名")
}

// named refuses a content whose name has the extension of another type.
func (t Type) named(name string) error {
	if slices.Contains(t.Extensions, path.Ext(name)) {
		return nil
	}
	said, ok := ofExtension(path.Ext(name))
	if !ok {
		return notTaken()
	}
	return said.another()
}

// Sniff tells the type of a file from its content alone; containers are looked
// into. Nothing of the content is unpacked. Invalid: of no type of Types, broken,
// protected by a password, or with macros, which act when the file is opened.
func Sniff(b []byte) (Type, error) {
	switch {
	case bytes.HasPrefix(b, []byte("%PDF-")):
		if !bytes.Contains(b[max(0, len(b)-pdfTail):], []byte("%%EOF")) {
			return Type{}, broken()
		}
		return typeOf(".pdf")
	case bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1A\n")):
		if _, err := png.DecodeConfig(bytes.NewReader(b)); err != nil {
			return Type{}, broken().Because(err)
		}
		return typeOf(".png")
	case bytes.HasPrefix(b, []byte("\xFF\xD8\xFF")):
		if _, err := jpeg.DecodeConfig(bytes.NewReader(b)); err != nil {
			return Type{}, broken().Because(err)
		}
		return typeOf(".jpg")
	case bytes.HasPrefix(b, []byte(zipMagic)):
		return sniffZip(b)
	case bytes.HasPrefix(b, []byte(oleMagic)):
		return sniffOLE(b)
	default:
		return Type{}, notTaken()
	}
}

// pdfTail is where the end mark of a PDF is looked for: some programs add bytes
// behind it.
const pdfTail = 64 << 10

func typeOf(ext string) (Type, error) {
	t, ok := ofExtension(ext)
	if !ok {
		return t, notTaken()
	}
	return t, nil
}

func broken() *errs.Error {
	return errs.Invalidf("文件已损坏或者没有传完整").Fix("请打开核对后重新上传")
}

func protected() *errs.Error {
	return errs.Invalidf("文件设置了打开密码").Fix("请取消密码后再上传")
}

func macros() *errs.Error {
	return errs.Invalidf("文件里有宏").Fix("请另存为不带宏的格式后再上传")
}

// maxParts bounds the parts of a container that is looked into.
const maxParts = 20_000

// sniffZip tells docx, xlsx and ofd by the names of their parts.
func sniffZip(b []byte) (Type, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return Type{}, broken().Because(err)
	}
	if z == nil || len(z.File) > maxParts {
		return Type{}, broken()
	}
	var types, word, excel, ofd bool
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case path.Base(name) == "vbaproject.bin":
			return Type{}, macros()
		case name == "[content_types].xml":
			types = true
		case strings.HasPrefix(name, "word/document") && strings.HasSuffix(name, ".xml"):
			word = true
		case strings.HasPrefix(name, "xl/workbook") && strings.HasSuffix(name, ".xml"):
			excel = true
		case name == "ofd.xml":
			ofd = true
		}
	}
	switch {
	case types && word && !excel:
		return typeOf(".docx")
	case types && excel && !word:
		return typeOf(".xlsx")
	case ofd && !word && !excel:
		return typeOf(".ofd")
	default:
		return Type{}, notTaken()
	}
}

// sniffOLE tells doc and xls by the streams of the container. A new document with
// a password is such a container too.
func sniffOLE(b []byte) (Type, error) {
	doc, err := mscfb.New(bytes.NewReader(b))
	if err != nil {
		return Type{}, broken().Because(err)
	}
	var word, excel bool
	for range maxParts {
		e, err := doc.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Type{}, broken().Because(err)
		}
		switch strings.ToUpper(e.Name) {
		case "ENCRYPTEDPACKAGE", "ENCRYPTIONINFO":
			return Type{}, protected()
		case "_VBA_PROJECT", "_VBA_PROJECT_CUR":
			return Type{}, macros()
		case "WORDDOCUMENT":
			word = true
		case "WORKBOOK", "BOOK":
			excel = true
		}
	}
	switch {
	case word && !excel:
		return typeOf(".doc")
	case excel && !word:
		return typeOf(".xls")
	default:
		return Type{}, notTaken()
	}
}
