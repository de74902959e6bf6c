package basis

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"qingdan/internal/engine/amend"
	"qingdan/internal/engine/citation"
	"qingdan/internal/engine/lawtext"
	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/impact"
)

// shift is what a change of law made of one citation: from then on its number
// need not lead to the words it was written for.
type shift struct {
	event   event
	task    impact.Task
	reasons []impact.Reason // of this citation
}

// powerTasks bounds the tasks that are read of one power: every change of
// every law it cites opened one.
const powerTasks = 1000

// Tasks reads the tasks of a power, whatever their state.
func Tasks(ctx context.Context, r sqldb.Reader, power sqldb.ID) ([]impact.Task, error) {
	return impact.Tasks(ctx, r, impact.Query{Power: power, Limit: powerTasks})
}

// readShifts gives, by the number of the citation from 1, what the changes of
// law that hold on a day made of the citations of a version, with the tasks of
// its power. While a later wording is on its way the tasks hang on that one,
// and go on concerning a citation that both have.
func readShifts(ctx context.Context, r sqldb.Reader, tasks []impact.Task, version sqldb.ID, day string) (map[int]shift, error) {
	if len(tasks) == 0 {
		return nil, nil
	}
	var wordings []power.Written
	take := func(w power.Written) { wordings = append(wordings, w) }
	if err := power.Wordings(ctx, r, []sqldb.ID{tasks[0].Power}, take); err != nil {
		return nil, err
	}
	events, err := readEvents(ctx, r, tasks[0].Power)
	if err != nil {
		return nil, err
	}
	return standing(wordings, inOrder(tasks, events, day), version), nil
}

// standing gives, of the changes in their order, the one that stands for each
// citation of a version: the first that is not settled, else the last.
func standing(wordings []power.Written, changes []shift, version sqldb.ID) map[int]shift {
	out := map[int]shift{}
	for _, s := range changes {
		for _, w := range s.task.Reasons {
			for _, seq := range concerned(wordings, s.task, w.Citation, version) {
				x, ok := out[seq]
				switch {
				case ok && x.task.ID == s.task.ID:
					x.reasons = append(x.reasons, w)
				case ok && x.pending():
					continue
				default:
					x = shift{s.event, s.task, []impact.Reason{w}}
				}
				out[seq] = x
			}
		}
	}
	return out
}

// inOrder puts the tasks to their events, the earliest change first. Those to
// come by the day are left out, those that a text taken in by mistake opened,
// and those about a higher law that leave the cited one as it is.
func inOrder(tasks []impact.Task, events map[sqldb.ID]event, day string) []shift {
	var out []shift
	for _, t := range tasks {
		e := events[t.Event]
		if e.Day <= day && e.Kind != impact.Covering && t.Outcome != impact.Mistaken {
			out = append(out, shift{event: e, task: t})
		}
	}
	slices.SortFunc(out, func(a, b shift) int {
		return cmp.Or(strings.Compare(a.event.Day, b.event.Day), slices.Compare(a.task.ID[:], b.task.ID[:]))
	})
	return out
}

// pending says whether the citation still rests on the old text: nobody has
// answered yet, or the answer is not in the list.
func (s shift) pending() bool {
	return s.task.State == impact.Open || s.task.Outcome == impact.NewVersion || s.task.Outcome == impact.Cancelling
}

// concerned gives the citations of a version that a task asks about by a
// citation of its own version: the same one in every wording between the two.
// A version written in answer to the task is not concerned.
func concerned(wordings []power.Written, t impact.Task, seq int, version sqldb.ID) []int {
	at := func(id sqldb.ID) int {
		return slices.IndexFunc(wordings, func(w power.Written) bool { return w.Version == id })
	}
	asked, shown := at(t.Version), at(version)
	if asked < 0 || shown < 0 || seq < 1 || seq > len(wordings[asked].Refs) {
		return nil
	}
	if n := at(t.NewVersion); n >= 0 && shown >= n {
		return nil
	}
	ref := wordings[asked].Refs[seq-1].String()
	var out []int
	for _, w := range wordings[min(asked, shown) : max(asked, shown)+1] {
		same := []int{}
		for i, r := range w.Refs {
			if r.String() == ref {
				same = append(same, i+1)
			}
		}
		if len(same) == 0 {
			return nil
		}
		if w.Version == version {
			out = same
		}
	}
	return out
}

// words says what became of the citation, each reason once: 第五十条 → 第五十一条，仅条号变动.
func (s shift) words() string {
	var out []string
	for _, r := range s.reasons {
		if w := r.Words(); !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, "；")
}

// stays says that the department holds the citation to be unaffected, and that
// its number leads to the article it was written for.
func (s shift) stays() bool {
	return s.task.Outcome == impact.Unchanged && !slices.ContainsFunc(s.reasons, func(r impact.Reason) bool {
		return r.New != r.Old && r.Kind != impact.ActChanges
	})
}

// titleKeys lists what law.ReadTitles needs to follow citations.
func titleKeys(cited []cite) []string {
	keys := make([]string, len(cited))
	for i, b := range cited {
		keys[i] = citation.NormalizeTitle(b.Ref.Law)
	}
	return keys
}

// renumber writes a citation as the text in force on a day numbers the article
// that it was written for. It is false when that text has no such article, or
// the one that the citation was written for was withdrawn.
func (s shift) renumber(lib *law.Library, ref citation.Ref, day string) (citation.Ref, bool, error) {
	now := lib.Resolve(citation.Ref{Law: ref.Law}, day)
	from, stands := lib.Edition(s.event.From)
	switch {
	case !stands:
		return ref, false, nil
	case now.State != law.NoArticle || now.Edition.ID == from.ID || ref.Article == 0:
		return ref, true, nil
	}
	older, err := lib.Articles(from.ID)
	if err != nil {
		return ref, false, err
	}
	newer, err := lib.Articles(now.Edition.ID)
	if err != nil {
		return ref, false, errs.Wrap("text in force of "+ref.Law, err)
	}
	d := amend.Compare(older, newer)
	m, ok := d.Match(lawtext.Number{N: ref.Article, Sub: ref.ArticleSub})
	if !ok || m.New == nil {
		return ref, false, nil
	}
	ref.Article, ref.ArticleSub = m.New.Number.N, m.New.Number.Sub
	if ref.To != nil && ref.To.Article > 0 {
		end := *ref.To
		if m, ok = d.Match(lawtext.Number{N: end.Article, Sub: end.ArticleSub}); !ok || m.New == nil {
			return ref, false, nil
		}
		end.Article, end.ArticleSub = m.New.Number.N, m.New.Number.Sub
		ref.To = &end
	}
	return ref, true, nil
}
