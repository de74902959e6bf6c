package ui

// Light is a state shown by shape, word and colour together; Tone is ok, warn,
// bad or still.
type Light struct{ Tone, Word string }

// Piece is one run of a compared text: Tone is more (added), less (removed) or
// empty.
type Piece struct{ Tone, Word string }

// Pager holds the addresses of the pages before and after; empty at the ends.
type Pager struct{ Previous, Next string }
