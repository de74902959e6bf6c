package lawtext

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"qingdan/internal/engine/lawtext/docx"
	"qingdan/internal/errs"
)

// Decode turns the bytes of a file into the text that Parse reads. It accepts
// UTF-8 with or without a byte order mark, GBK and GB 18030, UTF-16 with a
// byte order mark, and Word files (.docx). Anything else, binary files above
// all, is refused with an error of kind errs.Invalid; the caller adds the file
// with At.
func Decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return docx.Text(b, FormatChinese)
	case bytes.HasPrefix(b, []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}):
		return "", errs.Invalidf("这是旧版 Word（.doc）文件，或者是加了密码的文件").Fix("请用 Word 或 WPS 打开，取消密码，另存为 .docx 后重新导入")
	case bytes.HasPrefix(b, []byte{0xEF, 0xBB, 0xBF}):
		b = b[3:]
		if !utf8.Valid(b) {
			return "", undecodable("文件标明是 UTF-8，但其中有无法识别的字节")
		}
	case bytes.HasPrefix(b, []byte{0xFF, 0xFE}):
		return decodeWith(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "UTF-16")
	case bytes.HasPrefix(b, []byte{0xFE, 0xFF}):
		return decodeWith(b, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), "UTF-16")
	}
	if isBinary(b) {
		return "", undecodable("这不是文本文件")
	}
	if utf8.Valid(b) {
		return string(b), nil
	}
	return decodeWith(b, simplifiedchinese.GB18030, "GBK")
}

func decodeWith(b []byte, enc encoding.Encoding, name string) (string, error) {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return "", undecodable("无法按 " + name + " 编码读取").Because(err)
	}
	if bytes.ContainsRune(out, utf8.RuneError) || isBinary(out) {
		return "", undecodable("文件既不是 UTF-8，也无法按 " + name + " 编码读取")
	}
	return string(out), nil
}

func undecodable(msg string) *errs.Error {
	return errs.Invalidf("%s", msg).Fix("请用文本编辑器打开原文，另存为 UTF-8 编码的纯文本后重新导入")
}

// isBinary reports whether b holds bytes no text file has: NUL and the other
// control characters of archives, pictures and word-processor files.
func isBinary(b []byte) bool {
	bad := 0
	for _, c := range b {
		switch {
		case c == 0:
			return true
		case c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v':
			bad++
		}
	}
	return bad > 0 && bad*200 > len(b)
}
