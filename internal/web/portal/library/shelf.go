package library

import (
	"context"
	"slices"

	"qingdan/internal/errs"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/law"
	"qingdan/internal/web/ui"
)

// standing says where a law stands on a day.
type standing string

// Where a law stands, in the order of pages.
const (
	inForce standing = "现行有效"
	notYet  standing = "尚未施行"
	ended   standing = "已失效"
)

func standings() []standing { return []standing{inForce, notYet, ended} }

func (s standing) light() ui.Light {
	switch s {
	case inForce:
		return ui.Light{Tone: "ok", Word: string(s)}
	case notYet:
		return ui.Light{Tone: "warn", Word: string(s)}
	default:
		return ui.Light{Tone: "bad", Word: string(s)}
	}
}

// book is a law of the library with the days of its editions.
type book struct {
	law.Document
	Field    law.Field
	OrderKey string
	Editions []law.Edition // that stand, oldest first, each ended where another text ends it
	Uses     int           // powers of the list that cite it
}

// on gives the place of the edition in force on a day, else of the newest; with
// it where the law stands.
func (b *book) on(day string) (int, standing) {
	for i := len(b.Editions) - 1; i >= 0; i-- {
		if b.Editions[i].InForce(day) {
			return i, inForce
		}
	}
	last := len(b.Editions) - 1
	if b.Editions[last].Effective > day {
		return last, notYet
	}
	return last, ended
}

// light says where one edition stands on a day.
func (b *book) light(i int, day string) ui.Light {
	e := b.Editions[i]
	current, s := b.on(day)
	switch {
	case e.Repealed != "" && e.Repealed <= day:
		return ui.Light{Tone: "bad", Word: "已于" + ui.Day(e.Repealed) + "废止"}
	case e.Effective > day:
		return ui.Light{Tone: "warn", Word: "尚未施行"}
	case i == current && s == inForce:
		return ui.Light{Tone: "ok", Word: "现行有效"}
	default:
		return ui.Light{Tone: "still", Word: "已被新版代替"}
	}
}

// newest gives the text that is searched and read last.
func (b *book) newest() law.Edition { return b.Editions[len(b.Editions)-1] }

// shelf is the library without its articles: every law that has a text, in the
// order of the titles.
type shelf struct {
	mark  mark
	books []*book
	byID  map[sqldb.ID]*book
	texts map[sqldb.ID]*book // by edition
}

// mark tells whether anything the shelf is made of has changed.
type mark struct {
	list                                 sqldb.ID
	texts, withdrawn, last, named, check int64
}

// books gives the shelf, read anew when a text, a name, a check or an edition
// of the list came since. Who asks while it is being read waits for that reading.
func (l *Library) books(ctx context.Context, list List) (*shelf, error) {
	m, err := readMark(ctx, l.cfg.DB, list.Edition)
	if err != nil {
		return nil, err
	}
	if s := l.shelf.Load(); s != nil && s.mark == m {
		return s, nil
	}
	l.reading.Lock()
	defer l.reading.Unlock()
	if s := l.shelf.Load(); s != nil && s.mark == m {
		return s, nil
	}
	s, err := readShelf(ctx, l.cfg.DB, list.Edition)
	if err != nil {
		return nil, err
	}
	s.mark = m
	l.shelf.Store(s)
	return s, nil
}

// Count counts the laws that have a text.
func (l *Library) Count(ctx context.Context, list List) (int, error) {
	s, err := l.books(ctx, list)
	if err != nil {
		return 0, err
	}
	return len(s.books), nil
}

// readShelf reads the library without its articles.
func readShelf(ctx context.Context, r sqldb.Reader, list sqldb.ID) (*shelf, error) {
	names, err := law.ReadNames(ctx, r)
	if err != nil {
		return nil, err
	}
	all, err := readBooks(ctx, r)
	if err != nil {
		return nil, err
	}
	uses, err := readUses(ctx, r, list)
	if err != nil {
		return nil, err
	}
	s := &shelf{byID: make(map[sqldb.ID]*book, len(all)), texts: map[sqldb.ID]*book{}}
	for _, b := range all {
		b.Document, _ = names.Document(b.ID)
		b.Editions, b.Uses = names.Editions(b.ID), uses[b.ID]
		if len(b.Editions) == 0 {
			continue
		}
		s.books = append(s.books, b)
		s.byID[b.ID] = b
		for _, e := range b.Editions {
			s.texts[e.ID] = b
		}
	}
	return s, nil
}

// find gives the law of an address; NotFound without one that has a text.
func (s *shelf) find(id string) (*book, error) {
	doc, err := sqldb.ParseID(id)
	if b := s.byID[doc]; err == nil && b != nil {
		return b, nil
	}
	return nil, errs.NotFoundf("法规库中没有这部法规").Fix("请在法规库中按名称查找")
}

// edition gives the place of the edition that an address names, or the one in
// force, else the newest, where it names none.
func (b *book) edition(id, day string) (int, error) {
	if id == "" {
		i, _ := b.on(day)
		return i, nil
	}
	i := slices.IndexFunc(b.Editions, func(e law.Edition) bool { return e.ID.String() == id })
	if i < 0 {
		return 0, errs.NotFoundf("《%s》没有这个版本", b.Title).Fix("请在法规页上选择版本")
	}
	return i, nil
}

// when says in one line which edition it is.
func when(e law.Edition) string {
	switch {
	case e.Effective != "":
		return ui.Day(e.Effective) + "起施行"
	case e.Made != "":
		return ui.Day(e.Made) + "公布"
	default:
		return "日期不详"
	}
}
