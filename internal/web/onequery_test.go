package web

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"qingdan/internal/platform/sqldb"
	"qingdan/internal/registry/people"
	"qingdan/internal/testkit"
	"qingdan/internal/web/staff"
)

// listener stands between the program and PostgreSQL, and keeps the text of
// every statement that passes.
type listener struct {
	to   string
	mu   sync.Mutex
	said []string
}

// listen puts a listener before the server of a database and gives the name of
// the database through it.
func listen(t *testing.T, dsn string) (*listener, string) {
	t.Helper()
	u, err := url.Parse(dsn)
	must(t, err)
	if u.Query().Get("sslmode") != "disable" {
		t.Skip("statements cannot be heard through TLS")
	}
	l := &listener{to: u.Host}
	in, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := in.Accept()
			if err != nil {
				return // the test is over
			}
			all.Go(func() { l.carry(client) })
		}
	})
	t.Cleanup(func() { _ = in.Close(); all.Wait() }) // the database is closed before, and so every connection
	u.Host = in.Addr().String()
	return l, u.String()
}

// carry passes one connection on, both ways.
func (l *listener) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(client, server); _ = client.Close() }()
	l.hear(io.TeeReader(client, server))
}

// hear reads the messages of a client: a first one without kind, then kind and
// length before each. A statement is prepared once under a name (P) and then
// bound by it (B), or sent as it is (Q).
func (l *listener) hear(r io.Reader) {
	prepared := map[string]string{}
	for kind, first := make([]byte, 1), true; ; first = false {
		if !first {
			if _, err := io.ReadFull(r, kind); err != nil {
				return
			}
		}
		var size uint32
		if err := binary.Read(r, binary.BigEndian, &size); err != nil || size < 4 {
			return
		}
		body := make([]byte, size-4)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		one, rest, _ := bytes.Cut(body, []byte{0})
		two, _, _ := bytes.Cut(rest, []byte{0})
		switch {
		case first:
		case kind[0] == 'P':
			prepared[string(one)] = string(two)
		case kind[0] == 'B':
			l.keep(prepared[string(two)])
		case kind[0] == 'Q':
			l.keep(string(one))
		}
	}
}

func (l *listener) keep(text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said = append(l.said, text)
}

// taken gives what was heard since it was last asked.
func (l *listener) taken() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	said := l.said
	l.said = nil
	return said
}

// TestAPageAsksOnceWhoMayWhat: a whole page of staff takes one statement to know
// who asks and what they may do, that of people.Enter, whatever else it reads.
func TestAPageAsksOnceWhoMayWhat(t *testing.T) {
	ear, dsn := listen(t, testkit.DSN(t, sqldb.PostgreSQL))
	db, led := testkit.OpenDSN(t, dsn)
	b := openBureau(t, db, led, "")
	pages, most := 0, 0
	for _, route := range b.Routes() {
		path, get := strings.CutPrefix(route.Pattern, "GET ")
		if !get || strings.Contains(path, "{") {
			continue
		}
		for _, p := range b.who {
			if b.site.Who(p).May(route.Action) != nil {
				continue
			}
			ear.taken()
			if w := b.ask(p, http.MethodGet, path); w.Code >= http.StatusInternalServerError {
				t.Fatalf("%s: %d", path, w.Code)
			}
			enters, said := 0, ear.taken()
			for _, q := range said {
				if strings.Contains(q, "from sessions s join accounts") {
					enters++
				} else if asksRights(q) && !aboutRights(route.Action, path) {
					t.Errorf("%s asks again: %s", path, q)
				}
			}
			if enters != 1 {
				t.Errorf("%s finds out %d times who asks", path, enters)
			}
			pages, most = pages+1, max(most, len(said))
		}
	}
	if pages < 100 {
		t.Errorf("only %d pages were asked for", pages)
	}
	t.Logf("%d pages; the most statements of one: %d", pages, most)
}

// asksRights says whether a statement reads what rights are made of.
func asksRights(q string) bool {
	for _, table := range []string{"sessions", "account_roles", "audit_group_departments", "credentials"} {
		if strings.Contains(q, table) {
			return true
		}
	}
	return false
}

// aboutRights are the pages that show accounts, roles, groups or sessions, and
// the home page, whose tasks count accounts without role and locked ones: there
// they are what is read about, and not what is asked for.
func aboutRights(a people.Action, path string) bool {
	switch a {
	case people.ManageAccounts, people.ManageSecurity, people.ReadAudit, people.RunRounds:
		return true
	}
	return path == staff.HomePath || path == "/rounds/groups" || strings.HasPrefix(path, staff.AccountPath)
}
