package portal

import (
	"encoding/json"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/web/ui"
)

// itemJSON is the data form of a power. Field names are stable; notice is
// there while the data is a demonstration.
type itemJSON struct {
	Notice     string      `json:"notice,omitempty"`
	Code       string      `json:"code"`
	Name       string      `json:"name"`
	MainItem   string      `json:"main_item,omitempty"`
	Category   string      `json:"category"`
	Level      string      `json:"level,omitempty"`
	Initiative string      `json:"initiative,omitempty"`
	Department string      `json:"department"`
	CreditCode string      `json:"credit_code,omitempty"`
	Version    int         `json:"version"`
	Edition    int         `json:"edition"`
	Effective  string      `json:"effective"`
	InForce    bool        `json:"in_force"`
	Address    string      `json:"address"`
	Basis      []basisJSON `json:"basis"`
	Limits     []textJSON  `json:"facts,omitempty"`
	Texts      []textJSON  `json:"texts,omitempty"`
	Conditions []string    `json:"conditions,omitempty"`
	Materials  []string    `json:"materials,omitempty"`
	Steps      []string    `json:"steps,omitempty"`
	Duties     []string    `json:"duties,omitempty"`
	Cases      []string    `json:"accountability,omitempty"`
	Contact    []textJSON  `json:"contact,omitempty"`
}

type basisJSON struct {
	Citation string `json:"citation"`
	State    string `json:"state"`
	Text     string `json:"text,omitempty"`
	Change   string `json:"change,omitempty"`
}

type textJSON struct {
	Label string `json:"label"`
	Text  string `json:"text"`
}

func writeItem(w http.ResponseWriter, r *http.Request, page ItemPage) error {
	out := itemJSON{
		Notice: page.Site.Notice, Code: page.Code, Name: page.Name, MainItem: page.MainItem, Category: page.Category,
		Level: page.Level, Initiative: page.Initiative, Department: page.Department.Name, CreditCode: page.Department.CreditCode,
		Version: page.Place.VersionNo, Edition: page.Place.Edition, Effective: page.Place.Effective, InForce: page.Place.Current,
		Address: page.Permanent, Conditions: page.Conditions, Materials: page.Materials, Steps: page.Steps,
		Duties: page.Duties.Items, Cases: page.Accountability.Items, Texts: texts(page.Content), Contact: texts(page.Contact),
		Basis: []basisJSON{},
	}
	for _, b := range page.Basis {
		text := b.Quote
		if len(b.Paragraphs) > 0 {
			text = ""
			for _, p := range b.Paragraphs {
				text += p.Text + "\n"
			}
		}
		shown := basisJSON{Citation: b.Label, State: b.Light.Word, Text: text}
		if b.Shift != nil {
			shown.Change = b.Shift.Words
		}
		out.Basis = append(out.Basis, shown)
	}
	for _, f := range page.Facts {
		if f.Number+f.Word != "" {
			out.Limits = append(out.Limits, textJSON{f.Label, f.Number + f.Word})
		}
	}
	b, err := json.MarshalIndent(out, "", "  ")
	if err != nil {
		return errs.Wrap("item as JSON", err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=60")
	ui.Write(w, r, append(b, '\n'))
	return nil
}

func texts(pairs []Pair) []textJSON {
	var out []textJSON
	for _, p := range pairs {
		out = append(out, textJSON(p))
	}
	return out
}
