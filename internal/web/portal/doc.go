// Package portal is the public site (公众门户): search, the list, each power
// with its law, the departments, the law library, the editions and the figures
// of the reform. It only reads, and shows nothing that no edition lists except
// the counted rows of the figures pages.
package portal
