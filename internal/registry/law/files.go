package law

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
)

// MaxLine is the longest line of a JSONL file that is read.
const MaxLine = 16 << 20

// ReadSources calls fn for every document of a file: JSONL (.gz or not, known
// by its name or, from standard input, by its first brace), one document a
// line, else the whole file as one text (Markdown or plain, UTF-8
// or GBK), whose folder may tell its level. A line that is no document is
// handed to fn as an error with its place; fn may go on by returning nil.
func ReadSources(b []byte, file string, fn func(Source, error) error) error {
	if gzipped(b) || strings.HasSuffix(file, ".jsonl") || bytes.HasPrefix(bytes.TrimSpace(b), []byte("{")) {
		return ReadLines(b, file, fn)
	}
	if len(bytes.TrimSpace(b)) == 0 {
		return fn(Source{ID: file}, errs.Invalidf("文件是空的").At(file))
	}
	text, err := lawtext.Decode(b)
	if err != nil {
		return fn(Source{ID: file}, errs.Invalidf("%s", errs.Message(err)).At(file).Because(err))
	}
	return fn(Source{ID: file, Origin: filepath.ToSlash(file), Text: text}, nil)
}

// ReadLines is ReadSources for what is known to be JSONL (.gz or not) whatever
// its name.
func ReadLines(b []byte, file string, fn func(Source, error) error) error {
	if !gzipped(b) {
		return eachLine(bytes.NewReader(b), file, fn)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return errs.Invalidf("压缩文件已损坏").At(file).Because(err)
	}
	return eachLine(z, file, fn)
}

func gzipped(b []byte) bool { return bytes.HasPrefix(b, []byte{0x1f, 0x8b}) }

func eachLine(r io.Reader, file string, fn func(Source, error) error) error {
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<20), MaxLine)
	n := 0
	for sc.Scan() {
		n++
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var s Source
		var bad error
		place := fmt.Sprintf("%s 第 %d 行", file, n)
		if err := json.Unmarshal(sc.Bytes(), &s); err != nil {
			bad = errs.Invalidf("不是一条法规记录").At(place).Fix("每行应为一个 JSON 对象，至少有 text").Because(err)
		} else if strings.TrimSpace(s.Text) == "" {
			bad = errs.Invalidf("没有正文").At(place)
		}
		if err := fn(s, bad); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return errs.Invalidf("第 %d 行之后无法读取", n).At(file).Because(err)
	}
	return nil
}
