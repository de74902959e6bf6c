// Package reading keeps who consulted which text of law for which power
// (查阅记录): the 1,519 laws of the reform, counted from the work itself. Nobody
// types it: the checks, the decisions and the handling of changed laws write
// down what they read.
package reading

import "qingdan/internal/platform/sqldb"

// Occasion is the work in which a text was read.
type Occasion string

// The occasions.
const (
	Checking Occasion = "五对照"
	Deciding Occasion = "减权处置"
	Settling Occasion = "依据变动办理"
)

// Reading is a text read for a version of a power.
type Reading struct {
	Document, Edition, Version sqldb.ID
}

// Consulted is a document with what it was read for.
type Consulted struct {
	Document sqldb.ID
	Title    string
	Level    string
	Powers   int    // that it was read for
	People   int    // who read it
	Last     string // the latest day on which a text of it was read for a power for the first time
}

// Totals are the figures of the record.
type Totals struct {
	Documents, Editions, Powers, People int
}
