package web

import (
	"qingdan/internal/web/admin"
	"qingdan/internal/web/audit"
	auditconsult "qingdan/internal/web/audit/consult"
	"qingdan/internal/web/audit/cuts"
	"qingdan/internal/web/audit/figures"
	"qingdan/internal/web/audit/overlaps"
	"qingdan/internal/web/audit/peers"
	"qingdan/internal/web/audit/rounds"
	"qingdan/internal/web/desk"
	"qingdan/internal/web/desk/filing"
	"qingdan/internal/web/desk/handover"
	deskwords "qingdan/internal/web/desk/words"
	"qingdan/internal/web/staff"
)

// room is an area of the site for staff.
type room interface{ Routes() []staff.Route }

// rooms makes the areas of the site and gives their pages.
func rooms(cfg Config, d StaffConfig, shell *staff.Shell) ([]staff.Route, error) {
	var routes []staff.Route
	for _, open := range []func() (room, error){
		func() (room, error) {
			return desk.New(desk.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell})
		},
		func() (room, error) {
			return filing.New(filing.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell, Blobs: d.Blobs, Jobs: d.Jobs, BaseURL: d.URL})
		},
		func() (room, error) {
			return audit.New(audit.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell})
		},
		func() (room, error) {
			return cuts.New(cuts.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell})
		},
		func() (room, error) {
			return handover.New(handover.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell, BaseURL: d.URL})
		},
		func() (room, error) {
			return peers.New(peers.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell})
		},
		func() (room, error) {
			return figures.New(figures.Config{DB: d.DB, Ledger: d.Ledger, Shell: shell})
		},
		func() (room, error) {
			return overlaps.New(overlaps.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell, Jobs: d.Jobs})
		},
		func() (room, error) {
			return rounds.New(rounds.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell, BaseURL: d.URL})
		},
		func() (room, error) {
			return auditconsult.New(auditconsult.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell})
		},
		func() (room, error) {
			return deskwords.New(deskwords.Config{DB: d.DB, Ledger: d.Ledger, Shell: shell})
		},
		func() (room, error) {
			return admin.New(admin.Config{DB: d.DB, Ledger: d.Ledger, Clock: cfg.Clock, Shell: shell, Gate: d.Gate})
		},
	} {
		r, err := open()
		if err != nil {
			return nil, err
		}
		routes = append(routes, r.Routes()...)
	}
	return routes, nil
}
