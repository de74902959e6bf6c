package consult_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	"qingdan/internal/service/consult"
)

// book is what a clerk with a pencil would know of the comments of a notice.
type book struct {
	h      *house
	notice sqldb.ID
	codes  []string // of the receipts, in order
	ids    []sqldb.ID
	state  map[sqldb.ID]consult.State
	answer map[sqldb.ID]sqldb.ID
	texts  map[sqldb.ID]string
}

func (b *book) pick(t *rapid.T) consult.Comment {
	i := rapid.IntRange(0, len(b.ids)-1).Draw(t, "comment")
	c, err := consult.ByReceipt(b.h.ctx, b.h.db, b.codes[i])
	must(t, err)
	return b.h.again(t, c)
}

func (b *book) submit(t *rapid.T) {
	text := rapid.SampledFrom([]string{"请保留这一项", "请保留这一项！", "请取消这一项", "时限太长，请缩短", "材料太多了，能不能少一点", "材料太多了，能不能少一点。"}).Draw(t, "text")
	code := rapid.SampledFrom([]string{"W1", "W2", "R1", ""}).Draw(t, "power")
	r, err := b.h.send(b.notice, code, text)
	must(t, err)
	c, err := consult.ByReceipt(b.h.ctx, b.h.db, r.Code)
	must(t, err)
	b.codes, b.ids = append(b.codes, r.Code), append(b.ids, c.ID)
	b.state[c.ID], b.texts[c.ID] = consult.Waiting, text
}

// reply answers or corrects, alone or for the group, and lets the book follow.
func (b *book) reply(t *rapid.T) {
	c := b.pick(t)
	r := declined()
	r.Text += fmt.Sprint(len(b.ids))
	r.Group = rapid.Bool().Draw(t, "group")
	if rapid.Bool().Draw(t, "seen") {
		r.Seen = b.answer[c.ID]
	}
	id, err := b.h.answer(b.h.legal, c, r)
	if allowed := b.state[c.ID] != consult.Held && r.Seen == b.answer[c.ID]; (err == nil) != allowed {
		t.Fatalf("answering %s, which has %s, seen %s: %v", b.state[c.ID].Label(), b.answer[c.ID], r.Seen, err)
	}
	if err != nil {
		return
	}
	for _, x := range b.ids {
		other := b.h.again(t, consult.Comment{ID: x})
		switch {
		case !r.Seen.IsZero() && b.answer[x] == r.Seen:
		case r.Seen.IsZero() && x == c.ID, r.Seen.IsZero() && r.Group && other.Group == c.Group && b.state[x] == consult.Waiting:
			b.state[x] = consult.Answered
		default:
			continue
		}
		b.answer[x] = id
	}
}

func (b *book) turn(t *rapid.T) {
	c := b.pick(t)
	if b.state[c.ID] != consult.Held {
		must(t, b.h.hold(b.h.legal, c, consult.Astray, "与征求意见无关"))
		b.state[c.ID] = consult.Held
		return
	}
	must(t, b.h.release(b.h.legal, c, "经复核可以公开"))
	b.state[c.ID] = consult.Waiting
	if !b.answer[c.ID].IsZero() {
		b.state[c.ID] = consult.Answered
	}
}

