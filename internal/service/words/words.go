// Package words learns how people speak (百姓说法): searches on the public site
// that find nothing, or nothing that fits in full, are counted, and the words go
// to the department that should answer them, which gives them to an item as
// everyday words or sets them aside.
//
// Nothing is kept of who searched: no person, no address, no instant, only how
// often a word was searched for on a day. What looks like somebody's number, or
// is too long to be words for a matter, is not counted at all, and words that
// were searched for only once are shown to nobody and forgotten after a week.
package words

import (
	"time"

	"qingdan/internal/platform/sqldb"
)

// Miss is words that people searched for without a full hit.
type Miss struct {
	ID          sqldb.ID
	Words       string // folded
	N           int    // searches, over all days kept
	First, Last string // days
	Near        bool   // the latest search found something that fits in part
	Department  sqldb.ID
	State       State
}

// State is how far missed words are.
type State string

// The states of missed words. Words that were given to an item are open again
// when a search misses them again.
const (
	Open      State = "open"      // nobody answered yet
	Given     State = "given"     // an item has them as everyday words
	Dismissed State = "dismissed" // set aside with a reason
)

// Label is the state in the words of officials.
func (s State) Label() string {
	switch s {
	case Given:
		return "已给事项"
	case Dismissed:
		return "不采用"
	default:
		return "待处理"
	}
}

// States lists the states in the order in which they are shown.
func States() []State { return []State{Open, Given, Dismissed} }

// The bounds of what is kept.
const (
	longest = 30  // characters of words that are counted
	perDay  = 500 // different words of one day
	inHand  = 2000
	keep    = 180 // days
	once    = 7   // days that words searched for only once are kept
	shown   = 2   // searches from which on words are shown
)

// Civil is the day of an instant in Asia/Shanghai, which has had no summer time
// since 1991.
func Civil(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*3600)).Format(time.DateOnly)
}

// before is the day so many days before another one.
func before(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return "" // before every day
	}
	return t.AddDate(0, 0, -n).Format(time.DateOnly)
}
