package bench

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"qingdan/internal/testkit"
)

// scratch is the folder of the test process, for what its benchmarks share.
var scratch string

func TestMain(m *testing.M) {
	var err error
	if scratch, err = os.MkdirTemp("", "qingdan-bench-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(scratch); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// large says whether measurements of several minutes are wanted.
func large() bool { return os.Getenv("QINGDAN_BENCH_LARGE") == "1" }

// report adds the figure that was promised not to exceed a limit, and its
// share of the limit.
func report(b *testing.B, value, limit float64, unit string) {
	b.Helper()
	b.ReportMetric(value, unit)
	b.ReportMetric(value/limit, "of-limit")
}

// reach adds the rate that was promised to be reached, and how much of it is
// lacking: the limit's share of the rate, at most 1 like any other.
func reach(b *testing.B, value, limit float64, unit string) {
	b.Helper()
	b.ReportMetric(value, unit)
	b.ReportMetric(limit/value, "of-limit")
}

// noTime leaves out the line's own time where it means nothing.
func noTime(b *testing.B) { b.ReportMetric(0, "ns/op") }

func median(d []time.Duration) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[len(d)/2]
}

var built = sync.OnceValues(func() (string, error) {
	bin := filepath.Join(scratch, "qingdan")
	cmd := exec.Command("go", "build", "-o", bin, "qingdan/cmd/qingdan")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build qingdan: %w\n%s", err, out)
	}
	return bin, nil
})

// program is the built program.
func program(b *testing.B) string {
	b.Helper()
	bin, err := built()
	if err != nil {
		b.Fatal(err)
	}
	return bin
}

// usage is what one run of the program took.
type usage struct {
	wall, cpu time.Duration
	peakMB    float64
}

// run runs the program to its end in a folder of its own.
func run(b *testing.B, args ...string) usage {
	b.Helper()
	cmd := exec.Command(program(b), args...)
	cmd.Dir = b.TempDir()
	out := new(bytes.Buffer)
	cmd.Stdout, cmd.Stderr = out, out
	start := time.Now()
	if err := cmd.Run(); err != nil {
		b.Fatalf("qingdan %v: %v\n%s", args, err, out)
	}
	u := usage{wall: time.Since(start), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if r, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.peakMB = float64(r.Maxrss) / 1024
	}
	return u
}

// memory reads a process's memory in MB from /proc: VmRSS (now) or VmHWM (the
// most since it began, or since resetPeak). It is 0 where there is no /proc.
func memory(pid int, field string) float64 {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "status"))
	if err != nil {
		return 0
	}
	for line := range bytes.Lines(text) {
		f := bytes.Fields(line)
		if len(f) == 3 && string(f[0]) == field+":" {
			kb, _ := strconv.ParseFloat(string(f[1]), 64) // 0 when it is no number
			return kb / 1024
		}
	}
	return 0
}

// cpuTime is what a process has used so far, from /proc; 0 where there is none.
func cpuTime(pid int) time.Duration {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	if err != nil {
		return 0
	}
	// The name in brackets may hold anything; user and system time are the
	// 12th and 13th field after it, in hundredths of a second.
	f := bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
	if len(f) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(string(f[11])) // 0 when it is no number
	system, _ := strconv.Atoi(string(f[12]))
	return time.Duration(user+system) * 10 * time.Millisecond
}

// resetPeak lets VmHWM of this process count anew from what is in use.
func resetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o200); err != nil {
		b.Log("the peak of memory is that of the whole run: ", err)
	}
}

// realLaws is the folder of real texts, "" without.
func realLaws(b *testing.B) string {
	b.Helper()
	return testkit.Shared(b, "laws")
}
