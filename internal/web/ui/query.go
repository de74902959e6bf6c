package ui

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
)

// maxWords is the number of characters of a search.
const maxWords = 100

// ParseWords tidies what a reader typed: controls and repeated blanks go. Too
// long a text is Invalid, since nobody types it by hand.
func ParseWords(s string) (string, error) {
	if len(s) > 4*maxWords || utf8.RuneCountInString(s) > maxWords {
		return "", errs.Invalidf("搜索的字数超过 %d 个", maxWords).Fix("请只写名称、部门或编码中的几个词")
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " "), nil
}

// Clean says whether a value of an address may go into a query: text of a
// sensible length without controls.
func Clean(s string) bool {
	return len(s) <= 400 && utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// Address joins a path and a query string; the same query gives the same
// address.
func Address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// Cursor is a place in a list ordered by a key and an id. The zero Cursor is
// none.
type Cursor struct {
	Key string
	ID  sqldb.ID
	Set bool
}

// String writes the cursor for an address.
func (c Cursor) String() string {
	return base64.RawURLEncoding.EncodeToString(append(c.ID[:], c.Key...))
}

// Compare orders two places as the database does: by key bytes, then id.
func (c Cursor) Compare(d Cursor) int {
	if n := strings.Compare(c.Key, d.Key); n != 0 {
		return n
	}
	return slices.Compare(c.ID[:], d.ID[:])
}

// ParseCursor reads what String wrote; "" is no cursor, anything else Invalid.
func ParseCursor(s string) (Cursor, error) {
	if s == "" {
		return Cursor{}, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(b) < 16 || len(b) > 4096 || !utf8.Valid(b[16:]) || strings.ContainsRune(string(b[16:]), 0) {
		return Cursor{}, errs.Invalidf("翻页位置无效").Fix("请从第一页重新翻起")
	}
	return Cursor{Key: string(b[16:]), ID: sqldb.ID(b[:16]), Set: true}, nil
}

// Turn is where a reader turned the pages of a list to: forwards from a place
// or backwards to it.
type Turn struct {
	From Cursor
	Back bool
}

// ParseTurn reads the parameters after and before.
func ParseTurn(q url.Values) (Turn, error) {
	before, err := ParseCursor(q.Get("before"))
	if err != nil || before.Set {
		return Turn{before, true}, err
	}
	after, err := ParseCursor(q.Get("after"))
	return Turn{after, false}, err
}

// Page cuts the row too many from rows read with a limit of size+1, and makes
// the addresses of the pages before and after. The rows are in list order,
// also when the reader turned back; link is the address of the page that
// begins after, or ends before, a row.
func Page[T any](t Turn, rows []T, size int, link func(way string, row T) string) ([]T, Pager) {
	var pager Pager
	more := len(rows) > size
	switch {
	case more && t.Back:
		rows = rows[1:]
	case more:
		rows = rows[:size]
	}
	if len(rows) == 0 {
		return nil, pager
	}
	if t.From.Set && !t.Back || t.Back && more {
		pager.Previous = link("before", rows[0])
	}
	if t.Back || more {
		pager.Next = link("after", rows[len(rows)-1])
	}
	return rows, pager
}

// Cut gives up to limit rows of a sorted list in memory from the place of a
// turn on; place is the cursor of a row.
func Cut[T any](t Turn, sorted []T, limit int, place func(T) Cursor) []T {
	if !t.From.Set {
		return sorted[:min(len(sorted), limit)]
	}
	at, found := slices.BinarySearchFunc(sorted, t.From, func(row T, c Cursor) int { return place(row).Compare(c) })
	if t.Back {
		return sorted[max(0, at-limit):at]
	}
	if found {
		at++
	}
	return sorted[at:min(len(sorted), at+limit)]
}
