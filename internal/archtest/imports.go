package archtest

import (
	"go/ast"
	"sort"
	"strings"
)

// floors of the house, from the ground up. A room imports only from floors
// below its own.
var floors = map[string]int{
	"errs":     1,
	"engine":   2,
	"platform": 3,
	"registry": 4,
	"service":  5,
	"stage":    6,
	"demo":     7,
	"web":      8,
	"cli":      9,
	"cmd":      10,
}

// roomed floors have rooms; the others are one room each.
var roomed = map[string]bool{
	"engine": true, "platform": true, "registry": true, "service": true, "stage": true, "web": true,
}

// beside stands next to the house: only tests may import it.
var beside = map[string]bool{"testkit": true, "archtest": true, "bench": true}

// sameFloor lists the edges between rooms of one floor, each with its reason.
// An entry that nothing uses is a finding too.
var sameFloor = map[string]string{
	"engine/amend->engine/hanzi":       "articles are matched by the likeness of their words",
	"engine/amend->engine/lawtext":     "what changes is a law text in its tree",
	"engine/grant->engine/lawtext":     "what grants a power is an article of a law text",
	"engine/mask->engine/code":         "an identity number is told from other digits by its check character",
	"engine/match->engine/citation":    "items are aligned by the articles that they cite",
	"engine/match->engine/hanzi":       "names are alike by their bigrams",
	"service/impact->service/reading":  "handling a changed law is reading it",
	"service/consult->service/round":   "civil days are computed in one function",
	"engine/sheet->engine/lawtext":     "a CSV comes in the same encodings as a text of law: one decoder",
	"platform/job->platform/sqldb":     "how far long work came stands in the database, where its owner finds it",
	"platform/session->platform/sqldb": "sessions and proofs are rows, so that they end with the account",
	"registry/people->registry/org":    "an account belongs to a department",
	"registry/org->registry/power":     "a department that has powers ends only with a successor",
	"registry/power->registry/org":     "the use of a power is counted by the place in which it is exercised",
	"registry/people->registry/power":  "what a role may do depends on the state of a change",
	"platform/ledger->platform/sqldb":  "entries stand in the same transaction as what they record",
	"platform/search->platform/sqldb":  "the index stands in the same database, so that one backup holds both",
	"web->web/account":                 "the server hangs every area of pages under its paths",
	"web->web/admin":                   "the server hangs every area of pages under its paths",
	"web->web/audit":                   "the server hangs every area of pages under its paths",
	"web->web/desk":                    "the server hangs every area of pages under its paths",
	"web->web/staff":                   "the server puts the pages of staff behind the guard",
	"web/account->web/staff":           "signing in and out belongs to the frame of the staff pages",
	"web/account->web/ui":              "pages are made of the components in ui",
	"web/admin->web/staff":             "the frame and the guard of the staff pages",
	"web/admin->web/ui":                "pages are made of the components in ui",
	"web/audit->web/staff":             "the frame and the guard of the staff pages",
	"web/audit->web/ui":                "pages are made of the components in ui",
	"web/desk->web/staff":              "the frame and the guard of the staff pages",
	"web/desk->web/ui":                 "pages are made of the components in ui",
	"web/staff->web/ui":                "pages are made of the components in ui",
	"web->web/portal":                  "the server hangs every area of pages under its paths",
	"web->web/ui":                      "error pages wear the same frame",
	"web/portal->web/ui":               "pages are made of the components in ui",
}

// edges is the table of edges on one floor in use: it remembers which of its
// entries a file needed.
type edges struct {
	why  map[string]string
	used map[string]bool
}

func newEdges(why map[string]string) *edges { return &edges{why, map[string]bool{}} }

// allow says whether the table lists the edge, and remembers that it was asked.
func (e *edges) allow(from, to string) bool {
	edge := from + "->" + to
	e.used[edge] = true
	return e.why[edge] != ""
}

// unused gives the entries that no import and no query needed.
func (e *edges) unused() []finding {
	var out []finding
	for edge := range e.why {
		if !e.used[edge] {
			out = append(out, finding{"internal/archtest/imports.go", "sameFloor lists " + edge + ", which nothing imports or reads any more"})
		}
	}
	return out
}

