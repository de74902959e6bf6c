package impact

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
)

// baseline is the text that a citation of a version rests on.
type baseline struct {
	document law.Document
	edition  law.Edition
	whole    bool             // the law is cited without an article
	cited    []lawtext.Number // articles of the edition that the citation names
	answered bool             // the department answered for this text
	gone     bool             // the department answered for the law being gone
	ahead    []sqldb.ID       // texts to come for which the department answered
	writing
}

// version follows one version and opens its tasks.
func (f *follower) version(ctx context.Context, v version) error {
	written := f.writings(v)
	var all []found
	for i, c := range v.refs {
		b, ok, err := f.baseline(v, c, written[i])
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		turns, err := f.turns(c, b)
		if err != nil {
			return err
		}
		if turns, err = f.named(v, c, b, turns); err != nil {
			return err
		}
		all = merge(all, turns)
	}
	for _, x := range all {
		if err := f.open(ctx, v, x); err != nil {
			return err
		}
	}
	return nil
}

// merge puts the reasons of a citation to those of the others by turn.
func merge(all, more []found) []found {
	for _, m := range more {
		i := slices.IndexFunc(all, func(x found) bool { return x.turn == m.turn })
		if i < 0 {
			all = append(all, m)
			continue
		}
		all[i].reasons = append(all[i].reasons, m.reasons...)
	}
	return all
}

// written follows a citation as its writer could: by the texts seen, on the day
// of writing, else on the day on which one of them begins that has the place.
// Where no text of the title was there yet, it rests on the first that came in,
// with all of that day: a library being filled is no change of law. It is false
// where the citation led nowhere: the checks say so (五对照/3).
func (f *follower) written(c cited, w writing) (law.Resolution, bool) {
	day, seen := civil(w.at), w.seen()
	res := f.history.Resolve(c.ref, day, seen)
	if res.State == law.TitleUnknown {
		first, ok := f.history.FirstSeen(c.ref.Law)
		if !ok {
			return res, false
		}
		day = civil(sqldb.FromMicros(first))
		seen = law.Until(endOf(day))
		res = f.history.Resolve(c.ref, max(day, civil(w.at)), seen)
	}
	if res.State == law.Ambiguous || res.Document.ID.IsZero() {
		return res, false
	}
	document := res.Document.ID
	for _, turn := range f.history.Turns(document, day, seen) {
		if leads(res) {
			break
		}
		res = f.history.Resolve(c.ref, turn, seen)
	}
	return res, leads(res)
}

// endOf is the last instant of a civil day of Asia/Shanghai, in microseconds UTC.
func endOf(day string) int64 {
	t, err := time.ParseInLocation(time.DateOnly, day, time.FixedZone("CST", 8*3600))
	if err != nil {
		return 0
	}
	return sqldb.Micros(t.AddDate(0, 0, 1)) - 1
}

// leads says whether a citation leads to a text in force.
func leads(res law.Resolution) bool { return res.State == law.Resolved || res.State == law.NoArticle }

// baseline finds the text that a citation rests on: the one that its writer saw
// in force, carried on to what the department answered for since.
func (f *follower) baseline(v version, c cited, w writing) (baseline, bool, error) {
	res, ok := f.written(c, w)
	if !ok {
		return baseline{}, false, nil
	}
	b := baseline{document: res.Document, edition: res.Edition, whole: res.State == law.NoArticle, writing: w}
	b.cited = f.history.Numbers(res.Edition.ID, res.Article, max(res.Article, res.To))
	for _, a := range f.answers[v.Power] {
		if a.document != res.Document.ID || !a.act.IsZero() || !a.answers(w.versions) {
			continue
		}
		if a.to.IsZero() {
			b.gone = true
			continue
		}
		to, _ := f.history.Edition(a.to)
		switch {
		case !a.newVersion.IsZero():
			in := f.history.ResolveIn(c.ref, a.to)
			if !leads(in) {
				return b, false, nil
			}
			b.edition, b.answered = in.Edition, true
			b.cited = f.history.Numbers(a.to, in.Article, max(in.Article, in.To))
		case !f.history.Stands(a.to):
		case to.Effective > f.today:
			b.ahead = append(b.ahead, a.to)
		default:
			cited, err := f.follows(b.edition.ID, a.to, b.cited)
			if err != nil {
				return b, false, err
			}
			b.edition, b.cited, b.answered = to, cited, true
		}
	}
	return b, true, nil
}

