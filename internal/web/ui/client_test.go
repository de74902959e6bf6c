package ui

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyOurProxySaysWhoTheClientIs(t *testing.T) {
	for _, c := range []struct {
		proxied                  bool
		peer, header, want, what string
	}{
		{false, "203.0.113.9:1", "198.51.100.7", "203.0.113.9", "no proxy"},
		{true, "127.0.0.1:1", "198.51.100.7", "198.51.100.7", "the proxy on this machine"},
		{true, "10.0.0.2:1", "192.0.2.66, 198.51.100.7", "198.51.100.7", "what the client made up before"},
		{true, "[::ffff:10.0.0.2]:1", "198.51.100.7", "198.51.100.7", "the same proxy in the other writing"},
		{true, "203.0.113.9:1", "198.51.100.7", "203.0.113.9", "somebody past the proxy"},
		{true, "10.0.0.77:1", "198.51.100.7", "10.0.0.77", "somebody of the inner network past the proxy"},
		{true, "192.168.3.4:1", "127.0.0.1", "192.168.3.4", "a colleague who would be this machine"},
		{true, "127.0.0.1:1", "", "127.0.0.1", "no header"},
		{true, "127.0.0.1:1", "rubbish", "127.0.0.1", "no address"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.peer
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		if got := (Clients{c.proxied, []netip.Prefix{netip.MustParsePrefix("10.0.0.2/32")}}).Address(r); got != c.want {
			t.Errorf("%s: %s, want %s", c.what, got, c.want)
		}
	}
}

// TestWhatAClientIsCountedBy: somebody with a line of IPv6 has more addresses
// than a limit by address could ever hold.
func TestWhatAClientIsCountedBy(t *testing.T) {
	for peer, want := range map[string]string{
		"203.0.113.9:1": "203.0.113.9", "[::ffff:203.0.113.9]:2": "203.0.113.9", "[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64",
		"[2001:db8:1:2:ffff::1]:1": "2001:db8:1:2::/64", "[2001:db8:1:3::1]:1": "2001:db8:1:3::/64", "[fe80::1%eth0]:1": "fe80::/64", "@": "@",
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		if got := (Clients{}).Network(r); got != want {
			t.Errorf("%s is counted by %s, want %s", peer, got, want)
		}
	}
}
