package testkit

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// MachineRates reports beside a benchmark's own figures what the machine can
// do in the same run: syncs of a 4 KiB append per second, and SHA-256 of 4
// KiB blocks in MB/s. Figures of two machines compare as ratios to these.
func MachineRates(b *testing.B) {
	b.Helper()
	b.StopTimer()
	defer b.StartTimer()
	block := make([]byte, 4096)
	file, err := os.Create(filepath.Join(b.TempDir(), "sync"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	syncs := rate(func() {
		if _, err := file.Write(block); err != nil {
			b.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			b.Fatal(err)
		}
	})
	blocks := rate(func() { block[0] ^= sha256.Sum256(block)[0] })
	b.ReportMetric(syncs, "fsync/s")
	b.ReportMetric(blocks*float64(len(block))/1e6, "sha256-MB/s")
}

// rate runs op for a while and gives its runs per second.
func rate(op func()) float64 {
	start, n := time.Now(), 0
	for time.Since(start) < 300*time.Millisecond {
		op()
		n++
	}
	return float64(n) / time.Since(start).Seconds()
}
