package session

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

func digits(n int) string { return strconv.Itoa(n) }

// guessable says whether a password is one that somebody would try early: it is
// nothing but common words, words of the context, years and rows of characters.
// Disguises such as p@ssw0rd and trailing digits are undone first.
func guessable(password string, context []string) bool {
	words := append(common(), ours()...)
	for _, c := range context {
		words = append(words, parts(c)...)
	}
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	plain := strings.ToLower(password)
	return few(rest(plain, words)) || few(rest(undisguised(plain), words)) || few(rest(undisguised(rest(plain, words)), words))
}

// rest takes words out of a password, the longest first.
func rest(s string, words []string) string {
	for _, w := range words {
		if w != "" {
			s = strings.ReplaceAll(s, w, " ")
		}
	}
	return s
}

// few says whether fewer than four characters are left that could surprise
// anybody, rows such as 1234, aaaa and qwer taken for one.
func few(s string) bool {
	left := 0
	for _, piece := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		left += surprising([]rune(piece))
	}
	return left < 4
}

// surprising counts the characters of a piece that do not go on with the row
// begun before them: the same again, the next up or down, or the next key.
func surprising(piece []rune) int {
	n := 0
	for i, r := range piece {
		if i > 0 && follows(piece[i-1], r) {
			continue
		}
		n++
	}
	return n
}

func follows(a, b rune) bool {
	if a == b || a+1 == b || a-1 == b {
		return true
	}
	for _, row := range []string{"qwertyuiop", "asdfghjkl", "zxcvbnm", "1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm"} {
		if i := strings.IndexRune(row, a); i >= 0 {
			if j := strings.IndexRune(row, b); j >= 0 && (i-j == 1 || j-i == 1) {
				return true
			}
		}
	}
	return false
}

// undisguised undoes the usual swaps of letters for signs.
func undisguised(s string) string {
	return strings.NewReplacer("@", "a", "4", "a", "3", "e", "1", "i", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t").Replace(s)
}

// parts gives the pieces of a word of the context that are long enough to mean
// something.
func parts(s string) []string {
	var out []string
	for _, p := range append(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), strings.ToLower(s)) {
		if len(p) >= 3 {
			out = append(out, p)
		}
	}
	return out
}

// ours are words of this system and its place, which a guesser would try first.
func ours() []string {
	return []string{"qingdan", "清单", "quanli", "权力", "shenpi", "审批", "liaocheng", "聊城", "shandong", "山东", "zhengfu", "政府",
		"zhengwu", "政务", "bianban", "编办", "zwfw", "wangzhan", "guanli", "管理", "guanliyuan", "xitong", "系统", "bumen", "部门"}
}

// common are words and rows from which most of the often used passwords are
// made; years are among them.
func common() []string {
	words := strings.Fields(`password passwd passw0rd pass mima 密码 口令 admin administrator root user guest test demo default system super manager
		master login welcome hello letmein iloveyou woaini woaizhongguo zhongguo china beijing changeme secret sunshine princess monkey dragon
		football baseball superman batman shadow michael jordan charlie computer internet server oracle mysql huawei lenovo inspur office
		windows microsoft google baidu tencent taobao alibaba weixin wechat qqqq nihao aini taiyang mingtian xiaoming zhangsan lisi wangwu
		abc abcd aabb abab aaa bbb xyz qwe qwer qwerty asd asdf zxc zxcv qaz wsx edc 1qaz 2wsx 3edc 123 321 111 000 666 888 168 520 521 1314
		5201314 147258 159357 112233 100200 123qwe qwe123 abc123 a1b2c3 spring summer autumn winter january october 一二三 你好 我爱你 中国`)
	for year := 1950; year <= 2039; year++ {
		words = append(words, strconv.Itoa(year))
	}
	return words
}
