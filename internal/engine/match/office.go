package match

import (
	"slices"
	"strings"

	"qingdan/internal/engine/hanzi"
)

// Office is the name of a body without the place: 聊城市水利局 is 水利局, and so
// is 市水利局.
func Office(name string) string {
	s := strings.ReplaceAll(hanzi.Fold(name), " ", "")
	at, after := len(s), s
	for _, end := range []string{"自治州", "自治县", "省", "市", "县", "区"} {
		head, rest, ok := strings.Cut(s, end)
		if ok && len(head) < at && len([]rune(head)) <= 5 && len([]rune(rest)) >= 2 && !belongs(end, rest) {
			at, after = len(head), rest
		}
	}
	if after != s {
		return Office(after)
	}
	return s
}

// belongs says whether 市 is part of a word and not the end of a place: 市场, 市监,
// 市政.
func belongs(end, rest string) bool {
	if end != "市" {
		return false
	}
	for _, p := range []string{"政务", "政府", "政法", "政协"} {
		if strings.HasPrefix(rest, p) {
			return false
		}
	}
	return strings.HasPrefix(rest, "场") || strings.HasPrefix(rest, "监") || strings.HasPrefix(rest, "政") || strings.HasPrefix(rest, "容")
}

// SameOffice says whether two names are of one body: the same without the place,
// or one an abbreviation of the other: 市监局 of 市场监督管理局, 住建局 of
// 住房和城乡建设局. An empty name is nobody's.
func SameOffice(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	if a == b {
		return true
	}
	x, y := []rune(Office(a)), []rune(Office(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	return slices.Equal(x, y) || abbreviates(x, y)
}

// abbreviates says whether the short name takes the first character of the long
// one, its last, and others between in their order.
func abbreviates(short, long []rune) bool {
	if len(short) < 3 || len(long) < len(short)+2 || short[0] != long[0] || short[len(short)-1] != long[len(long)-1] {
		return false
	}
	at := 0
	for _, r := range long {
		if at < len(short) && short[at] == r {
			at++
		}
	}
	return at == len(short)
}