// roomOf gives the room of a folder of the module: "registry/power", "cli",
// "cmd", "testkit"; "" outside the house.
func roomOf(dir string) string {
	parts := strings.Split(dir, "/")
	if parts[0] == "cmd" {
		return "cmd"
	}
	if parts[0] != "internal" || len(parts) < 2 {
		return ""
	}
	if roomed[parts[1]] && len(parts) > 2 {
		return parts[1] + "/" + parts[2]
	}
	return parts[1]
}

// floorOf gives the floor of a room, 0 if the house has no such floor.
func floorOf(room string) int {
	name, _, _ := strings.Cut(room, "/")
	return floors[name]
}

// checkImports holds every import inside the module to the floors and to the
// table of edges on one floor.
func checkImports(t *tree, e *edges) []finding {
	var out []finding
	for _, s := range t.gofs {
		if s.room == "" {
			continue
		}
		if floorOf(s.room) == 0 && !beside[s.room] {
			out = append(out, finding{s.path, "room " + s.room + " stands on no floor of the house"})
			continue
		}
		for _, im := range s.file.Imports {
			to, inside := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), t.module+"/")
			if !inside {
				continue
			}
			toRoom := roomOf(to)
			if why := refuseEdge(s, toRoom, e); why != "" {
				out = append(out, t.at(im.Pos(), "%s imports %s: %s", s.room, to, why))
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].pos < out[j].pos })
	return out
}

// refuseEdge says why a file may not import a room, "" if it may. Tests may
// lean on rooms of their own floor; nobody looks upwards.
func refuseEdge(s *source, to string, e *edges) string {
	from := s.room
	switch {
	case from == to:
		return ""
	case to == "archtest":
		return "archtest is imported by nobody"
	case from == "archtest":
		return "archtest reads sources, it imports no room"
	case beside[to]:
		if s.test {
			return ""
		}
		return to + " is for tests only"
	case beside[from]:
		return ""
	case floorOf(to) == 0:
		return to + " stands on no floor of the house"
	case floorOf(to) > floorOf(from):
		return "imports point downwards only"
	case floorOf(to) < floorOf(from):
		return ""
	case s.test:
		return ""
	case strings.HasPrefix(from, "stage/"):
		return "a stage never imports a stage; it moves the change"
	case e.allow(from, to):
		return ""
	default:
		return "an edge on one floor needs a reason in the table sameFloor (" + from + "->" + to + ")"
	}
}

// forbiddenImports keeps the lower floors free of what does not belong there:
// the engine is pure, and only the web floor speaks HTTP.
var forbiddenImports = map[string][]string{
	"engine":   {"database/sql", "net", "net/http", "os", "os/exec", "os/signal", "io/ioutil", "path/filepath", "log", "log/slog", "math/rand", "math/rand/v2", "crypto/rand", "syscall"},
	"registry": {"net/http", "html/template", "os", "os/exec"},
	"service":  {"net/http", "html/template", "os/exec"},
	"stage":    {"net/http", "html/template", "os/exec"},
	"web":      {"database/sql", "os/exec", "text/template"},
	"demo":     {"database/sql", "net/http"},
}

// clock names the functions of package time that read or wait on the clock.
var clock = map[string]bool{
	"Now": true, "Since": true, "Until": true, "After": true, "AfterFunc": true,
	"Sleep": true, "Tick": true, "NewTimer": true, "NewTicker": true,
}

// checkPurity holds product files to forbiddenImports, and the engine to no
// clock at all.
func checkPurity(t *tree) []finding {
	var out []finding
	for _, s := range t.product() {
		floor, _, _ := strings.Cut(s.room, "/")
		for _, im := range s.file.Imports {
			p := strings.Trim(im.Path.Value, `"`)
			for _, no := range forbiddenImports[floor] {
				if p == no {
					out = append(out, t.at(im.Pos(), "floor %s may not import %s", floor, p))
				}
			}
		}
		if floor == "engine" {
			out = append(out, clockUses(t, s, clock)...)
		}
	}
	return out
}

// clockUses finds calls and references time.X for the given X.
func clockUses(t *tree, s *source, names map[string]bool) []finding {
	var out []finding
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !names[sel.Sel.Name] {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" {
			out = append(out, t.at(sel.Pos(), "time.%s: the instant or day is a parameter here", sel.Sel.Name))
		}
		return true
	})
	return out
}
