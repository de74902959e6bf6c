package portal

import (
	"context"

	"qingdan/internal/web/portal/library"
	"qingdan/internal/web/ui"
)

// NotYet says, before the first edition, how far the list is and where to look
// meanwhile. What there is nothing of is left out.
type NotYet struct {
	Reported Cell
	Lacking  Cell
	Laws     Cell
	Hotline  string
}

// notYet gathers what there is before the first edition.
func (p *Portal) notYet(ctx context.Context, c *cube, site ui.Site) (NotYet, error) {
	n := NotYet{Hotline: site.Hotline}
	tallies, err := p.tallies(ctx)
	if err != nil {
		return n, err
	}
	whole := balanceOf(tallies, "", nil, everything)
	n.Reported = Cell{whole.In(), "/figures"}
	g, err := p.gaps(ctx)
	if err != nil {
		return n, err
	}
	n.Lacking = Cell{g.total, gapsPath}
	laws, err := p.library.Count(ctx, c.list())
	n.Laws = Cell{laws, library.LawsPath}
	return n, err
}
