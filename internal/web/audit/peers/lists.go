package peers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"

	"qingdan/internal/engine/code"
	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/list"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/peer"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// ListRow is one list of another place.
type ListRow struct {
	Title, Href, Imported string
	Items, Matched        int
	Share                 string // of the items that are one of ours, in per cent
	Aligned               string // when; "" before the first time
	Stale                 bool
	Open, Answered        int
	Bar                   ui.Bar // answered of all
}

// ListsPage shows the lists and takes one in.
type ListsPage struct {
	ui.Frame
	Rows []ListRow
	Form UploadForm
}

// UploadForm is a list to be taken in.
type UploadForm struct {
	Title, Division string
	Renewing        []ui.Choice // lists that a new state may take the place of
	Failed          UploadFails
	Flaws           []Flaw // lines of the file that are wrong, the first ones
	MoreFlaws       int
	Items           int // lines of the file
}

// UploadFails are the words beside the fields of a refused form.
type UploadFails struct{ All, Title, Division, File string }

func (f UploadFails) any() bool { return f != UploadFails{} }

// Flaw is one wrong line of a file.
type Flaw struct{ Cell, Problem, Mend string }

// shownFlaws is how many wrong lines the page shows.
const shownFlaws = 100

func (p *Peers) lists(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return p.showLists(w, r, who, http.StatusOK, UploadForm{}, sqldb.ID{})
}

// showLists answers with the lists and a form as somebody filled it in.
func (p *Peers) showLists(w http.ResponseWriter, r *http.Request, who *people.Who, status int, form UploadForm, renews sqldb.ID) error {
	frame, err := p.shell.Frame(r, who, title, Root)
	if err != nil {
		return err
	}
	all, err := peer.Lists(r.Context(), p.cfg.DB, scope(who))
	if err != nil {
		return err
	}
	page := ListsPage{Frame: frame, Form: form}
	for _, l := range all {
		page.Rows = append(page.Rows, listRow(l))
		page.Form.Renewing = append(page.Form.Renewing, ui.Choice{Value: l.ID.String(), Label: l.Title, Selected: l.ID == renews})
	}
	return p.shell.Show(w, r, status, p.pages, "lists", page)
}

func listRow(l peer.Loaded) ListRow {
	row := ListRow{Title: l.Title, Href: listHref(l.ID), Imported: minute(l.Imported), Items: l.Items, Open: l.Open, Answered: l.Answered,
		Bar: ui.NewBar(l.Answered, l.Open+l.Answered, "keep")}
	if l.Run != nil {
		row.Aligned, row.Stale, row.Matched = minute(l.Run.At), l.Run.Stale, l.Run.Matched
		row.Share = share(l.Run.Matched, l.Run.Items)
	}
	return row
}

// share is n of all in per cent.
func share(n, all int) string {
	if all == 0 {
		return "—"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(all))
}

// maxUpload bounds a file: the list of a province's city with 6,000 items and
// its articles quoted in full has some 10 MB.
const maxUpload = 20 << 20

// upload takes a list in and aligns it, or shows the form again with what is
// wrong.
func (p *Peers) upload(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	body, file, err := readUpload(w, r)
	// What was not read is not asked for either: FormValue would read it.
	form := UploadForm{Title: staff.Tidy(r.PostForm.Get("title")), Division: staff.Tidy(r.PostForm.Get("division"))}
	renews, idErr := sqldb.ParseID(r.PostForm.Get("list"))
	if err != nil {
		form.Failed.File = staff.Words(err)
		return p.showLists(w, r, who, errs.Status(err), form, renews)
	}
	place := list.List{Division: form.Division, Title: form.Title}
	if idErr == nil {
		known, err := peer.ListByID(r.Context(), p.cfg.DB, renews, scope(who))
		if err != nil {
			return err
		}
		place = known.List
	}
	items := form.check(place, body, file)
	if idErr != nil {
		if err := p.notThere(r.Context(), who, place, &form); err != nil {
			return err
		}
	}
	if form.Failed.any() || len(form.Flaws) > 0 {
		return p.showLists(w, r, who, http.StatusBadRequest, form, renews)
	}
	var id sqldb.ID
	err = p.cfg.Ledger.Load(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) (err error) {
		id, _, err = peer.Import(ctx, tx, who, place.Division, place.Title, file, items)
		return err
	})
	if errs.KindOf(err) == errs.Invalid && err != nil {
		form.Failed.All = staff.Words(err)
		return p.showLists(w, r, who, http.StatusBadRequest, form, renews)
	}
	if err != nil {
		return err
	}
	if _, err := peer.Align(r.Context(), p.cfg.DB, id, p.cfg.Clock()); err != nil {
		return err
	}
	http.Redirect(w, r, listHref(id)+"?done=loaded", http.StatusSeeOther)
	return nil
}

