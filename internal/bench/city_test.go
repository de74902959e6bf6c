package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"qingdan/internal/demo"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/org"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
)

var operator = ledger.Actor{ID: "bench", Name: "测量", Role: "操作员"}

// division is the city's code in GB/T 2260.
const division = "371500"

// city is a written demonstration city: its files by path.
type city struct {
	dir      string
	manifest *demo.Manifest
	books    []book // the reported powers, one workbook a department
}

type book struct {
	name string
	data []byte
}

// cities are the cities written so far, by the folder of their law texts.
var cities = map[string]*city{}

// theCity is the city of invented laws.
func theCity(b testing.TB) *city {
	b.Helper()
	return cityUnder(b, "")
}

// cityUnder is the city whose laws come from a folder of real texts, "" for
// invented ones; it is written once.
func cityUnder(b testing.TB, laws string) *city {
	b.Helper()
	if c, ok := cities[laws]; ok {
		return c
	}
	c := &city{dir: filepath.Join(scratch, fmt.Sprintf("city-%d", len(cities)))}
	var err error
	if c.manifest, err = demo.Write(context.Background(), c.dir, demo.Options{Laws: laws}); err != nil {
		b.Fatal(err)
	}
	for _, name := range c.files("powers") {
		c.books = append(c.books, book{filepath.Base(name), c.read(b, name)})
	}
	cities[laws] = c
	return c
}

// files lists the city's files of a role.
func (c *city) files(role string) []string {
	var out []string
	for _, f := range c.manifest.Files {
		if f.Role == role {
			out = append(out, f.Path)
		}
	}
	return out
}

func (c *city) read(b testing.TB, name string) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, name))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

func load(b testing.TB, l *ledger.Ledger, fn func(ctx context.Context, tx *ledger.Tx) error) {
	b.Helper()
	if err := l.Load(context.Background(), operator, fn); err != nil {
		b.Fatal(err)
	}
}

// found puts the places and departments into an empty house: what an import
// of powers needs.
func (c *city) found(b testing.TB, l *ledger.Ledger) {
	b.Helper()
	places, err := org.ReadDivisions(c.read(b, "divisions.csv"), "divisions.csv", "1949-10-01")
	if err != nil {
		b.Fatal(err)
	}
	departments, err := org.ReadDepartments(c.read(b, "departments.csv"), "departments.csv")
	if err != nil {
		b.Fatal(err)
	}
	load(b, l, func(ctx context.Context, tx *ledger.Tx) error {
		if _, err := org.AddDivisions(ctx, tx, places); err != nil {
			return err
		}
		for _, d := range departments {
			if _, err := org.AddDepartment(ctx, tx, d); err != nil {
				return err
			}
		}
		return nil
	})
}

// furnish adds what the checks compare with: mandates, catalogue, another
// place's list, the laws.
func (c *city) furnish(b testing.TB, l *ledger.Ledger) {
	b.Helper()
	mandates, err := org.ReadMandates(c.read(b, "mandates.csv"), "mandates.csv")
	if err != nil {
		b.Fatal(err)
	}
	load(b, l, func(ctx context.Context, tx *ledger.Tx) error { return org.AddMandateRows(ctx, tx, mandates) })
	for file, kind := range map[string]list.Kind{"catalogue.csv": list.Catalogue, "peer.csv": list.Peer} {
		items, err := list.ReadItems(c.read(b, file), file)
		if err != nil {
			b.Fatal(err)
		}
		load(b, l, func(ctx context.Context, tx *ledger.Tx) error {
			return list.AddItems(ctx, tx, list.List{Division: division, Kind: kind, Title: file}, items)
		})
	}
	for _, src := range c.laws(b) {
		enact(b, l, src)
	}
}

// laws reads the city's law texts.
func (c *city) laws(b testing.TB) []law.Source {
	b.Helper()
	var out []law.Source
	for _, name := range c.files("laws") {
		err := law.ReadSources(c.read(b, name), name, func(s law.Source, bad error) error {
			out = append(out, s)
			return bad
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	return out
}

// enact takes a law text into the library and gives its edition.
func enact(b testing.TB, l *ledger.Ledger, s law.Source) sqldb.ID {
	b.Helper()
	p, err := law.Read(s, "")
	if err != nil {
		b.Fatal(err)
	}
	a, err := law.Load(context.Background(), l, operator, p)
	if err != nil {
		b.Fatal(err)
	}
	return a.Edition
}

// take imports all workbooks as the command does and gives how many powers
// came in.
func (c *city) take(b testing.TB, db *sqldb.DB, l *ledger.Ledger) int {
	b.Helper()
	n := 0
	for _, w := range c.books {
		out, err := inventory.Import(context.Background(), l, db, operator, w.data,
			inventory.Options{File: w.name, Division: division, Origin: power.Reported, Day: c.manifest.CheckDay})
		if err != nil {
			b.Fatal(err)
		}
		n += out.Imported
	}
	return n
}

// row is a power of the city with its code and department.
type row struct {
	code, department string
	version          power.Version
}

// rows reads the powers of a house in the order of their codes.
func rows(b testing.TB, db *sqldb.DB) []row {
	b.Helper()
	ctx := context.Background()
	departments, err := org.Departments(ctx, db, division)
	if err != nil {
		b.Fatal(err)
	}
	name := map[sqldb.ID]string{}
	for _, d := range departments {
		name[d.ID] = d.Name
	}
	var out []row
	err = power.Versions(ctx, db, nil, func(code string, v power.Version) error {
		out = append(out, row{code, name[v.Department], v})
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return out
}

// places is how many invented names of places there are.
const places = 400

// place is the k-th of the invented names of places; what is done there is
// another power. The first is empty.
func place(k int) string {
	first, second := []rune("东西南北中上下新古长"), []rune("河山川湖原林桥泉庄岭")
	if k == 0 {
		return ""
	}
	n := len(first) * len(second)
	name := string(first[k%len(first)]) + string(second[k/len(first)%len(second)])
	return name + string([]rune("县区市镇")[k/n%4])
}

// TestPlacesDiffer holds the sizes to names that differ.
func TestPlacesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for k := range places {
		if seen[place(k)] {
			t.Fatalf("place %d is a second %s", k, place(k))
		}
		seen[place(k)] = true
	}
	if bytes.Contains([]byte(place(places-1)), []byte{0}) {
		t.Error("a name of no characters")
	}
}
