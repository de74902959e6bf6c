package desk

// Fails are the words beside the fields of a form that was refused; All stands
// above it.
type Fails struct{ All, Way, Basis, Reason, Term string }

func (f Fails) any() bool { return f != Fails{} }

// Limits of what is typed, in characters. The longest basis of real lists has
// some 10,000.
const (
	maxBasis  = 50_000
	maxReason = 2_000
)
