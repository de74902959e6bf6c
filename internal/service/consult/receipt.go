package consult

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"qingdan/internal/errs"
)

// Receipt is what a person keeps of a comment.
type Receipt struct {
	Code  string // by which state and answer are found again; only its hash is stored
	Again bool   // the same form with the same text had been sent before
}

// keyLength is the length of a key in hexadecimal digits: 128 bits.
const keyLength = 32

// NewKey makes the key of a form: 32 hexadecimal digits, unguessable. A form that
// is sent twice with the same key and text is one comment.
func NewKey() string {
	var b [keyLength / 2]byte
	rand.Read(b[:]) // never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

// letters are those of a code; none of them is easily taken for another.
const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// The form of a code: four groups of five letters, 100 bits.
const (
	codeLength = 20
	codeGroup  = 5
)

// codeOf makes the code of a comment from the key of its form and what it says:
// whoever has not seen the form cannot guess it, and a form sent again comes to
// the same code.
func codeOf(s Submission, text string) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "receipt\n%s\n%s\n%s\n%s", s.Key, s.Notice, s.Power, text))
	var out strings.Builder
	for i := range codeLength {
		if i > 0 && i%codeGroup == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[sum[i]%byte(len(letters))])
	}
	return out.String()
}

// digestOf reads a code as people type it, with or without hyphens and in small
// letters, and gives what is stored of it. Invalid: it is no code.
func digestOf(code string) ([]byte, error) {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= 'Ａ' && r <= 'ｚ' || r >= '０' && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune("-－—–_ \t\n　", r):
			return -1
		}
		return r
	}, code)
	plain = strings.ToUpper(plain)
	if len(plain) != codeLength || strings.Trim(plain, letters) != "" {
		return nil, errs.Invalidf("查询码不对").At("code").Fix("查询码是提交意见后给出的 20 位字母和数字，如 K7QXM-2WHDP-9RTBC-VE4NA")
	}
	sum := sha256.Sum256([]byte(plain))
	return sum[:], nil
}

// checkKey holds the key of a form against what NewKey makes.
func checkKey(key string) error {
	if b, err := hex.DecodeString(key); err != nil || len(b) != keyLength/2 {
		return errs.Invalidf("表单不完整或者已经失效").At("key").Fix("请重新打开征求意见的页面再提交")
	}
	return nil
}
