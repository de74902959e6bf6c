package demo

import (
	"os"
	"path/filepath"
	"testing"
)

// realLaws is the folder of real texts, "" when it is absent.
func realLaws(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("QINGDAN_SHARED")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	dir = filepath.Join(dir, "laws")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("没有真实法规文本（QINGDAN_SHARED），跳过")
	}
	return dir
}

func TestRealCity(t *testing.T) {
	laws := realLaws(t)
	dir, m := write(t, Options{Laws: laws})
	checkCity(t, dir, m)
	checkCitations(t, dir, m)
}
