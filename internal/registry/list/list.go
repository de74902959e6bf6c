// Package list keeps the lists and their editions (清单的版次), and the lists
// of others that ours are held against: approval catalogues (审批目录) and the
// lists of other places.
package list

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"

	"qingdan/internal/platform/sqldb"
)

// Kind is the kind of a list.
type Kind string

// The kinds of lists.
const (
	Powers    Kind = "power"     // 行政权力清单, ours
	Catalogue Kind = "catalogue" // 行政审批事项目录, to check against (五对照/2)
	Peer      Kind = "peer"      // 其他地方的清单, to compare with (五对照/5)
)

// List is a list under one title.
type List struct {
	ID       sqldb.ID
	Division string
	Kind     Kind
	Title    string
}

// Edition is one published wording of our list. It is in force from Effective
// until the next edition is.
type Edition struct {
	ID            sqldb.ID
	List          sqldb.ID
	No            int
	Title         string
	Effective     string // day
	Approval      string // number of the government's approval (批准文号)
	ConsultedFrom string // days of the public consultation (征求意见)
	ConsultedTo   string
	Published     time.Time
	Entries       int
	Digest        [32]byte
}

// Entry is one power in an edition, in the version that the edition lists.
type Entry struct {
	Power, Version, Department sqldb.ID
	Code, Name, Category       string
	Level, Initiative          string
	OrderKey                   string
	VersionDigest              [32]byte
}

// ChangeKind says what an edition did to a power.
type ChangeKind string

// What an edition does to a power, against the edition before.
const (
	AddedTo     ChangeKind = "新增"
	AmendedIn   ChangeKind = "修改"
	RemovedFrom ChangeKind = "移出"
)

// Change is one line of the change list of an edition (变更公告).
type Change struct {
	Power    sqldb.ID
	Kind     ChangeKind
	Old, New sqldb.ID // versions, zero where there is none
}

// Item is one line of somebody else's list.
type Item struct {
	Code, Name, Department, Category, Basis string
	Level                                   string // 行使层级, where the list says it
	Seq                                     int    // its place in the list, from 1; set when it is read back
}

// Digest is SHA-256 over the entries' codes and version digests in the order
// of the codes, whatever order they come in, one per line: whoever holds the
// published list can compute it.
func Digest(entries []Entry) [32]byte {
	byCode := slices.SortedFunc(slices.Values(entries), func(a, b Entry) int { return strings.Compare(a.Code, b.Code) })
	h := sha256.New()
	for _, e := range byCode {
		io.WriteString(h, e.Code+" "+hex.EncodeToString(e.VersionDigest[:])+"\n")
	}
	return [32]byte(h.Sum(nil))
}

// Compare makes the change list from the edition before (which may be empty)
// to the next. Both are by power.
func Compare(before, next map[sqldb.ID]sqldb.ID, order []sqldb.ID) []Change {
	var out []Change
	for _, p := range order {
		o, was := before[p]
		n, is := next[p]
		switch {
		case is && !was:
			out = append(out, Change{Power: p, Kind: AddedTo, New: n})
		case is && o != n:
			out = append(out, Change{Power: p, Kind: AmendedIn, Old: o, New: n})
		case was && !is:
			out = append(out, Change{Power: p, Kind: RemovedFrom, Old: o})
		}
	}
	return out
}
