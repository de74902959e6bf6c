package sqldb

import "strings"

// Marks are the n placeholders of a list, n at least 1: ?, ?, ?.
func Marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }

// In makes the list of an SQL in (…) from at least one id. Its length is one of
// a few, filled up with the last id, so that the database sees few different
// texts; more than 400 ids keep their number.
func In(ids []ID) (marks string, args []any) {
	n := len(ids)
	for _, size := range []int{20, 100, 400} {
		if n <= size {
			n = size
			break
		}
	}
	for i := range n {
		args = append(args, ids[min(i, len(ids)-1)])
	}
	return Marks(n), args
}

// List turns values into the arguments of a list.
func List[T any](values []T) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

// Where gathers the conditions of a query with their arguments. The zero Where
// keeps every row.
type Where struct {
	conds []string
	Args  []any
}

// And adds a condition with its arguments.
func (w *Where) And(cond string, args ...any) {
	w.conds = append(w.conds, cond)
	w.Args = append(w.Args, args...)
}

// Is adds that a column has a value; "" asks nothing.
func (w *Where) Is(column, value string) {
	if value != "" {
		w.And(column+" = ?", value)
	}
}

// Text is what stands behind the word where.
func (w *Where) Text() string {
	if len(w.conds) == 0 {
		return "1 = 1"
	}
	return strings.Join(w.conds, " and ")
}
