package words

import (
	"context"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/words"
	"qingdan/internal/web/staff"
	"qingdan/internal/web/ui"
)

// Form is what somebody typed on the page of missed words.
type Form struct {
	Power, Text, Reason string
	Department          sqldb.ID
	Sure, AskSure       bool
	Failed              Fails
}

// Fails are the words beside the fields of a refused form.
type Fails struct{ Give, Word, Reason, Department string }

// OnePage is missed words with what can be done with them.
type OnePage struct {
	ui.Frame
	Miss        words.Miss
	Said        string // the words as they would be given
	Department  string
	Light       ui.Light
	Open        bool
	Look        string // what the person looked for among the items
	Offers      []Offer
	Departments []ui.Choice
	Form        Form
	Give        string
	Dismiss     string
	Direct      string
	Here        string
}

// find reads the missed words that an address names.
func (p *Words) find(r *http.Request, who *people.Who) (words.Miss, error) {
	id, err := staff.PathID(r, "id")
	if err != nil {
		return words.Miss{}, err
	}
	m, err := words.ByID(r.Context(), p.cfg.DB, id)
	if err != nil {
		return m, err
	}
	return m, who.MayOn(people.KeepWords, people.Target{Department: m.Department})
}

func (p *Words) one(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	m, err := p.find(r, who)
	if err != nil {
		return err
	}
	return p.showOne(w, r, who, http.StatusOK, m, Form{Text: spelling(m.Words)})
}

// spelling is how missed words are given: without blanks.
func spelling(s string) string {
	if text, err := power.CleanWord(s); err == nil {
		return text
	}
	return s
}

func (p *Words) showOne(w http.ResponseWriter, r *http.Request, who *people.Who, status int, m words.Miss, form Form) error {
	f, err := parseMissed(r, who)
	if err != nil {
		return err
	}
	look, err := ui.ParseWords(r.URL.Query().Get("look"))
	if err != nil {
		return err
	}
	all, n, err := p.departments(r.Context())
	if err != nil {
		return err
	}
	at := missedAt + "/" + m.ID.String()
	page := OnePage{Miss: m, Said: spelling(m.Words), Department: n.of(m.Department), Light: light(m.State), Open: m.State == words.Open, Look: look, Form: form,
		Give: f.at(at + "/give"), Dismiss: f.at(at + "/dismiss"), Direct: f.at(at + "/direct"), Here: at}
	if page.Frame, err = p.shell.Frame(r, who, "“"+m.Words+"”", Root, ui.Link{Label: title, Href: f.at(Root)}); err != nil {
		return err
	}
	typed := m.Words
	if look != "" {
		typed = look
	}
	if page.Offers, err = p.offers(r, who, typed, n); err != nil {
		return err
	}
	for _, d := range all {
		if d.ID != m.Department && d.ValidTo == "" {
			page.Departments = append(page.Departments, ui.Choice{Value: d.ID.String(), Label: d.Name, Selected: d.ID == form.Department})
		}
	}
	return p.shell.Show(w, r, status, p.pages, "one", page)
}

// act carries one act on missed words out, and shows their page again with what
// was typed when it is refused.
func (p *Words) act(w http.ResponseWriter, r *http.Request, who *people.Who, done string, read func(*Form) error,
	do func(ctx context.Context, tx *ledger.Tx, m words.Miss, f Form) error, fail func(*Form, error)) error {
	m, err := p.find(r, who)
	if err != nil {
		return err
	}
	if err := staff.ReadForm(w, r); err != nil {
		return err
	}
	form := Form{Text: spelling(m.Words)}
	if err = read(&form); err == nil {
		err = p.cfg.Ledger.Write(r.Context(), who.Actor(), func(ctx context.Context, tx *ledger.Tx) error { return do(ctx, tx, m, form) })
	}
	switch k := errs.KindOf(err); {
	case err == nil:
		f, err := parseMissed(r, who)
		if err != nil {
			return err
		}
		http.Redirect(w, r, f.with(Root, "done", done), http.StatusSeeOther)
		return nil
	case k != errs.Invalid && k != errs.Conflict:
		return err
	}
	fail(&form, err)
	status := errs.Status(err)
	if m, err = p.find(r, who); err != nil { // as it stands by now
		return err
	}
	return p.showOne(w, r, who, status, m, form)
}

// give gives missed words to an item.
func (p *Words) give(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return p.act(w, r, who, "given", func(f *Form) error {
		f.Power, f.Sure = staff.Typed(r, "power"), r.PostForm.Get("sure") != ""
		if s := staff.Typed(r, "word"); s != "" {
			f.Text = s
		}
		if f.Power == "" {
			return errs.Invalidf("没有选择事项").At("power").Fix("请从列出的事项中选一项，或者先查找事项")
		}
		return nil
	}, func(ctx context.Context, tx *ledger.Tx, m words.Miss, f Form) error {
		id, err := sqldb.ParseID(f.Power)
		if err != nil {
			return people.Unknown()
		}
		_, err = words.Give(ctx, tx, who, m.ID, power.NewWord{Power: id, Text: f.Text, Sure: f.Sure})
		return err
	}, func(f *Form, err error) {
		f.AskSure = staff.Place(err) == "sure"
		if staff.Place(err) == "word" {
			f.Failed.Word = staff.Words(err)
			return
		}
		f.Failed.Give = staff.Words(err)
	})
}

// dismiss sets missed words aside.
func (p *Words) dismiss(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return p.act(w, r, who, "dismissed", func(f *Form) error {
		f.Reason = staff.Typed(r, "reason")
		return nil
	}, func(ctx context.Context, tx *ledger.Tx, m words.Miss, f Form) error {
		return words.Dismiss(ctx, tx, who, m.ID, f.Reason)
	}, func(f *Form, err error) { f.Failed.Reason = staff.Words(err) })
}

// direct sends missed words to another department.
func (p *Words) direct(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	return p.act(w, r, who, "directed", func(f *Form) (err error) {
		if s := staff.Typed(r, "department"); s != "" {
			f.Department, err = sqldb.ParseID(s)
		}
		return err
	}, func(ctx context.Context, tx *ledger.Tx, m words.Miss, f Form) error {
		return words.Direct(ctx, tx, who, m.ID, f.Department)
	}, func(f *Form, err error) { f.Failed.Department = staff.Words(err) })
}
