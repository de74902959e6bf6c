package lawtext_test

import (
	"slices"
	"strings"
	"testing"

	"qingdan/internal/engine/lawtext"
	"qingdan/internal/testkit"
)

// wrongGold are files whose expected figures count the entries of a contents
// page that is marked ## like the headings of the body, so that every chapter
// (or, in L634c77b03a, the first) counts twice. TestStructureGold checks that
// reason.
const wrongGold = "D1d2e24239d D32e9bb86b9 L9c90c63a13 Lbc87eca3a9 L3b30019cbd L634c77b03a L50a8158512"

// cutAtSource are local regulations that break off before their end in the
// source, though no complete copy in the other source shows it: they name no
// day of commencement anywhere, and the last article does not stand under 附则.
// TestSoundTextsAreNotFlagged checks that reason.
const cutAtSource = `
L2b5da891d9 L09f4fc542f L9d4dd6144e Lda5bf8c62b L56393e4668 L95cd86b13e L73bb6816fa L8761903dda Lab01847cf2 L76c1a59297 L5cf74756fe L6907e4a7e4
L61fdb6622f L78f2cf5165 L0522180430 L9ae59f8b41 L08f0538b5c L941a60ec6a Lf0f5ed996a L89df3ba3db L27e63a4df2 L4e2eb06158 L394f189af2 L02e0bbb29f
Le16ed19071 La4dc6c9b78 L631851d26e L5b29ea42b2 Lbb0a72cacb Lc9718f70d7 L5d3f3fd01a L42da4b7c88 Ld8d0db627e Le272e12d85 L1df2dcc04b L592c1fb183
Lb898865e18 Lde13aca8e1 L7d30a11252 L24a58c04ba La030f8f0fa L53833a0ea7 L1d85bb3e4a L2c25895e08 L98b9f9dc05 L5f567e0bc9 L19af462edb L48aa08046b
L9bf943f4c2 Lfe77f374d2 Lc8a28e9a7d L650371f470 L0b8ce484aa L90f1ae2e12 L4355724e5e Lccd9169c84 L90507fa0d1 Lfe71a69dcf L8ad8e7672f L096cab5650
L6c69aba087 Lf95e0a1af6 Le9ebdc8be5 L05f84da15d L4a61873e19 L92039ddaee Ld93fd88326 L0f92e64f79 L3b427abc94 L9e1805b5c6 L12e2aaa19b`

func TestStructureGold(t *testing.T) {
	_, byID := parseAll(t)
	type gold struct {
		ID, Title                           string
		Articles, Books, Chapters, Sections int
		Inserted                            []string `json:"inserted_articles"`
	}
	exact := 0
	wrong := strings.Fields(wrongGold)
	golds := testkit.Lines[gold](t, "laws", "structure_gold.jsonl")
	for _, g := range golds {
		p := byID[g.ID]
		if p == nil {
			t.Fatalf("%s is not among the texts", g.ID)
		}
		o := lawtext.Structure(p.doc)
		same := o.Articles == g.Articles && slices.Equal(o.Inserted, g.Inserted) && o.Books == g.Books
		switch headings := o.Chapters == g.Chapters && o.Sections == g.Sections; {
		case same && headings:
			exact++
		case same && slices.Contains(wrong, g.ID):
			if c, s := markedHeadings(p.Text); c != g.Chapters || s != g.Sections {
				t.Errorf("%s: the expected figures are not those of all marked lines", g.ID)
			}
		default:
			t.Errorf("%s %s %s: articles %d/%d inserted %v/%v books %d/%d chapters %d/%d sections %d/%d", g.ID, p.File, g.Title,
				o.Articles, g.Articles, o.Inserted, g.Inserted, o.Books, g.Books, o.Chapters, g.Chapters, o.Sections, g.Sections)
		}
	}
	t.Logf("exact %d of %d; %d expected figures are wrong", exact, len(golds), len(wrong))
	if exact+len(wrong) != len(golds) {
		t.Errorf("exact %d of %d with %d wrong ones", exact, len(golds), len(wrong))
	}
}

