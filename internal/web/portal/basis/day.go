package basis

import (
	"context"

	"qingdan/internal/engine/citation"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// Line is one citation with where it led on a day, as an extract has it: the
// names and the order of the fields are part of its canonical form. Law, Made
// and Effective are of the text in force then; Text holds the words at the
// cited place and is empty where the citation led to none. Where the law had
// changed by then, Change says how, and Text is of the article that the
// citation was written for, whatever its number was on the day.
type Line struct {
	Citation  string `json:"citation"`
	State     string `json:"state"`
	Law       string `json:"law"`
	Made      string `json:"made"`
	Effective string `json:"effective"`
	Text      string `json:"text"`
	Change    string `json:"change,omitempty"`
}

// Lead is a line with what leads from it to other pages.
type Lead struct {
	Line
	Light ui.Light
	Place law.Resolution
	Event sqldb.ID // the change of law; zero when Change is empty
}

// On follows the citations of a version of a power on a day, in their order.
func On(ctx context.Context, r sqldb.Reader, power, version sqldb.ID, day string) ([]Lead, error) {
	all, err := readCites(ctx, r, version)
	if err != nil {
		return nil, err
	}
	tasks, err := Tasks(ctx, r, power)
	if err != nil {
		return nil, err
	}
	shifts, err := readShifts(ctx, r, tasks, version, day)
	if err != nil {
		return nil, err
	}
	lib, err := law.ReadTitles(ctx, r, titleKeys(all))
	if err != nil {
		return nil, err
	}
	out := make([]Lead, len(all))
	for i, c := range all {
		out[i] = lead(lib, c.Ref, day)
		if s, ok := shifts[i+1]; ok {
			if out[i], err = s.lead(lib, c.Ref, day); err != nil {
				return nil, errs.Wrap("change of "+c.Ref.Law, err)
			}
		}
	}
	return out, nil
}

// lead follows a citation on a day by its number.
func lead(lib *law.Library, ref citation.Ref, day string) Lead {
	res := lib.Resolve(ref, day)
	out := Lead{Line: Line{Citation: ref.String(), State: stateOn(res.State), Text: lib.Place(ref, res)}, Place: res}
	out.Light = ui.Light{Tone: lightOf(res.State).Tone, Word: out.State}
	if res.State == law.Resolved || res.State == law.NoArticle || res.State == law.ArticleMissing {
		out.Law, out.Made, out.Effective = res.Edition.Title, res.Edition.Made, res.Edition.Effective
	}
	return out
}

// lead follows a citation on a day to the article that it was written for.
func (s shift) lead(lib *law.Library, ref citation.Ref, day string) (Lead, error) {
	now, found, err := s.renumber(lib, ref, day)
	if err != nil {
		return Lead{}, err
	}
	out := lead(lib, now, day)
	switch _, stands := lib.Edition(s.event.From); {
	case !stands:
		out = Lead{Light: withdrawn()}
	case !found:
		out.Text, out.Light = "", ui.Light{Tone: "bad", Word: "当日文本已删去这一条"}
	case now.String() != ref.String() && out.Place.State == law.Resolved:
		out.Light = ui.Light{Tone: "warn", Word: "当日条号已变动"}
	}
	out.Citation, out.State, out.Change, out.Event = ref.String(), out.Light.Word, ui.Day(s.event.Day)+"起，"+s.words(), s.event.ID
	return out, nil
}

// stateOn is the word for a citation's state on a day.
func stateOn(s law.State) string {
	switch s {
	case law.Resolved:
		return "当日有效"
	case law.ArticleMissing:
		return "当日文本中没有这一条"
	case law.NotInForce:
		return "当日未施行或已废止"
	default:
		return s.Label()
	}
}
