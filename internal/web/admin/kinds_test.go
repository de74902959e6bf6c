package admin

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"qingdan/internal/testkit"
)

// TestEveryKindOfActHasWords reads the kinds out of the code that records them.
func TestEveryKindOfActHasWords(t *testing.T) {
	recorded := regexp.MustCompile(`(?s)[sS]ay\w*\(ctx, (?:tx, )?[^"]{0,60}?"([a-z]+\.[a-z_]+)"|Kind\w* += "([a-z]+\.[a-z_]+)"`)
	found := 0
	root := filepath.Join(testkit.Root(t), "internal")
	for _, floor := range []string{"registry", "service", "stage"} {
		err := filepath.WalkDir(filepath.Join(root, floor), func(path string, _ os.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range recorded.FindAllStringSubmatch(string(text), -1) {
				kind := m[1] + m[2]
				found++
				if kindWords(kind) == "其他操作" {
					t.Errorf("%s records %s, which has no words", path, kind)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if found < 40 {
		t.Errorf("only %d kinds found", found)
	}
}
