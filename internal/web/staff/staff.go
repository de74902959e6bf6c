// Package staff is the frame of the staff pages (工作台): it lets in whoever has
// a living session, holds each route against the permission table, and gives
// every page the shell of the person's roles.
package staff

import (
	"net/http"

	"qingdan/internal/registry/people"
)

// Handler answers a request of somebody signed in, who may do the route's
// action somewhere; whether to this very thing is asked with who.MayOn.
type Handler func(w http.ResponseWriter, r *http.Request, who *people.Who) error

// Route is a pattern of net/http.ServeMux with the one action it needs.
type Route struct {
	Pattern string
	Action  people.Action
	Handler Handler
}
