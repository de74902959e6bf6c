package admin

import (
	"encoding/hex"
	"net/http"

	"qingdan/internal/errs"
	"qingdan/internal/platform/ledger"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// LedgerPage is the two logs as they stand, and what verifying them found.
type LedgerPage struct {
	ui.Frame
	Tabs    []ui.Link
	Logs    []LogRow
	Checked string // when
	Broken  bool   // something is wrong
}

// LogRow is one log. Words say what is wrong with it, empty where nothing is.
type LogRow struct {
	Name, Root string
	Size       int
	Light      ui.Light
	Words      string
}

func (a *Admin) ledgerRows(r *http.Request, who *people.Who) (LedgerPage, error) {
	frame, err := a.cfg.Shell.Frame(r, who, "核验台账", ledgerPath, auditTrail(ledgerPath)...)
	if err != nil {
		return LedgerPage{}, err
	}
	page := LedgerPage{Frame: frame, Tabs: auditTabs(ledgerPath)}
	for _, l := range logs() {
		size, root, err := a.cfg.Ledger.Tree(r.Context(), l)
		if err != nil {
			return page, err
		}
		page.Logs = append(page.Logs, LogRow{Name: logWords(l), Size: int(size), Root: hex.EncodeToString(root[:])})
	}
	return page, nil
}

func logs() []ledger.Log { return []ledger.Log{ledger.Powers, ledger.Cases} }

func (a *Admin) ledgerPage(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.ledgerRows(r, who)
	if err != nil {
		return err
	}
	return a.show(w, r, http.StatusOK, "ledger", page)
}

// verify reads both logs from their first entry to the last and compares every
// hash. It changes nothing.
func (a *Admin) verify(w http.ResponseWriter, r *http.Request, who *people.Who) error {
	page, err := a.ledgerRows(r, who)
	if err != nil {
		return err
	}
	for i, l := range logs() {
		err := a.cfg.Ledger.Verify(r.Context(), l)
		switch {
		case err == nil:
			page.Logs[i].Light = ui.Light{Tone: "ok", Word: "完整，未被改动"}
		case errs.KindOf(err) == errs.Conflict:
			page.Broken = true
			page.Logs[i].Light, page.Logs[i].Words = ui.Light{Tone: "bad", Word: "与登记不符"}, errs.Message(err)
		default:
			return err
		}
	}
	page.Checked = second(a.cfg.Clock())
	return a.show(w, r, http.StatusOK, "ledger", page)
}