// turns finds what became of the baseline: today, and step by step on the days
// to come.
func (f *follower) turns(c cited, b baseline) ([]found, error) {
	var out []found
	add := func(t turn, rs []Reason) {
		if len(rs) > 0 {
			out = append(out, found{turn: t, title: b.document.Title, reasons: rs})
		}
	}
	now := f.stands(c, b, f.today)
	t, rs, err := f.present(c, b, now)
	if err != nil {
		return nil, err
	}
	add(t, rs)
	at, cited := now.Edition, b.cited
	if now.State != law.NoArticle {
		at = b.edition
	}
	if at.ID != b.edition.ID && later(b.edition, at) {
		at = b.edition
	} else if cited, err = f.follows(b.edition.ID, at.ID, cited); err != nil {
		return nil, err
	}
	for _, day := range f.history.Turns(b.document.ID, f.today, law.Standing) {
		next := f.stands(c, b, day)
		switch {
		case next.State == law.NotInForce && at.Effective <= day:
			add(turn{b.document.ID, at.ID, sqldb.ID{}, f.history.EndedBy(at.ID, law.Standing), Repealed, day}, []Reason{{Kind: LawRepealed, Old: number(c.ref)}})
			return out, nil
		case next.State != law.NoArticle || next.Edition.ID == at.ID || later(at, next.Edition):
			continue
		}
		rs, err := f.step(c, b, at, next.Edition, cited)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(b.ahead, next.Edition.ID) {
			add(turn{b.document.ID, at.ID, next.Edition.ID, next.Edition.ID, Amended, next.Edition.Effective}, rs)
		}
		if cited, err = f.follows(at.ID, next.Edition.ID, cited); err != nil {
			return nil, err
		}
		at = next.Edition
	}
	return out, nil
}

// stands gives the text of a law in force on a day. Where a second document has
// taken the title meanwhile, the citation goes on meaning the one it meant.
func (f *follower) stands(c cited, b baseline, day string) law.Resolution {
	res := f.history.Resolve(bare(c.ref), day, law.Standing)
	if res.State == law.Ambiguous {
		return f.history.ResolveOf(b.document.ID, day, law.Standing)
	}
	return res
}

// later says whether a text begins after another.
func later(a, b law.Edition) bool { return a.Effective > b.Effective }

// present compares the baseline with what is in force today.
func (f *follower) present(c cited, b baseline, now law.Resolution) (turn, []Reason, error) {
	t := turn{document: b.document.ID, from: b.edition.ID, day: f.today}
	stands := f.history.Stands(b.edition.ID)
	switch now.State {
	case law.TitleUnknown, law.NotInForce:
		if b.gone {
			return t, nil, nil
		}
		if stands && b.edition.Effective > f.today {
			return t, nil, nil // written for a text to come
		}
		if !stands {
			t.cause, t.kind, t.day = b.edition.ID, TakenOut, f.withdrawn(b.edition.ID)
			return t, []Reason{{Kind: TextOut, Old: number(c.ref)}}, nil
		}
		t.cause, t.kind = f.history.EndedBy(b.edition.ID, law.Standing), Repealed
		if e, ok := f.history.Edition(b.edition.ID); ok && e.Repealed != "" {
			t.day = e.Repealed
		}
		return t, []Reason{{Kind: LawRepealed, Old: number(c.ref)}}, nil
	}
	if now.Edition.ID == b.edition.ID || b.whole || stands && later(b.edition, now.Edition) {
		return t, nil, nil
	}
	t.to, t.cause, t.kind, t.day = now.Edition.ID, now.Edition.ID, Amended, now.Edition.Effective
	if !stands {
		t.cause, t.kind, t.day = b.edition.ID, TakenOut, f.withdrawn(b.edition.ID)
	}
	rs, err := f.step(c, b, b.edition, now.Edition, b.cited)
	return t, rs, err
}

