package portal

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/xuri/excelize/v2"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// exportBatch is how many rows are read at a time.
const exportBatch = 1000

// export sends exactly what the filter leaves as a workbook.
func (p *Portal) export(w http.ResponseWriter, r *http.Request) error {
	frame, c, err := p.begin(r, "权力清单", "/powers")
	if err != nil {
		return err
	}
	f, err := c.filter(r)
	if err != nil {
		return err
	}
	if c.Edition.ID.IsZero() {
		return errs.NotFoundf("还没有施行中的清单，无从导出")
	}
	s, err := p.selection(r.Context(), c, f)
	if err != nil {
		return err
	}
	body, err := p.workbook(r.Context(), s, f, frame.Site)
	if err != nil {
		return errs.Wrap("export", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="powers.xlsx"; filename*=UTF-8''%E6%9D%83%E5%8A%9B%E6%B8%85%E5%8D%95.xlsx`)
	h.Set("Cache-Control", "public, max-age=60")
	ui.Write(w, r, body)
	return nil
}

// workbook writes the rows with a heading that says what they are and, for a
// demonstration, that they are not official.
func (p *Portal) workbook(ctx context.Context, s selection, f filter, site ui.Site) ([]byte, error) {
	x := excelize.NewFile()
	defer x.Close()
	if err := x.SetSheetName("Sheet1", "权力清单"); err != nil {
		return nil, fmt.Errorf("name sheet: %w", err)
	}
	sw, err := x.NewStreamWriter("权力清单")
	if err != nil {
		return nil, fmt.Errorf("open sheet: %w", err)
	}
	if err := sheetHead(x, sw, s.cube, f, site); err != nil {
		return nil, err
	}
	line := 4
	for from := (cursor{}); ; {
		entries, err := p.read(ctx, s, f, from, false, exportBatch)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			if err := sw.SetRow(fmt.Sprintf("A%d", line), []any{e.Code, e.Name, e.Category, s.cube.name(e.Department), e.Level, e.Initiative}); err != nil {
				return nil, fmt.Errorf("row %d: %w", line, err)
			}
			line++
		}
		if len(entries) < exportBatch {
			break
		}
		from = f.place(entries[len(entries)-1])
	}
	if err := sw.Flush(); err != nil {
		return nil, fmt.Errorf("close sheet: %w", err)
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

func sheetHead(x *excelize.File, sw *excelize.StreamWriter, c *cube, f filter, site ui.Site) error {
	bold, err := x.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return fmt.Errorf("style: %w", err)
	}
	for i, width := range []float64{24, 56, 12, 28, 10, 10} {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return fmt.Errorf("column width: %w", err)
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: 3, TopLeftCell: "A4", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	note := site.Notice
	if note == "" {
		note = site.Sponsor
	}
	what := fmt.Sprintf("%s 权力清单第%d版（%s起施行），共%d项", site.Name, c.Edition.No, ui.Day(c.Edition.Effective), c.total(f))
	if f.narrowed() {
		what += "；筛选：" + c.describe(f)
	}
	head := []any{"事项编码", "事项名称", "权力类别", "实施机关", "行使层级", "启动方式"}
	for i, row := range [][]any{{note}, {what}, head} {
		if err := sw.SetRow(fmt.Sprintf("A%d", i+1), row, excelize.RowOpts{StyleID: bold}); err != nil {
			return fmt.Errorf("heading: %w", err)
		}
	}
	return nil
}

// describe says a filter in words.
func (c *cube) describe(f filter) string {
	s := ""
	for _, v := range []string{f.Words, f.Category, c.name(f.department), f.Level, f.Initiative} {
		if v != "" && s != "" {
			s += "，"
		}
		s += v
	}
	return s
}
