// Package demo makes the reference city: Liaocheng in 2014 with 70 units,
// 5,029 reported powers, 1,519 laws and 4,298 powers kept, as the files that
// the product's own commands import.
//
// The city's figures are the reform's; which powers went by which fate is this
// package's own invention (推演), since the reform's report does not say. All
// of it is demonstration data (演示数据，非官方数据).
//
// Order of reading: units.go (who), lawgen.go with grammar.go and
// lawclauses.go (invented laws and the powers they give) or real.go with
// extract.go and one file for each kind of clause: penalty.go, coercion.go,
// permit.go, grants.go, filing.go, seeds.go (the same from real texts; names.go
// and bodies.go say what a power is called and whose it is), judge.go, city.go
// with cuts.go and fates.go (what the city decides), elements.go and steps.go
// (the template's columns), books.go, decisions.go, mandates.go and lists.go
// (the files), load.go.
package demo
