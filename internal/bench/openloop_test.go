package bench

import (
	"math"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// The arrivals at which latency is promised.
const rate = 50 // a second

// span is for how long requests arrive.
func span() time.Duration {
	if testing.Short() {
		return 4 * time.Second
	}
	return time.Minute
}

// latencies are sorted.
type latencies []time.Duration

// at gives the value that a share of all (0.95) does not exceed, in
// milliseconds.
func (l latencies) at(share float64) float64 {
	i := int(math.Ceil(share*float64(len(l)))) - 1
	return float64(l[max(i, 0)]) / float64(time.Millisecond)
}

// fire calls ask for each arrival in a goroutine of its own, at perSecond for
// a while, and gives how long after its scheduled instant each was answered.
// The first error is given after all have ended.
func fire(perSecond int, during time.Duration, ask func(i int) error) (latencies, error) {
	n := int(during.Seconds() * float64(perSecond))
	out, errs := make(latencies, n), make([]error, n)
	var wg sync.WaitGroup
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		wg.Go(func() {
			errs[i] = ask(i)
			out[i] = time.Since(due)
		})
	}
	wg.Wait()
	slices.Sort(out)
	for _, err := range errs {
		if err != nil {
			return out, err
		}
	}
	return out, nil
}

// quantiles fires and reports; limit is that of p95.
func quantiles(b *testing.B, limit float64, ask func(i int) error) {
	b.Helper()
	for b.Loop() {
		l, err := fire(rate, span(), ask)
		if err != nil {
			b.Fatal(err)
		}
		noTime(b)
		b.ReportMetric(l.at(0.50), "p50-ms")
		b.ReportMetric(l.at(0.99), "p99-ms")
		b.ReportMetric(float64(len(l)), "requests")
		report(b, l.at(0.95), limit, "p95-ms")
	}
}

// A server that needs twice the time between two arrivals falls behind, and
// every request waits one gap longer than the one before.
func TestWaitingCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one := make(chan struct{}, 1)
		l, err := fire(50, time.Second, func(int) error {
			one <- struct{}{}
			time.Sleep(40 * time.Millisecond)
			<-one
			return nil
		})
		if err != nil || len(l) != 50 {
			t.Fatalf("%d answers, %v", len(l), err)
		}
		if l.at(0) != 40 || l.at(0.5) != 40+24*20 || l.at(1) != 40+49*20 {
			t.Errorf("first %v, median %v, last %v ms", l.at(0), l.at(0.5), l.at(1))
		}
	})
}

// A slow answer delays nobody's departure.
func TestArrivalsDoNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, err := fire(50, time.Second, func(i int) error {
			if i == 0 {
				time.Sleep(10 * time.Second)
			}
			time.Sleep(time.Millisecond)
			return nil
		})
		if err != nil || l.at(0.95) != 1 || l.at(1) != 10_001 {
			t.Errorf("p95 %v, slowest %v ms, %v", l.at(0.95), l.at(1), err)
		}
	})
}
