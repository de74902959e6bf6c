package staff

import (
	"context"
	"errors"
	"net/http"
	"time"

	"qingdan/internal/errs"
	"qingdan/internal/platform/session"
	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/web/ui"
)

// Failure is an error of a handler with the person who met it, so that the page
// of the error can wear their frame.
type Failure struct {
	Who *people.Who
	Err error
}

// Error is that of the handler.
func (f *Failure) Error() string { return f.Err.Error() }

// Unwrap gives the error of the handler.
func (f *Failure) Unwrap() error { return f.Err }

// Hang makes routes of staff into routes of the server, each behind the guard,
// and takes their pages into the navigation. Call it for every room while the
// server is put together.
func (s *Shell) Hang(routes []Route) []ui.Route {
	s.nav.hang(routes)
	out := make([]ui.Route, 0, len(routes))
	for _, r := range routes {
		out = append(out, ui.Route{Pattern: r.Pattern, Handler: s.guard(r)})
	}
	return out
}

// guard lets a request through to a route: somebody with a living session, who
// has shown all that is asked for, and may do the action of the route. A form is
// read before the handler runs; who held its end back is asked once more, so that
// it is not sent with rights that were lost meanwhile. Nobody keeps the answer,
// whatever the handler says of that.
func (s *Shell) guard(route Route) ui.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w = &fleeting{ResponseWriter: w}
		begun := s.cfg.Clock()
		who, err := s.Again(r, route.Action)
		if err != nil {
			return s.refuse(w, r, who, err)
		}
		if err := receive(w, r); err != nil {
			return &Failure{who, err}
		}
		if s.cfg.Clock().Sub(begun) > heldBack {
			if who, err = s.Again(r, route.Action); err != nil {
				return s.refuse(w, r, who, err)
			}
		}
		s.touch(r.Context(), who)
		if err := route.Handler(w, r, who); err != nil {
			return s.refuse(w, r, who, err)
		}
		return nil
	}
}

// heldBack is after how long a form that comes in is no longer one that was sent
// when its sender was asked who they are.
const heldBack = time.Second

// Again finds who sends a request, as things stand now, and asks whether they may
// do an action. The guard asks before the handler runs; a handler that reads a
// body itself (files) asks again once it has come in, and goes on with the person
// it is given. It returns an error of it as it is: the guard then answers as if
// it had asked itself, whether the session is over, something else must be done
// first, or the right is gone (Forbidden).
func (s *Shell) Again(r *http.Request, action people.Action) (*people.Who, error) {
	who, err := people.Enter(r.Context(), s.cfg.DB, s.Token(r), s.cfg.Clock())
	if err != nil {
		return nil, errs.Wrap("enter", err)
	}
	if to := firstOf(who); to != "" && !allowedBefore(r.URL.Path, to) {
		return who, &elsewhere{to}
	}
	return who, who.May(action)
}

// elsewhere says that somebody must go to another page first.
type elsewhere struct{ to string }

// Error is for whoever does not know the way.
func (e *elsewhere) Error() string { return "to be done first: " + e.to }

// refuse answers an error of Again, whoever asked; any other is that of the
// request, with the person who met it.
func (s *Shell) refuse(w http.ResponseWriter, r *http.Request, who *people.Who, err error) error {
	var first *elsewhere
	switch {
	case people.SignedOut(err):
		return s.signedOut(w, r)
	case errors.As(err, &first):
		leave(w, r, first.to)
		return nil
	case who == nil:
		return err
	default:
		return &Failure{who, err}
	}
}

// firstOf is where somebody must go before anything else, "" when nowhere.
func firstOf(who *people.Who) string {
	switch {
	case who.Unproven:
		return CodePath
	case who.MustChange:
		return PasswordPath
	case who.MustEnrol:
		return FactorPath
	default:
		return ""
	}
}

// allowedBefore says whether a path is open to somebody who must go to another
// one first.
func allowedBefore(path, first string) bool { return under(path, first) || path == SignOutPath }

// touchWait is how long noting that a session was seen may keep a page waiting:
// while a long import holds the database, the next page notes it.
const touchWait = 200 * time.Millisecond

// touch notes at most once a minute that a session was seen. A failure is
// nobody's loss: the next page tries again, long before the session is idle.
func (s *Shell) touch(ctx context.Context, who *people.Who) {
	now := s.cfg.Clock()
	if !who.Stale(now) {
		return
	}
	wait, cancel := context.WithTimeout(ctx, touchWait)
	defer cancel()
	inside := sqldb.Inside(ctx)
	_ = s.cfg.DB.Write(wait, func(tx *sqldb.Tx) error { return session.Touch(inside, tx, who.Session, now) })
}

// leave sends the reader to another page, also out of a partial update.
func leave(w http.ResponseWriter, r *http.Request, to string) {
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", to)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// fleeting is an answer that nobody keeps.
type fleeting struct {
	http.ResponseWriter
	begun bool
}

// WriteHeader sets the header before it goes out.
func (f *fleeting) WriteHeader(status int) {
	if !f.begun {
		f.begun = true
		f.Header().Set("Cache-Control", "no-store")
	}
	f.ResponseWriter.WriteHeader(status)
}

// Write sends the header first.
func (f *fleeting) Write(b []byte) (int, error) {
	if !f.begun {
		f.WriteHeader(http.StatusOK)
	}
	return f.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the connection.
func (f *fleeting) Unwrap() http.ResponseWriter { return f.ResponseWriter }
