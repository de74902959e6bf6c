package document

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"qingdan/internal/errs"
)

// maxName bounds a name in bytes: the disks of all systems take 255.
const maxName = 200

// CleanName makes of a name that a browser sends one that can do no harm in a page,
// a header, a list or a folder: the last part of any path, without control and
// formatting characters (a bidi override can show exe.pdf for fdp.exe), without
// what folders do not take, no longer than maxName bytes with its extension kept,
// the extension in small letters. Chinese stays as it is. Cleaning twice changes
// nothing. Invalid: nothing is left, or there is no extension.
func CleanName(name string) (string, error) {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(harmless, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	ext := path.Ext(name)
	stem := strings.TrimRight(strings.TrimSuffix(name, ext), ". ")
	ext = strings.ToLower(ext)
	if stem == "" || len(ext) < 2 || len(ext) > 10 || strings.ContainsAny(ext, " ") {
		return "", errs.Invalidf("文件名不对").At("附件").Fix("文件名要有名称和扩展名，如“批复.pdf”")
	}
	for len(stem)+len(ext) > maxName {
		_, n := utf8.DecodeLastRuneInString(stem)
		stem = strings.TrimRight(stem[:len(stem)-n], ". ")
	}
	if reserved(stem) {
		stem = "_" + stem
	}
	return stem + ext, nil
}

// harmless drops what cannot be seen and replaces what folders do not take.
func harmless(r rune) rune {
	switch {
	case r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Zs, r):
		return ' '
	case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) || r == utf8.RuneError:
		return -1
	case strings.ContainsRune(`<>:"|?*;%`, r):
		return '_'
	default:
		return r
	}
}

// reserved are names that Windows keeps for devices, whatever the extension.
func reserved(stem string) bool {
	stem, _, _ = strings.Cut(strings.ToUpper(stem), ".")
	stem = strings.TrimSpace(stem)
	switch stem {
	case "CON", "PRN", "AUX", "NUL":
		return true
	}
	return len(stem) == 4 && (strings.HasPrefix(stem, "COM") || strings.HasPrefix(stem, "LPT")) && stem[3] >= '0' && stem[3] <= '9'
}
