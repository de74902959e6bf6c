package archtest

import (
	"fmt"
	"regexp"
	"strings"
)

// foreign words belong to one machine or to how the code was made, not to the
// product. Written with brackets where the file would break its own rule.
var foreign = []struct {
	re  *regexp.Regexp
	why string
}{
	{regexp.MustCompile(`(^|[\s"'(=:,])/(roo[t]|hom[e]/\w+|Use[r]s/\w+)(/|\b)`), "a path of one machine"},
	{regexp.MustCompile(`"resolve[d]":\s*"https?:`), "a download address: packages are known by name and version"},
	{regexp.MustCompile(`(?i)\bissue[s]?\s+#?\d+\b`), "the number of a task: say what was needed"},
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
