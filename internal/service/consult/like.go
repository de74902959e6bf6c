package consult

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"qingdan/internal/engine/hanzi"
)

// alike is how much of their bigrams two texts share to be near-identical (Dice).
const alike = 0.85

// A text is found again by the bands of its signature: minima of seeded hashes
// over its bigrams, rows of them to a band. Two texts that share alike of their
// bigrams have a band in common with a probability of 0.99.
const (
	bands = 8
	rows  = 3
)

// likeness is what texts are grouped by.
type likeness struct {
	core  string   // the folded text without marks
	marks string   // words and numbers in which texts of one meaning agree
	grams []string // of core
}

// hidden are the numbers and addresses of which something was hidden.
var hidden = regexp.MustCompile(`[0-9a-z*@._+-]*\*[0-9a-z*@._+-]*`)

// likenessOf reads the likeness of a text as it is shown: what was hidden in it
// does not part copies of one letter.
func likenessOf(shown string) likeness {
	folded := hidden.ReplaceAllString(hanzi.Fold(shown), " ")
	l := likeness{marks: stance(folded)}
	l.core = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, folded)
	l.grams = hanzi.Bigrams(l.core)
	return l
}

// near says how alike two texts are; 0 when they are not near-identical: when
// they share too little, or one says no where the other says yes, or another
// number.
func (l likeness) near(other likeness) float64 {
	if l.core == other.core {
		return 1
	}
	if l.marks != other.marks {
		return 0
	}
	if s := hanzi.Similar(l.grams, other.grams); s >= alike {
		return s
	}
	return 0
}

// stances are the words in which an opinion turns into its contrary.
func stances() []string {
	return strings.Fields(`支持 赞成 同意 赞同 反对 取消 保留 增加 减少 提高 降低 延长 缩短 下放 上收 收回 合并 拆分 放宽 收紧 加强 放松 上调 下调
		不 没 无 未 非 勿 莫 别 拒 难 太 过`)
}

// stance lists the stances and numbers of a text in a fixed order.
func stance(folded string) string {
	var out []string
	for _, w := range stances() {
		if n := strings.Count(folded, w); n > 0 {
			out = append(out, w+strings.Repeat("+", n-1))
		}
	}
	numbers := strings.FieldsFunc(folded, func(r rune) bool {
		return !unicode.IsNumber(r) && !strings.ContainsRune("一二三四五六七八九十百千万两半", r)
	})
	slices.Sort(numbers)
	return strings.Join(append(out, numbers...), " ")
}

// bandsOf gives the keys of the bands of a text on one subject.
func (l likeness) bandsOf(subject string) [][]byte {
	terms := l.grams
	if len(terms) == 0 {
		terms = []string{l.core}
	}
	least := make([]uint64, bands*rows)
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, g := range terms {
		h := hashed(g)
		for i := range least {
			least[i] = min(least[i], scramble(h+uint64(i)*0x9e3779b97f4a7c15))
		}
	}
	out := make([][]byte, bands)
	for b := range out {
		h := fnv.New64a()
		h.Write([]byte(subject))
		var word [8]byte
		for _, x := range append([]uint64{uint64(b)}, least[b*rows:(b+1)*rows]...) {
			binary.BigEndian.PutUint64(word[:], x)
			h.Write(word[:])
		}
		out[b] = binary.BigEndian.AppendUint64(nil, scramble(h.Sum64()))
	}
	return out
}

func hashed(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// scramble mixes the bits of a number, one to one.
func scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
