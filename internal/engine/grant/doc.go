// Package grant reads what an article of law empowers (授权条款): which of the
// ten kinds of administrative powers it grants, to which kind of body, and how
// plainly.
//
// An article grants a power when it lets or bids a body of the administration
// act on citizens or organisations: license, punish, seal or seize, enforce,
// charge, pay, decide a dispute, certify, reward, inspect, order, take on file.
// An article that only puts a field under a kind of body (主管条款) counts as a
// grant of inspection that is not certain, since lists rest supervision on it.
// Duties between private persons, definitions, repeals, discipline of
// officials, crimes, what courts do, and what bodies do to one another grant
// nothing.
package grant
