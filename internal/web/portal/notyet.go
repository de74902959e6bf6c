package portal

import (
	"context"

	"qingdan/internal/web/portal/figures"
	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// NotYet says, before the first edition, how far the list is and where to look
// meanwhile. What there is nothing of is left out.
type NotYet struct {
	Reported figures.Cell
	Lacking  figures.Cell
	Laws     figures.Cell
	Hotline  string
}

// notYet gathers what there is before the first edition.
func (p *Portal) notYet(ctx context.Context, c *cube, site ui.Site) (NotYet, error) {
	n := NotYet{Hotline: site.Hotline}
	tallies, err := p.figures.Tallies(ctx)
	if err != nil {
		return n, err
	}
	n.Reported = figures.Cell{N: tallies.Whole().In(), Href: figures.Path}
	g, err := p.figures.Gaps(ctx)
	if err != nil {
		return n, err
	}
	n.Lacking = g.Whole()
	laws, err := p.library.Count(ctx, c.list())
	n.Laws = figures.Cell{N: laws, Href: library.LawsPath}
	return n, err
}