// check holds what is stored against the book.
func (b *book) check(t *rapid.T) {
	all := b.h.public(t, consult.CommentQuery{Notice: b.notice})
	if len(all) != len(b.ids) {
		t.Fatalf("%d comments, want %d", len(all), len(b.ids))
	}
	led := map[sqldb.ID]bool{}
	for _, c := range b.h.public(t, consult.CommentQuery{Notice: b.notice, Firsts: true, State: consult.Waiting}) {
		if led[c.Group] = true; c.State != consult.Waiting {
			t.Fatal("what does not wait is listed as waiting")
		}
	}
	waiting := 0
	for _, c := range all {
		if c.State != b.state[c.ID] || c.Answer != b.answer[c.ID] {
			t.Fatalf("%s is %s by %s, want %s by %s", c.Shown, c.State.Label(), c.Answer, b.state[c.ID].Label(), b.answer[c.ID])
		}
		if raw, err := consult.Raw(b.h.ctx, b.h.db, b.h.legal, c); err != nil || raw != b.texts[c.ID] {
			t.Fatalf("it reads %q, want %q, %v", raw, b.texts[c.ID], err)
		}
		if c.State == consult.Waiting {
			waiting++
			if !led[c.Group] {
				t.Fatalf("%s waits and nothing of its group is listed", c.Shown)
			}
		}
	}
	if n := b.h.counts(t, b.notice); n.Waiting != waiting || n.All != len(all) || n.Waiting+n.Answered+n.Held != n.All {
		t.Fatalf("counts %+v of %d, %d waiting", n, len(all), waiting)
	}
	lines, err := consult.Entries(b.h.ctx, b.h.db, b.notice, consult.EntryQuery{Commented: true})
	must(t, err)
	said := len(b.h.public(t, consult.CommentQuery{Notice: b.notice, Whole: true}))
	for _, e := range lines {
		said += e.Comments
		if n := len(b.h.public(t, consult.CommentQuery{Notice: b.notice, Power: e.Power, State: consult.Waiting})); n != e.Unanswered || e.Comments == 0 {
			t.Fatalf("%s has %d of %d unanswered, %d wait", e.Code, e.Unanswered, e.Comments, n)
		}
	}
	if said != len(all) {
		t.Fatalf("the lines have %d comments, there are %d", said, len(all))
	}
	if todo, err := consult.Waits(b.h.ctx, b.h.db, b.h.legal.Scope(people.AnswerPublic)); err != nil || todo.Comments < waiting {
		t.Fatalf("%d are to be answered, %d wait, %v", todo.Comments, waiting, err)
	}
}

// gate: nothing of the draft may be published before each comment is answered or
// held back, and then it may.
func (b *book) gate(t *rapid.T) {
	ids := []sqldb.ID{b.h.powers["W1"].Change}
	waiting := b.h.counts(t, b.notice).Waiting
	if _, err := consult.Gate(b.h.ctx, b.h.db, "2026-03-11", ids); err == nil {
		t.Fatal("published on the last day")
	}
	if _, err := consult.Gate(b.h.ctx, b.h.db, "2026-03-12", ids); (err == nil) != (waiting == 0) {
		t.Fatalf("%d wait, and publishing says %v", waiting, err)
	}
	for _, c := range b.h.public(t, consult.CommentQuery{Notice: b.notice, State: consult.Waiting}) {
		if x := b.h.again(t, c); x.State == consult.Waiting {
			r := declined()
			r.Group = true
			_, err := b.h.answer(b.h.legal, x, r)
			must(t, err)
		}
	}
	p, err := consult.Gate(b.h.ctx, b.h.db, "2026-03-12", ids)
	if err != nil || p != (consult.Period{From: "2026-03-02", To: "2026-03-11"}) {
		t.Fatalf("all are answered, and publishing says %+v, %v", p, err)
	}
}

// tests:开门搞清单/1 开门搞清单/2
func TestRandomActsLoseNoCommentAndNoneIsPublishedOver(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		run := 0
		rapid.Check(t, func(t *rapid.T) {
			run++ // one more power to consult on, so that a notice can be opened again
			h.add(t, fmt.Sprint("X", run), h.water, power.Proposed)
			h.add(t, fmt.Sprint("Y", run), h.roads, power.Proposed)
			for code, name := range map[string]string{"W1": "X", "W2": "X", "R1": "Y"} {
				h.powers[code] = h.powers[fmt.Sprint(name, run)]
			}
			b := &book{h: h, notice: h.open(t), state: map[sqldb.ID]consult.State{}, answer: map[sqldb.ID]sqldb.ID{}, texts: map[sqldb.ID]string{}}
			b.submit(t)
			t.Repeat(map[string]func(*rapid.T){"submit": b.submit, "reply": b.reply, "turn": b.turn, "": b.check})
			b.gate(t)
		})
	})
}
