package search

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/hanzi"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/testkit"
)

// readLines decodes a JSON Lines file of the reference data.
func readLines[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []T
	in := bufio.NewScanner(f)
	in.Buffer(nil, 1<<20)
	for in.Scan() {
		var v T
		if err := json.Unmarshal(in.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	return out
}

// item is one line of a real district's list.
type item struct {
	ID, Department, Name string
	MainItem             string `json:"main_item"`
	BaseCode             string `json:"base_code"`
	FullCode             string `json:"full_code"`
	TaskType             string `json:"task_type_name"`
}

// question is an everyday question with the items that answer it.
type question struct {
	Q      string
	Accept []string
}

// Everyday questions over the items of a real district: how many find an
// accepted item among the first five, of the examples that came with the data, of
// a set that was written beside the lexicon, and of one written by somebody who did
// not see it.
func TestEverydayQuestions(t *testing.T) {
	items := readLines[item](t, testkit.Shared(t, "items", "items_guangan.jsonl"))
	db, _ := testkit.Open(t, sqldb.SQLite)
	docs := make([]Doc, len(items))
	number := map[sqldb.ID]item{}
	for i, it := range items {
		docs[i] = Doc{ID: id(i + 1), Kind: "power", Order: hanzi.PinyinKey(it.Name), Public: true, Title: it.Name,
			Codes: []string{it.BaseCode, it.FullCode}, Body: strings.Join([]string{it.MainItem, it.Department, it.TaskType}, "；")}
		number[docs[i].ID] = it
	}
	put(t, db, docs...)
	for _, set := range []struct {
		file  string
		least int // of a hundred
	}{{testkit.Shared(t, "items", "questions_examples.jsonl"), 90}, {"testdata/questions.jsonl", 85}, {"testdata/questions_blind.jsonl", 80}} {
		questions := readLines[question](t, set.file)
		found := 0
		for _, q := range questions {
			hits := find(t, db, Query{Words: q.Q, Kind: "power", PublicOnly: true, Limit: 5, Fill: true})
			var names []string
			ok := false
			for _, h := range hits {
				it := number[h.ID]
				ok = ok || slices.Contains(q.Accept, it.ID)
				names = append(names, fmt.Sprintf("%s %s (%d)", it.ID, it.Name, h.Tier))
			}
			if ok {
				found++
				continue
			}
			t.Logf("missed %s, accepted %v, got:\n\t%s", q.Q, q.Accept, strings.Join(names, "\n\t"))
		}
		t.Logf("%s: %d of %d questions find an accepted item among the first five", filepath.Base(set.file), found, len(questions))
		if found*100 < len(questions)*set.least {
			t.Errorf("%s: only %d of %d questions are answered", filepath.Base(set.file), found, len(questions))
		}
	}
}
