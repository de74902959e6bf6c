package consult_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
	"qingdan/internal/service/consult"
)

// atOnce runs things at the same time and gives their errors.
func atOnce(n int, fn func(i int) error) []error {
	out := make([]error, n)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		wg.Go(func() {
			<-start
			out[i] = fn(i)
		})
	}
	close(start)
	wg.Wait()
	return out
}

// oneWins fails unless exactly one got through and the others met a Conflict.
func oneWins(t *testing.T, all []error) {
	t.Helper()
	won := 0
	for _, err := range all {
		if err == nil {
			won++
		} else if errs.KindOf(err) != errs.Conflict {
			t.Errorf("got %v, want a conflict", err)
		}
	}
	if won != 1 {
		t.Errorf("%d got through, want one: %v", won, errors.Join(all...))
	}
}

// tests:开门搞清单/2
func TestOfTwoAnswersAtOnceOneIsTooLate(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		for i := range 4 {
			c := h.comment(t, id, "W1", fmt.Sprint("第几条意见呢 ", i))
			people := []*people.Who{h.clerk, h.head, h.legal, h.clerk}
			oneWins(t, atOnce(4, func(i int) error { _, err := h.answer(people[i], c, declined()); return err }))
			given, err := consult.AnswersTo(h.ctx, h.db, h.again(t, c))
			must(t, err)
			if len(given) != 1 {
				t.Errorf("%d answers stand", len(given))
			}
		}
	})
}

func TestAnsweringAndHoldingBackAtOnceLoseNothing(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		for i := range 4 {
			c := h.comment(t, id, "W1", fmt.Sprint("同时处理的意见 ", i))
			all := atOnce(2, func(i int) error {
				if i == 0 {
					_, err := h.answer(h.clerk, c, declined())
					return err
				}
				return h.hold(h.legal, c, consult.Astray, "与征求意见无关")
			})
			for _, err := range all {
				if err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			}
			if x := h.again(t, c); x.State == consult.Waiting || (all[0] == nil) == x.Answer.IsZero() || all[1] == nil && x.State != consult.Held {
				t.Errorf("%+v after %v", x, all)
			}
		}
	})
}

func TestTwoPeopleAdoptOneWordingOnce(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		c := h.comment(t, id, "W1", "写得不清楚")
		oneWins(t, atOnce(3, func(i int) error {
			return h.as(h.clerk, func(ctx context.Context, tx *ledger.Tx) error {
				_, err := consult.Adopt(ctx, tx, h.clerk, c.ID, h.powers["W1"].Version, wording(h.water, "事项W1", fmt.Sprint("写清楚了", i)),
					consult.Reply{Outcome: consult.Adopted, Text: "已经写清楚。"})
				return err
			})
		}))
	})
}

// A mass of the same words sent at the same time is all taken, and so is one form
// that a nervous finger sends many times, once.
func TestAMassAtOnceIsAllTaken(t *testing.T) {
	houses(t, func(t *testing.T, h *house) {
		id := h.open(t)
		const mass = 60
		s := consult.Submission{Notice: id, Power: h.powers["W1"].Power, Text: "请把这一项留在市里办", Key: consult.NewKey()}
		var mu sync.Mutex
		codes := map[string]int{}
		for _, err := range atOnce(mass, func(i int) error {
			one := s
			if i%3 > 0 {
				one.Key = consult.NewKey()
			}
			r, err := consult.Submit(h.ctx, h.db, h.l, one)
			mu.Lock()
			defer mu.Unlock()
			codes[r.Code]++
			return err
		}) {
			must(t, err)
		}
		want := mass*2/3 + 1
		if n := h.counts(t, id); n.All != want || len(codes) != want {
			t.Errorf("%d comments under %d codes, want %d", n.All, len(codes), want)
		}
		all := h.public(t, consult.CommentQuery{Notice: id})
		sizes := map[string]int{}
		for _, c := range all {
			sizes[c.Group.String()]++
			if c.Size < sizes[c.Group.String()] {
				t.Errorf("a group of %d has more members", c.Size)
			}
		}
		if len(sizes) != 1 {
			t.Errorf("%d groups of the same words", len(sizes))
		}
		if leads := h.public(t, consult.CommentQuery{Notice: id, Firsts: true}); len(leads) != 1 {
			t.Errorf("%d lead", len(leads))
		}
	})
}