// markedHeadings counts the lines marked ## as chapters and sections, whether
// they stand on a contents page or in the body.
func markedHeadings(text string) (chapters, sections int) {
	for s := range strings.Lines(text) {
		head, marked := strings.CutPrefix(s, "#")
		if !marked {
			continue
		}
		head = strings.TrimLeft(head, "# ")
		label, _, _ := strings.Cut(strings.ReplaceAll(head, "\u3000", " "), " ")
		switch {
		case strings.HasPrefix(label, "第") && strings.HasSuffix(label, "章"):
			chapters++
		case strings.HasPrefix(label, "第") && strings.HasSuffix(label, "节"):
			sections++
		}
	}
	return chapters, sections
}

type damaged struct{ ID, Title string }

// completeLooking is cut after article 8 of 11, which its text cannot tell:
// the complete copy Dd18da3df59 has no article on its commencement either.
const completeLooking = "L1a1038ed32"

func TestDamagedTextsAreFlagged(t *testing.T) {
	_, byID := parseAll(t)
	for _, name := range []string{"irregular.jsonl", "truncated.jsonl"} {
		list := testkit.Lines[damaged](t, "laws", name)
		flagged := 0
		for _, d := range list {
			p := byID[d.ID]
			switch {
			case p.doc.Serious():
				flagged++
			case d.ID != completeLooking || len(p.doc.Problems) == 0:
				t.Errorf("%s: %s %s is not flagged: %v", name, d.ID, d.Title, p.doc.Problems)
			}
		}
		t.Logf("%s: %d of %d flagged serious", name, flagged, len(list))
	}
	if complete := byID["Dd18da3df59"].doc; len(complete.Articles) != 11 || kinds(complete)[0] != lawtext.KindTruncated {
		t.Errorf("the complete copy of %s has %d articles and %v", completeLooking, len(complete.Articles), complete.Problems)
	}
}

// TestSoundTextsAreNotFlagged holds the serious findings among the texts whose
// article numbers run without a gap to less than 1 %.
func TestSoundTextsAreNotFlagged(t *testing.T) {
	all, byID := parseAll(t)
	cut := strings.Fields(cutAtSource)
	unsound := map[string]bool{}
	for _, id := range cut {
		p := byID[id]
		last := p.doc.Articles[len(p.doc.Articles)-1]
		if _, body, _ := strings.Cut(p.Text, "第一条"); strings.Contains(body, "日起施行") || strings.Contains(last.Chapter, "附则") {
			t.Errorf("%s %s is not cut", id, p.Title)
		}
		if !p.doc.Serious() {
			t.Errorf("%s %s ends at %s without a serious finding", id, p.Title, last.Number.Chinese())
		}
		unsound[id] = true
	}
	for _, d := range slices.Concat(testkit.Lines[damaged](t, "laws", "irregular.jsonl"), testkit.Lines[damaged](t, "laws", "truncated.jsonl")) {
		unsound[d.ID] = true
	}
	inGold := map[string]bool{}
	for _, g := range testkit.Lines[damaged](t, "laws", "structure_gold.jsonl") {
		inGold[g.ID] = true
	}
	sound, flagged := 0, 0
	for _, p := range all {
		if !inGold[p.ID] || unsound[p.ID] {
			continue
		}
		sound++
		if s := serious(p.doc); len(s) > 0 {
			flagged++
			t.Logf("%s %s %s: %v", p.ID, p.File, p.Title, s)
		}
	}
	t.Logf("%d of %d sound texts flagged serious; %d more are cut at their source and flagged", flagged, sound, len(cut))
	if flagged*100 >= sound {
		t.Errorf("%d of %d sound texts flagged serious, want less than 1 %%", flagged, sound)
	}
}