// withdrawn is the day on which a text was withdrawn.
func (f *follower) withdrawn(edition sqldb.ID) string {
	return civil(sqldb.FromMicros(f.history.WithdrawnAt(edition)))
}

// step says what becomes of cited articles from one text to the next. Whoever
// wrote while the next text was already known, and not in force, may have cited
// either of them: the numbers alone do not tell, so a person is asked, unless the
// department has answered since.
func (f *follower) step(c cited, b baseline, from, to law.Edition, cited []lawtext.Number) ([]Reason, error) {
	rs, err := f.look.reasons(from.ID, to.ID, c.ref, cited)
	for i := range rs {
		rs[i].Citation = c.seq
		if !b.answered && rs[i].Kind == NumberMoved && f.history.SeenBy(to.ID, b.seen()) && civil(b.at) < to.Effective {
			rs[i].Kind, rs[i].Note = TextChanged, "写这一版时新文本已经公布、尚未施行，请确认所引的是哪个文本"
		}
	}
	return rs, err
}

// follows gives the numbers of cited articles in another text; what is not there
// falls out.
func (f *follower) follows(from, to sqldb.ID, cited []lawtext.Number) ([]lawtext.Number, error) {
	if from == to || len(cited) == 0 {
		return cited, nil
	}
	d, err := f.look.diff(from, to)
	if err != nil {
		return nil, err
	}
	var out []lawtext.Number
	for _, n := range cited {
		if m, ok := d.Match(n); ok && m.New != nil {
			out = append(out, m.New.Number)
		}
	}
	return out, nil
}

// named adds what amending acts say of the cited articles while their new text is
// not in the library: acts that came in after the citation was written, for which
// the department has not answered, and which no text in force carries out.
func (f *follower) named(v version, c cited, b baseline, turns []found) ([]found, error) {
	for _, t := range turns {
		for i := range t.reasons {
			t.reasons[i].Citation = c.seq
		}
	}
	for _, a := range f.acts {
		d, from, ok := f.history.Before(a.Effects[0].Title, a.Made)
		if !ok || d != b.document.ID || a.Presence.Seen(sqldb.Micros(b.at), b.id) || f.answeredAct(v, a, b) {
			continue
		}
		e, _ := f.history.Edition(from)
		carried := slices.ContainsFunc(turns, func(x found) bool { return x.kind == Amended && x.day >= a.Effective && x.day <= f.today })
		if later(b.edition, e) || carried {
			continue
		}
		cited, err := f.follows(b.edition.ID, from, b.cited)
		if err != nil {
			return nil, err
		}
		said, err := f.ordered(a, turn{document: d, from: from, cause: a.Edition, kind: Amending}, b, c, cited)
		if err != nil {
			return nil, err
		}
		turns = append(turns, said...)
	}
	return turns, nil
}

// ordered puts what an act says of articles together by the day from which it
// holds: clauses may have days of their own.
func (f *follower) ordered(a law.Act, t turn, b baseline, c cited, articles []lawtext.Number) ([]found, error) {
	text, err := f.look.text(t.from)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, n := range articles {
		e, ok := says(a, text, n)
		if !ok {
			continue
		}
		t.day = cmp.Or(e.Effective, a.Effective)
		r := Reason{Citation: c.seq, Kind: ActChanges, Old: n, New: e.NewNumber, Note: e.Words()}
		out = merge(out, []found{{turn: t, title: b.document.Title, reasons: []Reason{r}}})
	}
	return out, nil
}

// answeredAct says whether the department answered for an act already.
func (f *follower) answeredAct(v version, a law.Act, b baseline) bool {
	return slices.ContainsFunc(f.answers[v.Power], func(x answer) bool { return x.act == a.Edition && x.answers(b.versions) })
}

// says finds what an act says of an article of a text: of it by number, of words
// that it has when the act replaces them throughout, or something that was not
// understood and may be about any article.
func says(a law.Act, text *lawtext.Document, n lawtext.Number) (law.Effect, bool) {
	art, _ := text.Find(n)
	for _, e := range a.Effects {
		throughout := e.Article.N == 0 && e.Old != "" && strings.Contains(art.Text(), e.Old)
		if e.Article == n || e.Unread() || throughout {
			return e, true
		}
	}
	return law.Effect{}, false
}
