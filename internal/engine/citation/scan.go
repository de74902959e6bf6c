package citation

import "strings"

// gap says what stood between the last part of a citation and this place.
type gap int

const (
	gapText  gap = iota // other words: whatever follows starts anew
	gapNone             // nothing, or 的, 规定: a deeper level refines
	gapList             // 、和及或: the next member of a list
	gapRange            // 至: the end of a range
)

// scanner walks once over a text. law is the law in force at i; cur is the
// reference being built, in a list also the source of the inherited levels.
type scanner struct {
	r         []rune
	i         int
	gap       gap
	law       string
	self      bool
	titled    int  // where the last title in 《》 begins
	annexed   int  // law ends in the words for an annex (附件一) from this byte on, 0 if not
	unplaced  bool // law was named and has no place yet
	worded    bool // 的 or 规定 stand before i: 规定的一项 is no place
	afterName bool // only brackets and spaces stand since the law's name
	cur       draft
	open      bool // cur is not in out yet
	relative  bool // cur counts from the reader's own place (前款), not from law
	loose     int  // where the words not yet consumed begin
	short     []alias
	out       []Ref
	keep      bool    // for Rewrite: keep the draft of each reference
	kept      []draft // as out
}

// alias is a short name given in the text: （以下简称《条例》）.
type alias struct{ short, full string }

// all reads the whole text.
func (s *scanner) all() []Ref {
	for s.i < len(s.r) {
		if !s.token() {
			s.pass()
		}
	}
	if out := s.finish(); out != nil {
		return out
	}
	return wholeNames(s.r)
}

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
	case c == '附':
		return s.annex()
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
		if r[i] == '—' && i+1 < len(r) && r[i+1] == '—' {
			return 2, gapRange
		}
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
	name, next = s.tail(name, next)
	if name == "" || (isPaper(name) && !s.placeFollows(next)) {
		s.i, s.gap, s.loose = next, gapText, next
		return true
	}
	for _, a := range s.short {
		if a.short == name {
			name = a.full
		}
	}
	s.titled = s.i
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
	s.law, s.self, s.unplaced, s.annexed = name, self, !self, 0
	s.cur, s.relative = draft{law: name, self: self}, false
	s.i, s.loose, s.gap, s.afterName, s.worded = next, next, gapText, true, false
}

// endLaw gives a law that stayed without a place.
func (s *scanner) endLaw() {
	if s.unplaced {
		s.unplaced = false
		s.give(draft{law: s.law})
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
		if j := skipSpace(s.r, s.i+1); s.open && j < end && s.r[j] == '第' && ordinalLevel(s.r, j) != levelNone {
			s.i = j // 第三条（第二款）
			return true
		}
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
		j = skipSpace(s.r, j+2)
		if s.law == "" || j >= end-1 {
			return true
		}
		name := strings.Trim(cleanTitle(s.r[j:end-1]), "：:“”\"「」")
		if isTitleOpen(s.r[j]) {
			name, _, _ = titleAt(s.r, j)
		} else if lawEnd(name) == "" {
			name = ""
		}
		if name != "" {
			s.short = append(s.short, alias{name, s.law})
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
	s.give(s.cur)
}

// give ends a draft.
func (s *scanner) give(d draft) {
	s.out = append(s.out, d.ref())
	if s.keep {
		s.kept = append(s.kept, d)
	}
}

func (s *scanner) finish() []Ref {
	s.flush()
	s.endLaw()
	return s.out
}
