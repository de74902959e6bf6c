package citation

// gap says what stood between the last part of a citation and this place.
type gap int

const (
	gapText  gap = iota // other words: whatever follows starts anew
	gapNone             // nothing, or 的, 规定: a deeper level refines
	gapList             // 、和及或: the next member of a list
	gapRange            // 至: the end of a range
)

// level is a level of a citation; a smaller one is higher.
type level int

const (
	levelNone level = iota
	levelArticle
	levelParagraph
	levelItem
	levelSubitem
)

// scanner walks once over a text. law is the law in force at i; cur is the
// reference being built, in a list also the source of the inherited levels.
type scanner struct {
	r         []rune
	i         int
	gap       gap
	law       string
	self      bool
	unplaced  bool // law was named and has no place yet
	worded    bool // 的 or 规定 stand before i: 规定的一项 is no place
	afterName bool // only brackets and spaces stand since the law's name
	cur       Ref
	open      bool // cur is not in out yet
	relative  bool // cur counts from the reader's own place (前款), not from law
	loose     int  // where the words not yet consumed begin
	short     []alias
	out       []Ref
}

// alias is a short name given in the text: （以下简称《条例》）.
type alias struct{ short, full string }

func newScanner(r []rune) *scanner { return &scanner{r: r} }

// token consumes one part of a citation at i, or nothing and gives false.
func (s *scanner) token() bool {
	c := s.r[s.i]
	switch {
	case isSpace(c):
		s.i++
		return true
	case c == '第' || arabic(c) >= 0 || enclosed(c) > 0:
		return s.number()
	case isTitleOpen(c):
		return s.title()
	case isOpenParen(c):
		return s.number() || s.bracket()
	case isCloseParen(c):
		s.i++
		return true
	case c == '本' || c == '前':
		return s.selfName() || s.relativeName()
	}
	if d, _ := chineseDigit(c); d > 0 {
		return s.number()
	}
	return s.joint()
}

// pass goes over one rune that is no part of a citation.
func (s *scanner) pass() {
	s.i++
	s.gap, s.afterName, s.worded = gapText, false, false
}

// joint consumes the words and signs between the parts of a list.
func (s *scanner) joint() bool {
	if s.gap == gapText && !s.afterName {
		return false
	}
	w, g := jointAt(s.r, s.i)
	if w == 0 || g == gapRange && !s.open {
		return false
	}
	if s.worded = g == gapNone; !s.worded {
		s.gap, s.afterName = g, false
	}
	s.i += w
	s.loose = s.i
	return true
}

// jointAt gives the width of the joint at r[i] and what it means.
func jointAt(r []rune, i int) (int, gap) {
	switch r[i] {
	case '、', '，', ',', '/', '／', '；', ';', '|', '和', '及', '与', '或', '､':
		if r[i] == '或' && i+1 < len(r) && r[i+1] == '者' {
			return 2, gapList
		}
		return 1, gapList
	case '以', '并':
		if i+1 < len(r) && (r[i+1] == '及' || r[i+1] == '和') {
			return 2, gapList
		}
	case '至', '到', '-', '—', '–', '－', '~', '～', '―', '﹣':
		return 1, gapRange
	case '的', '之', '中':
		return 1, gapNone
	case '规':
		if i+1 < len(r) && r[i+1] == '定' {
			return 2, gapNone
		}
	}
	return 0, gapText
}

// title consumes 《…》 and makes it the law in force, unless it names a paper.
func (s *scanner) title() bool {
	name, next, ok := titleAt(s.r, s.i)
	if !ok {
		return false
	}
	name, next = s.compound(name, next)
	if name == "" || (isPaper(name) && !s.placeFollows(next)) {
		s.i, s.gap, s.loose = next, gapText, next
		return true
	}
	for _, a := range s.short {
		if a.short == name {
			name = a.full
		}
	}
	s.setLaw(name, false, next)
	return true
}

// placeFollows says whether 第N条 (or an item of an annex) stands at r[i].
func (s *scanner) placeFollows(i int) bool {
	i = skipSpace(s.r, i)
	if i < len(s.r) && isOpenParen(s.r[i]) {
		i = skipSpace(s.r, skipBracket(s.r, i))
	}
	return i < len(s.r) && articleAt(s.r, i)
}

// setLaw ends the reference before it and starts a law.
func (s *scanner) setLaw(name string, self bool, next int) {
	s.flush()
	s.endLaw()
	s.law, s.self, s.unplaced = name, self, !self
	s.cur, s.relative = Ref{Law: name, Self: self}, false
	s.i, s.loose, s.gap, s.afterName, s.worded = next, next, gapText, true, false
}

// endLaw gives a law that stayed without a place.
func (s *scanner) endLaw() {
	if s.unplaced {
		s.out = append(s.out, Ref{Law: s.law})
		s.unplaced = false
	}
}

// bracket passes over a note in brackets: an abbreviation is remembered, a
// number of issue directly behind a title is skipped whole, and a bracket that
// holds a place is entered.
func (s *scanner) bracket() bool {
	end := skipBracket(s.r, s.i)
	if s.shortName(end) {
		s.i = end
		return true
	}
	if s.afterName || s.gap != gapText {
		for j := s.i; j < end; j++ {
			if articleAt(s.r, j) {
				s.i++
				return true
			}
		}
		s.i, s.loose = end, end
		return true
	}
	return false
}

// shortName remembers the abbreviation that a bracket gives, if it gives one.
func (s *scanner) shortName(end int) bool {
	for j := s.i; j+1 < end; j++ {
		if s.r[j] != '简' || s.r[j+1] != '称' {
			continue
		}
		if j = skipSpace(s.r, j+2); j < end && isTitleOpen(s.r[j]) && s.law != "" {
			if name, _, ok := titleAt(s.r, j); ok {
				s.short = append(s.short, alias{name, s.law})
			}
		}
		return true
	}
	return false
}

// flush gives the reference being built.
func (s *scanner) flush() {
	if !s.open {
		return
	}
	s.open, s.unplaced = false, false
	r := s.cur
	r.To = differing(r)
	s.out = append(s.out, r)
}

// differing drops the levels of a range's end that repeat its start.
func differing(r Ref) *End {
	if r.To == nil {
		return nil
	}
	to := *r.To
	if to.Article == r.Article && (to.ArticleSub != r.ArticleSub || to.Paragraph+to.Item+to.Subitem > 0) {
		to.Article = 0
		if to.ArticleSub == r.ArticleSub {
			to.ArticleSub = 0
		}
		if to.ArticleSub == 0 && to.Paragraph == r.Paragraph && to.Item+to.Subitem > 0 {
			to.Paragraph = 0
		}
	}
	return &to
}

func (s *scanner) finish() []Ref {
	s.flush()
	s.endLaw()
	return s.out
}
