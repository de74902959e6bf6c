package portal

import (
	"net/url"
	"strconv"

	"qingdan/internal/web/ui"
)

// itemHref is the permanent address of a power.
func itemHref(code string) string { return "/powers/" + url.PathEscape(code) }

// editionHref is the address of an edition.
func editionHref(no int) string { return "/editions/" + strconv.Itoa(no) }

func editionLink(no int) ui.Link {
	return ui.Link{Label: "第" + strconv.Itoa(no) + "版", Href: editionHref(no)}
}