// notThere refuses a new list under the name of one that is loaded: it would take
// its place unasked.
func (p *Peers) notThere(ctx context.Context, who *people.Who, place list.List, form *UploadForm) error {
	all, err := peer.Lists(ctx, p.cfg.DB, scope(who))
	for _, l := range all {
		if l.Title == strings.Join(strings.Fields(place.Title), " ") && l.Division == place.Division {
			form.Failed.Title = "已经导入过这个名称的清单。要更新它，请在“导入为”里选择；是另一份，请换一个名称"
		}
	}
	return err
}

// check holds a form against what a list needs and reads the file. What is wrong
// stands in the form.
func (f *UploadForm) check(place list.List, body []byte, file string) []list.Item {
	if strings.TrimSpace(place.Title) == "" {
		f.Failed.Title = "没有写清单名称。请写明是哪个地方、哪一份清单"
	}
	if place.Division != "" {
		if _, err := code.CheckDivision(place.Division); err != nil {
			f.Failed.Division = staff.Words(err)
		}
	}
	items, wrong, err := list.CheckItems(body, file)
	if err != nil {
		f.Failed.File = staff.Words(err)
		return nil
	}
	f.Items = len(items)
	for _, e := range wrong[:min(len(wrong), shownFlaws)] {
		f.Flaws = append(f.Flaws, Flaw{e.Place, e.Msg, e.Mend})
	}
	f.MoreFlaws = len(wrong) - len(f.Flaws)
	return items
}

// readUpload reads a form with one file of a bounded size. A file over the bound
// is refused without being read to its end.
func readUpload(w http.ResponseWriter, r *http.Request) ([]byte, string, error) {
	tooLarge := errs.TooLargef("文件超过 %d 兆", maxUpload>>20).Fix("请删去图片和多余的工作表，或者拆成几个文件")
	if r.ContentLength > maxUpload+staff.MaxForm {
		return nil, "", tooLarge
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxUpload+staff.MaxForm)
	var long *http.MaxBytesError
	if err := r.ParseMultipartForm(maxUpload); errors.As(err, &long) {
		return nil, "", tooLarge.Because(err)
	} else if err != nil {
		return nil, "", errs.Invalidf("提交的内容读不出来").Fix("请刷新页面后重新选择文件").Because(err)
	}
	defer r.MultipartForm.RemoveAll() // temporary files only
	f, head, err := r.FormFile("file")
	if err != nil {
		return nil, "", errs.Invalidf("没有选择文件").Fix("请选择 .xlsx 或者 .csv 文件").Because(err)
	}
	defer f.Close()
	if head.Size > maxUpload {
		return nil, "", tooLarge
	}
	body, err := io.ReadAll(f)
	return body, fileName(head.Filename), errs.Wrap("read upload", err)
}

// fileName is the last part of a name, of whatever system, without controls.
func fileName(s string) string {
	s = path.Base(strings.ReplaceAll(staff.Tidy(s), `\`, "/"))
	if r := []rune(s); len(r) > 100 {
		s = string(r[:100])
	}
	return s
}

// align holds a list against ours anew.
func (p *Peers) align(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	l, err := p.list(r, who)
	if err != nil {
		return err
	}
	if _, err := peer.Align(r.Context(), p.cfg.DB, l.ID, p.cfg.Clock()); err != nil {
		return err
	}
	http.Redirect(w, r, listHref(l.ID)+"?done=aligned", http.StatusSeeOther)
	return nil
}
