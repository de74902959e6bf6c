package staff

import (
	"context"
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
		who, done, err := s.admit(w, r, route.Action)
		if done || err != nil {
			return err
		}
		if err := receive(w, r); err != nil {
			return &Failure{who, err}
		}
		if s.cfg.Clock().Sub(begun) > heldBack {
			if who, done, err = s.admit(w, r, route.Action); done || err != nil {
				return err
			}
		}
		s.touch(r.Context(), who)
		if err := route.Handler(w, r, who); err != nil {
			return &Failure{who, err}
		}
		return nil
	}
}

// heldBack is after how long a form that comes in is no longer one that was sent
// when its sender was asked who they are.
const heldBack = time.Second

// admit finds who sends a request and asks whether they may do an action. done
// says that the request is answered: they were sent elsewhere first.
func (s *Shell) admit(w http.ResponseWriter, r *http.Request, action people.Action) (who *people.Who, done bool, err error) {
	who, err = people.Enter(r.Context(), s.cfg.DB, s.Token(r), s.cfg.Clock())
	if people.SignedOut(err) {
		return who, true, s.signedOut(w, r)
	}
	if err != nil {
		return who, false, errs.Wrap("enter", err)
	}
	if to := firstOf(who); to != "" && !allowedBefore(r.URL.Path, to) {
		leave(w, r, to)
		return who, true, nil
	}
	if err := who.May(action); err != nil {
		return who, false, &Failure{who, err}
	}
	return who, false, nil
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
