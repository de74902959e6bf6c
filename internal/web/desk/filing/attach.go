package filing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"qingdan/internal/errs"
	"qingdan/internal/platform/blob"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/document"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/staff"
)

// FileRow is one attachment.
type FileRow struct {
	Name, Href, Size, At string
	Remove               string // where the form goes that takes it away; "" where nobody may
}

// maxUpload leaves room for the heads around a file in its form.
const maxUpload = document.MaxSize + 64<<10

// files fills in the attachments of a power.
func (f *Filing) files(ctx context.Context, who *people.Who, page *PowerPage, c power.Change) error {
	all, err := document.List(ctx, f.cfg.DB, c.Power)
	if err != nil {
		return err
	}
	may := who.MayOn(people.FillPowers, people.Target{Department: c.Department, State: c.State}) == nil
	for _, a := range all {
		row := FileRow{Name: a.Name, Href: fileHref(a), Size: sizeWords(a.Size), At: minute(a.At)}
		if may {
			row.Remove = fileHref(a) + "/remove"
		}
		page.Files = append(page.Files, row)
	}
	if may {
		page.Attach = powerHref(c.Power) + "/attachments"
	}
	return nil
}

func fileHref(a document.Attachment) string { return filesPath + "/" + a.ID.String() }

func sizeWords(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", max(1, n>>10))
}

// accepted is what a file field takes, for the browser's dialogue.
func accepted() string { return strings.Join(document.Extensions(), ",") }

// openUpload opens the one file of a form without reading it. A body that says itself
// that it is too long is refused before a byte is read.
func openUpload(w http.ResponseWriter, r *http.Request, limit int64, words string) (name string, body io.Reader, err error) {
	tooLong := errs.TooLargef("文件超过 %s", words).Fix("请压缩或者拆分后再上传")
	if r.ContentLength > limit {
		w.Header().Set("Connection", "close") // what is still coming is not waited for
		return "", nil, tooLong
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, errs.Invalidf("没有收到文件").Fix("请选择文件后再上传").Because(err)
	}
	for {
		part, err := parts.NextPart()
		var long *http.MaxBytesError
		switch {
		case errors.As(err, &long):
			return "", nil, tooLong.Because(err)
		case err != nil:
			return "", nil, errs.Invalidf("没有收到文件").Fix("请选择文件后再上传").Because(err)
		}
		if part.FormName() != "file" {
			continue
		}
		if name = rawName(part.Header.Get("Content-Disposition")); name == "" {
			return "", nil, errs.Invalidf("没有选择文件").Fix("请选择文件后再上传")
		}
		return name, limited{part, tooLong}, nil
	}
}

// rawName is the name of a file as the browser sent it, with any path: what is to
// be made of it is for document.CleanName to say, which sees what was really sent.
func rawName(disposition string) string {
	_, rest, found := strings.Cut(disposition, `filename="`)
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, `"`)
	return strings.NewReplacer("%22", `"`, "%0D", "\r", "%0A", "\n").Replace(name)
}

// limited reads a file and words the limit for people.
type limited struct {
	r    io.Reader
	long *errs.Error
}

func (l limited) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	var long *http.MaxBytesError
	if errors.As(err, &long) {
		return n, l.long.Because(err)
	}
	return n, err
}

// attach takes in a file for a power.
func (f *Filing) attach(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	id, err := staff.PathID(r, "id")
	if err != nil {
		return err
	}
	c, err := f.change(ctx, who, people.FillPowers, id)
	if err != nil {
		return err
	}
	taken, now, err := f.take(w, r, who, c)
	if err == nil {
		who = now
		err = f.cfg.Ledger.Write(ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
			c, err := fillable(ctx, tx, who, id) // it may have gone up while the file came in
			if err != nil {
				return err
			}
			_, err = document.Attach(ctx, tx, c.Division, c.Power, c.Department, who.Account, taken)
			return err
		})
	}
	if err != nil {
		if !told(err) {
			return err
		}
		return f.showPower(w, r, who, errs.Status(err), refusals{file: errs.Message(err)})
	}
	http.Redirect(w, r, powerHref(id)+"?done=attached#files", http.StatusSeeOther)
	return nil
}

