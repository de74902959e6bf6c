package hanzi

import "strings"

// align compares two token lists by the linear-space algorithm of Myers (An
// O(ND) Difference Algorithm, 1986): the middle snake of the shortest edit
// script is found from both ends, and the two halves are compared in turn.
// Once budget comparisons are spent, what is left is replaced whole.
func align(a, b []string, budget int) []Op {
	ids := map[string]int{}
	m := &matcher{a: a, b: b, x: intern(ids, a), y: intern(ids, b), budget: budget}
	size := 2*(len(a)+len(b)) + 4
	m.fwd, m.bwd = make([]int, size), make([]int, size)
	m.compare(0, len(a), 0, len(b))
	return m.out
}

// intern numbers the tokens, so that comparing them is cheap.
func intern(ids map[string]int, tokens []string) []int {
	out := make([]int, len(tokens))
	for i, t := range tokens {
		id, ok := ids[t]
		if !ok {
			id = len(ids)
			ids[t] = id
		}
		out[i] = id
	}
	return out
}

// matcher holds one comparison. fwd and bwd are the furthest points reached
// on each diagonal from the two ends of the box in hand.
type matcher struct {
	a, b     []string
	x, y     []int
	fwd, bwd []int
	budget   int
	out      []Op
}

func (m *matcher) emit(kind OpKind, tokens []string) {
	m.out = push(m.out, Op{kind, strings.Join(tokens, "")})
}

// compare emits the ops of a[a0:a1] against b[b0:b1].
func (m *matcher) compare(a0, a1, b0, b1 int) {
	head := a0
	for a0 < a1 && b0 < b1 && m.x[a0] == m.y[b0] {
		a0, b0 = a0+1, b0+1
	}
	m.emit(Same, m.a[head:a0])
	tail := a1
	for a0 < a1 && b0 < b1 && m.x[a1-1] == m.y[b1-1] {
		a1, b1 = a1-1, b1-1
	}
	ax, bx, found := 0, 0, false
	if a0 < a1 && b0 < b1 {
		ax, bx, found = m.middle(a0, a1, b0, b1)
	}
	if found {
		m.compare(a0, ax, b0, bx)
		m.compare(ax, a1, bx, b1)
	} else {
		m.emit(Removed, m.a[a0:a1])
		m.emit(Added, m.b[b0:b1])
	}
	m.emit(Same, m.a[a1:tail])
}

// middle finds a point on a shortest path through the box, neither of its
// corners; false when the budget is spent or the box shares nothing.
func (m *matcher) middle(a0, a1, b0, b1 int) (ax, bx int, found bool) {
	n, k := a1-a0, b1-b0
	mid := n + k + 1 // index of diagonal 0
	delta := n - k
	m.fwd[mid+1], m.bwd[mid+1] = 0, 0
	for d := 0; d <= (n+k+1)/2; d++ {
		if m.budget -= 2*d + 1; m.budget < 0 {
			return 0, 0, false
		}
		for diag := -d; diag <= d; diag += 2 {
			x := reach(m.fwd, mid, diag, d)
			for x < n && x-diag < k && x-diag >= 0 && m.x[a0+x] == m.y[b0+x-diag] {
				x++
			}
			m.fwd[mid+diag] = x
			back := delta - diag
			if delta&1 != 0 && -d < back && back < d && x+m.bwd[mid+back] >= n {
				return split(a0, b0, n, k, x, x-diag)
			}
		}
		for diag := -d; diag <= d; diag += 2 {
			x := reach(m.bwd, mid, diag, d)
			for x < n && x-diag < k && x-diag >= 0 && m.x[a1-1-x] == m.y[b1-1-x+diag] {
				x++
			}
			m.bwd[mid+diag] = x
			ahead := delta - diag
			if delta&1 == 0 && -d <= ahead && ahead <= d && x+m.fwd[mid+ahead] >= n {
				return split(a0, b0, n, k, n-x, k-x+diag)
			}
		}
	}
	return 0, 0, false
}

// reach extends the further of the two neighbouring diagonals by one step.
func reach(v []int, mid, diag, d int) int {
	if diag == -d || diag != d && v[mid+diag-1] < v[mid+diag+1] {
		return v[mid+diag+1]
	}
	return v[mid+diag-1] + 1
}

// split checks the point found: paths leave the box on diagonals beyond its
// edges, and a corner would not make the box smaller.
func split(a0, b0, n, k, x, y int) (ax, bx int, found bool) {
	if x < 0 || x > n || y < 0 || y > k || x+y == 0 || x+y == n+k {
		return 0, 0, false
	}
	return a0 + x, b0 + y, true
}
