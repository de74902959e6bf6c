// Package archtest holds the house to its plan: which room may import which,
// who may write which table, the habits of the code, and the rules of the
// reform each with code and test.
//
// Everything here reads sources only. A checker takes a tree and gives
// findings, so that each one is itself tested on small invented sources that
// break it (a checker that cannot fail proves nothing). The tests of this
// package then run the checkers over the whole module.
package archtest