// fillable reads the change of a power as it stands now, and asks whether
// somebody may fill it in.
func fillable(ctx context.Context, r sqldb.Reader, who *people.Who, id sqldb.ID) (power.Change, error) {
	c, err := inventory.Current(ctx, r, id)
	if err != nil {
		return c, unknown(err)
	}
	return c, who.MayOn(people.FillPowers, people.Target{Department: c.Department, State: c.State})
}

// take reads the file of a form and stores it, if its sender may still attach it
// when it has come in and there is room for it. It gives the sender as of then.
func (f *Filing) take(w http.ResponseWriter, r *http.Request, who *people.Who, c power.Change) (document.Taken, *people.Who, error) {
	var none document.Taken
	if err := who.MayOn(people.FillPowers, people.Target{Department: c.Department, State: c.State}); err != nil {
		return none, nil, err
	}
	if err := f.room(r.Context(), c.Power); err != nil {
		return none, nil, err
	}
	name, body, err := openUpload(w, r, maxUpload, strconv.Itoa(document.MaxSize>>20)+" MB")
	if err != nil {
		return none, nil, err
	}
	in := &arrived{Store: f.cfg.Blobs, before: func(ctx context.Context) (err error) {
		if who, err = f.cfg.Shell.Again(r, people.FillPowers); err != nil {
			return err
		}
		if _, err = fillable(ctx, f.cfg.DB, who, c.Power); err != nil {
			return err
		}
		return f.room(ctx, c.Power)
	}}
	taken, err := document.Take(r.Context(), in, name, body)
	return taken, who, err
}

// room refuses a file for which a power has no room.
func (f *Filing) room(ctx context.Context, id sqldb.ID) error {
	all, err := document.List(ctx, f.cfg.DB, id)
	if err == nil && len(all) >= document.MaxOfSubject {
		return errs.Conflictf("附件已有 %d 个，不能再加", len(all)).Fix("请先删去不用的附件")
	}
	return err
}

// arrived is a store that asks once more when a whole file has come in, before it
// keeps it. What it is given must be in memory already.
type arrived struct {
	blob.Store
	before func(context.Context) error
}

// Put asks, then keeps.
func (a *arrived) Put(ctx context.Context, r io.Reader, limit int64) (blob.Digest, int64, error) {
	if err := a.before(ctx); err != nil {
		return blob.Digest{}, 0, err
	}
	return a.Store.Put(ctx, r, limit)
}

// attachment reads the attachment of an address for somebody.
func (f *Filing) attachment(r *http.Request, who *people.Who, a people.Action) (document.Attachment, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return document.Attachment{}, err
	}
	found, err := document.ByID(r.Context(), f.cfg.DB, id)
	if err != nil {
		return found, unknown(err)
	}
	return found, who.MayOn(a, people.Target{Department: found.Department})
}

// download hands out an attachment: to be kept, never to be shown by the browser
// as a page of this site.
func (f *Filing) download(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	a, err := f.attachment(r, who, people.SeePowers)
	if err != nil {
		return err
	}
	src, err := f.cfg.Blobs.Open(r.Context(), a.Digest)
	if err != nil {
		return errs.Wrap("attachment "+a.ID.String(), err)
	}
	defer src.Close()
	body, err := io.ReadAll(src) // at most document.MaxSize; a damaged file is never sent in part
	if err != nil {
		return errs.Wrap("attachment "+a.ID.String(), err)
	}
	h := w.Header()
	h.Set("Content-Type", a.Media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Content-Disposition", `attachment; filename="attachment"; filename*=UTF-8''`+url.PathEscape(a.Name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if r.Method != http.MethodHead {
		// The connection is the reader's; a failed write has nobody to tell.
		_, _ = w.Write(body)
	}
	return nil
}

// detach takes an attachment away.
func (f *Filing) detach(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	ctx := r.Context()
	a, err := f.attachment(r, who, people.FillPowers)
	if err != nil {
		return err
	}
	var gone error
	err = f.cfg.Ledger.Write(ctx, who.Actor(), func(ctx context.Context, tx *ledger.Tx) error {
		gone = nil
		c, err := fillable(ctx, tx, who, a.Subject)
		if err != nil {
			return err
		}
		gone = document.Remove(ctx, tx, c.Division, a)
		return gone
	})
	already := gone != nil && errs.KindOf(gone) == errs.Conflict // what was wanted is so
	if err != nil && !already {
		return err
	}
	http.Redirect(w, r, powerHref(a.Subject)+"?done=detached#files", http.StatusSeeOther)
	return nil
}
