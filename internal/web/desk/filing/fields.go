package filing

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"qingdan/internal/registry/power"
	"qingdan/internal/service/round"
	"qingdan/internal/stage/inventory"
	"qingdan/internal/web/ui"
)

// Note is an opinion of the audit group at the field it speaks of.
type Note struct{ Cause, Text, Href string }

// FieldBox is one element in the form.
type FieldBox struct {
	ID, Key, Label, Help string
	Value                string
	Kind                 string // text, area, choice, fee
	Options              []ui.Choice
	Suggest              bool // Options only suggest
	Need                 string
	Wrong                string // a hard flaw: must be mended
	Hint                 string // a soft one: may go up, will come back
	Notes                []Note
	Described            string // ids of what describes it, for aria-describedby
	Rows                 int
	Max                  int
	Short                bool   // stands beside another
	Was                  string // what the present version says, where the draft says something else
	Changed              bool
}

// FormSection is a part of the form.
type FormSection struct {
	ID, Title string
	Fields    []FieldBox
	Wrong     int // fields that must be mended
	Hints     int
	Notes     int // opinions
}

// fieldID is the id of the field of the form that an opinion's field names.
func fieldID(key string) string {
	if key == round.WholePower {
		key = "name"
	}
	return "f-" + key
}

// sheet is what a form is made of.
type formSheet struct {
	wording  inventory.Wording
	present  *inventory.Wording // of the version it goes on from; nil for a new power
	opinions []round.Opinion
	advise   bool // show what is missing, too
}

// sections makes the form.
func (x formSheet) sections() []FormSection {
	flaws := map[string][]inventory.Flaw{}
	for _, fl := range x.wording.Validate() {
		flaws[fl.Key] = append(flaws[fl.Key], fl)
	}
	var out []FormSection
	for _, field := range inventory.Fields() {
		if len(out) == 0 || out[len(out)-1].Title != string(field.Section) {
			out = append(out, FormSection{ID: "part-" + field.Key, Title: string(field.Section)})
		}
		s := &out[len(out)-1]
		box := x.box(field, flaws[field.Key])
		if box.Wrong != "" {
			s.Wrong++
		}
		if box.Hint != "" {
			s.Hints++
		}
		s.Notes += len(box.Notes)
		s.Fields = append(s.Fields, box)
	}
	return out
}

// box makes one field of the form.
func (x formSheet) box(field inventory.Field, flaws []inventory.Flaw) FieldBox {
	value := field.Get(x.wording)
	b := FieldBox{ID: fieldID(field.Key), Key: field.Key, Label: field.Label, Help: field.Help, Value: value, Max: field.Max, Short: true}
	switch field.Kind {
	case inventory.Area:
		b.Kind, b.Short, b.Rows = "area", false, rows(value)
	case inventory.Choice:
		b.Kind = "choice"
		b.Options = append(b.Options, ui.Choice{Label: "请选择", Selected: value == ""})
	case inventory.YesNo:
		b.Kind = "fee"
	default:
		b.Kind, b.Suggest = "text", len(field.Choices) > 0
		b.Short = field.Key != "name" && field.Key != "main_item"
	}
	for _, o := range field.Options(x.wording) {
		b.Options = append(b.Options, ui.Choice{Value: o, Label: o, Selected: o == value})
	}
	switch field.Need(x.wording) {
	case power.Mandatory:
		b.Need = "必填"
	case power.NotApplicable:
		b.Need = "本类别不填"
	}
	for _, fl := range flaws {
		text := fl.Message + "。" + fl.Mend
		switch {
		case fl.Hard && x.advise:
			b.Wrong = text
		case x.advise:
			b.Hint = text
		}
	}
	if x.present != nil {
		if was := field.Get(*x.present); was != value {
			b.Changed, b.Was = true, was
		}
	}
	for _, o := range x.opinions {
		if fieldID(o.Field) == b.ID {
			b.Notes = append(b.Notes, Note{Cause: causeLabel(o.Cause), Text: o.Text, Href: opinionHref(o.ID)})
		}
	}
	b.describe()
	return b
}

// describe lists the ids of what stands around the field to describe it.
func (b *FieldBox) describe() {
	var ids []string
	for _, x := range []struct{ text, id string }{{b.Wrong, "-wrong"}, {b.Hint, "-hint"}, {b.Help, "-help"}} {
		if x.text != "" {
			ids = append(ids, b.ID+x.id)
		}
	}
	b.Described = strings.Join(ids, " ")
}

// rows is the height of a text area that shows its text without scrolling, within
// reason.
func rows(text string) int {
	n := 0
	for l := range strings.SplitSeq(text, "\n") {
		n += 1 + utf8.RuneCountInString(l)/46
	}
	return min(max(n+1, 3), 14)
}

// fill writes what somebody typed over a wording. The way a power starts follows a
// category that was just chosen, unless another way was chosen too.
func fill(r *http.Request, w inventory.Wording) inventory.Wording {
	before := w
	for _, field := range inventory.Fields() {
		value, sent := r.PostForm[field.Key]
		if !sent || len(value) == 0 {
			continue
		}
		if field.Key == "initiative" && w.Category != before.Category && value[0] == string(before.Initiative) && w.Category.DefaultInitiative() != "" {
			continue
		}
		field.Set(&w, value[0])
	}
	if code, sent := r.PostForm["code"]; sent {
		w.Code = strings.TrimSpace(code[0])
	}
	return w
}

// PartText is one element of a power as its page shows it.
type PartText struct {
	Label, Text string
	Missing     bool
}

// Part is a section of a power.
type Part struct {
	Title string
	Texts []PartText
}

// parts lists the elements of a wording by section, without what it neither has
// nor needs.
func parts(w inventory.Wording) []Part {
	var out []Part
	for _, field := range inventory.Fields() {
		text := field.Get(w)
		must := field.Need(w) == power.Mandatory
		if slices.Contains([]string{"name", "category"}, field.Key) || text == "" && !must {
			continue
		}
		if len(out) == 0 || out[len(out)-1].Title != string(field.Section) {
			out = append(out, Part{Title: string(field.Section)})
		}
		p := &out[len(out)-1]
		p.Texts = append(p.Texts, PartText{Label: field.Label, Text: text, Missing: text == ""})
	}
	return out
}
