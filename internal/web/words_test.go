package web

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qingdan/internal/platform/ledger"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/registry/power"
	missed "qingdan/internal/service/words"
	"qingdan/internal/testkit"
)

// missedWords makes the address of words that were searched for in vain.
func missedWords(tail string) func(*matrix, *estate, power.State) string {
	return func(_ *matrix, e *estate, _ power.State) string { return "/words/missed/" + e.missed.String() + tail }
}

// wordedItem makes the address of an item on the list with its everyday words.
func wordedItem(tail string) func(*matrix, *estate, power.State) string {
	return func(_ *matrix, e *estate, _ power.State) string {
		return "/words/items/" + e.powers[power.Published].String() + tail
	}
}

// miss has people search twice for what nothing is called, and the legal office
// direct it to the department.
func (m *matrix) miss(e *estate) {
	m.t.Helper()
	e.missed = missOnce(m.t, m.ctx, m.db, e.mark+"怎么办")
	m.as(m.roles[people.Legal], func(ctx context.Context, tx *ledger.Tx, who *people.Who) error {
		found, err := missed.ByID(ctx, tx, e.missed)
		if err != nil || found.Department == e.id {
			_, err2 := tx.Record(ctx, ledger.Entry{Log: ledger.Powers, Division: ledger.Nowhere, Kind: "search.directed", Subject: e.missed, Public: []byte(`{}`)})
			return firstOf(err, err2)
		}
		return missed.Direct(ctx, tx, who, e.missed, e.id)
	})
}

func firstOf(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}

// missOnce counts a search for words twice and gives their id.
func missOnce(t testing.TB, ctx context.Context, db *sqldb.DB, words string) sqldb.ID {
	t.Helper()
	c := missed.NewCounter()
	for range 2 {
		if !c.Note(words, false) {
			t.Fatalf("%s is not counted", words)
		}
	}
	if _, err := c.Flush(ctx, db, missed.Civil(clock())); err != nil {
		t.Fatal(err)
	}
	all, err := missed.Misses(ctx, db, people.Scope{All: true}, missed.Query{Words: words})
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %v, %v", words, all, err)
	}
	return all[0].ID
}

// TestASearchInVainIsAnswered: what the public misses is counted without any
// trace of who searched, the legal office gives it to an item with one click,
// and the next one finds it.
func TestASearchInVainIsAnswered(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, db *sqldb.DB, l *ledger.Ledger) {
		o := openOffice(t, db, l)
		counter := missed.NewCounter()
		public, err := New(Config{DB: db, Clock: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Missed: counter})
		must(t, err)
		const said = "猫狗打架赔钱归哪管"
		look := func(words string) string {
			t.Helper()
			w := httptest.NewRecorder()
			public.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://127.0.0.1/search?"+url.Values{"q": {words}}.Encode(), nil))
			if w.Code != http.StatusOK {
				t.Fatalf("search for %s: %d", words, w.Code)
			}
			return w.Body.String()
		}
		for range 2 {
			if page := look(said); !strings.Contains(page, "这个说法已经记下（不记录是谁查的）") {
				t.Errorf("the page does not say that the words were noted: %.600s", page)
			}
		}
		if page := look("老王13800138000欠我钱不还"); strings.Contains(page, "已经记下") {
			t.Error("a number of somebody was noted")
		}
		_, err = counter.Flush(t.Context(), db, missed.Civil(clock()))
		must(t, err)
		all, err := missed.Misses(t.Context(), db, people.Scope{All: true}, missed.Query{})
		must(t, err)
		if len(all) != 1 || all[0].N != 2 {
			t.Fatalf("counted: %+v", all)
		}
		if page := o.get("/words", http.StatusOK); !strings.Contains(page.body, said) {
			t.Error("the legal office does not see it")
		}
		items, err := missed.Items(t.Context(), db, people.Scope{All: true}, missed.ItemQuery{Limit: 1})
		must(t, err)
		one := "/words/missed/" + all[0].ID.String()
		o.post(one+"/give", url.Values{"word": {said}}, http.StatusBadRequest)
		o.post(one+"/dismiss", url.Values{"reason": {" "}}, http.StatusBadRequest)
		o.post(one+"/give", url.Values{"power": {items[0].Power.String()}}, http.StatusSeeOther)
		o.post(one+"/give", url.Values{"power": {items[0].Power.String()}}, http.StatusConflict)
		if page := look(said); !strings.Contains(page, items[0].Code) || strings.Contains(page, "已经记下") {
			t.Error("given to an item, and the next one still misses it")
		}
		item := "/words/items/" + items[0].Power.String()
		o.post(item, url.Values{"word": {"管"}}, http.StatusBadRequest)
		o.post(item, url.Values{"word": {"狗咬猫"}}, http.StatusSeeOther)
		words, err := power.WordsOf(t.Context(), db, items[0].Power)
		must(t, err)
		if len(words) != 2 || words[0].Source != power.WordSearched || words[1].Source != power.WordTyped {
			t.Fatalf("words: %+v", words)
		}
		o.post(item+"/remove", url.Values{"word": {words[0].ID.String()}}, http.StatusSeeOther)
		if page := look(said); strings.Contains(page, items[0].Code) {
			t.Error("removed and still found")
		}
	})
}
