// Package portal is the public site (公众门户): search, the list, each power
// with its law, the departments, the law library, the editions, the figures of
// the reform, and what is put to the public before it is published. It only
// reads, but for what the public says (package consult), and shows nothing that
// no edition lists except the counted rows of the figures pages and the drafts
// of notices.
package portal
