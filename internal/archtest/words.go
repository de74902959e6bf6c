package archtest

import (
	"fmt"
	"regexp"
	"strings"
)

// foreign words belong to the machine or the hands that made the code, not to
// the product. Written with brackets, so that this file does not break its
// own rule.
var foreign = []struct {
	re  *regexp.Regexp
	why string
}{
	{regexp.MustCompile(`(^|[\s"'(=:,])/(wor[k]|roo[t]|hom[e]/\w+|Use[r]s/\w+|tm[p]/(bash_jobs|brief))(/|\b)`), "a path of one machine"},
	{regexp.MustCompile(`proxy\.golan[g]\.org|sum\.golan[g]\.org|registry\.npmj[s]\.org|registry\.yarnpk[g]\.com|deb\.debia[n]\.org|npmmirro[r]\.com|goproxy\.c[n]`), "the host of a package registry: use the package's name"},
	{regexp.MustCompile(`(?i)\bissue[s]?\s+#?\d+\b|\bas an a[i]\b|\blanguage mode[l]\b|\bsub-?agen[t]s?\b|\bcoding sessio[n]\b`), "a word about how the code was made"},
}

// checkForeign looks for such words in every text file.
func checkForeign(t *tree) []finding {
	var out []finding
	for _, x := range t.texts {
		for i, line := range strings.Split(x.body, "\n") {
			for _, f := range foreign {
				if f.re.MatchString(line) {
					out = append(out, finding{fmt.Sprintf("%s:%d", x.path, i+1), f.why + ": " + f.re.FindString(line)})
				}
			}
		}
	}
	return out
}
