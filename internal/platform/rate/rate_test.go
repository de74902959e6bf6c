package rate

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(s float64) time.Time {
	return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC).Add(time.Duration(s * float64(time.Second)))
}

func TestABurstAndThenOneByOne(t *testing.T) {
	l := New(Allowance{3, 10 * time.Second}, Allowance{100, time.Second})
	for i := range 3 {
		if w := l.Take("a", at(0)); w != 0 {
			t.Fatalf("number %d waits %v", i, w)
		}
	}
	if w := l.Take("a", at(0)); w != 10*time.Second {
		t.Errorf("the fourth waits %v", w)
	}
	if w := l.Take("a", at(4)); w != 6*time.Second {
		t.Errorf("four seconds later it waits %v", w)
	}
	if w := l.Take("b", at(4)); w != 0 {
		t.Errorf("somebody else waits %v", w)
	}
	if w := l.Take("a", at(10)); w != 0 {
		t.Errorf("after the wait it is refused: %v", w)
	}
	if w := l.Take("a", at(10)); w != 10*time.Second {
		t.Errorf("waiting earned more than one: %v", w)
	}
}

func TestAFloodOfOneLeavesTheOthersTheirShare(t *testing.T) {
	l := New(Allowance{2, time.Minute}, Allowance{10, time.Minute})
	for range 1000 {
		l.Take("flood", at(0))
	}
	for i := range 8 {
		if w := l.Take(fmt.Sprint(i), at(0)); w != 0 {
			t.Errorf("citizen %d waits %v", i, w)
		}
	}
	if w := l.Take("ninth", at(0)); w != time.Minute {
		t.Errorf("all together are let through beyond their share: %v", w)
	}
	if w := l.Take("0", at(0)); w == 0 {
		t.Error("what is over the shared limit comes in")
	}
	if w := l.Take("0", at(60)); w != 0 {
		t.Errorf("what was refused by the shared limit cost something of one's own: %v", w)
	}
}

// TestLetsThroughWhatIsAllowed holds the limiter against a count of what passed,
// and its memory against its bound.
func TestLetsThroughWhatIsAllowed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		each := Allowance{rapid.IntRange(1, 4).Draw(t, "burst"), time.Duration(rapid.IntRange(1, 20).Draw(t, "every")) * time.Second}
		all := Allowance{rapid.IntRange(1, 12).Draw(t, "all"), time.Second}
		l := New(each, all)
		passed, total, now := map[string][]float64{}, []float64{}, 0.0
		within := func(a Allowance, times []float64) int { // passed within the time of a whole bucket
			n := 0
			for _, at := range times {
				if now-at < float64(a.Burst)*a.Every.Seconds() {
					n++
				}
			}
			return n
		}
		for range rapid.IntRange(1, 200).Draw(t, "requests") {
			now += float64(rapid.IntRange(0, 3).Draw(t, "later"))
			key := fmt.Sprint(rapid.IntRange(0, 5).Draw(t, "key"))
			if wait := l.Take(key, at(now)); wait > 0 {
				continue
			}
			passed[key], total = append(passed[key], now), append(total, now)
			if n := within(each, passed[key]); n > 2*each.Burst {
				t.Fatalf("%d of one key within the time of one bucket of %d", n, each.Burst)
			}
			if n := within(all, total); n > 2*all.Burst {
				t.Fatalf("%d of all within the time of one bucket of %d", n, all.Burst)
			}
		}
	})
}

func TestMemoryIsBounded(t *testing.T) {
	l := New(Allowance{5, 10 * time.Second}, Allowance{100, 10 * time.Millisecond})
	passed, most := 0, 0
	for i := range 200_000 { // 1,000 a second, each from an address of its own
		if l.Take(fmt.Sprint(i), at(float64(i)/1000)) == 0 {
			passed++
		}
		most = max(most, l.Len())
	}
	// 100 a second pass, and each takes ten seconds to be full again.
	if most > 2*(100*10+100)+sweepFrom {
		t.Errorf("%d keys kept", most)
	}
	if passed < 200*100 || passed > 200*100+100 {
		t.Errorf("%d of 200,000 passed in 200 seconds at 100 a second", passed)
	}
}
