package portal

import (
	"net/url"
	"strconv"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/web/ui"
)

// itemHref is the permanent address of a power.
func itemHref(code string) string { return "/powers/" + url.PathEscape(code) }

// lawHref is the address of a law.
func lawHref(id sqldb.ID) string { return "/laws/" + id.String() }

// editionHref is the address of an edition.
func editionHref(no int) string { return "/editions/" + strconv.Itoa(no) }

func editionLink(no int) ui.Link {
	return ui.Link{Label: "第" + strconv.Itoa(no) + "版", Href: editionHref(no)}
}
