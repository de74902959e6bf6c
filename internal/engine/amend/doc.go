// Package amend tells what changed between two texts of one law, and what an
// amending act (修正案, 修改决定) changes.
//
// Compare matches the articles of two editions by their words and then by
// their numbers, so that the fate of a cited article can be told after the
// law was amended. ReadEffects reads an amending act into its single changes,
// and Apply carries those out that say exactly what to replace.
//
// Nothing is dropped in silence: every article of both editions has one fate,
// every instruction of an act is an Effect, and what cannot be carried out is
// a Remark.
package amend
