package ui

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Clients tells where requests come from. Behind a proxy of our own, which adds
// the address of the client to X-Forwarded-For, that is what the proxy says; from
// anybody else the header counts for nothing. A private address alone makes no
// proxy: in the inner network of an office every colleague has one.
type Clients struct {
	Proxied bool           // there is a proxy, on this machine or at one of Proxies
	Proxies []netip.Prefix // where it is beside this machine
}

// Address is the network address of the client, without port: the peer's, or
// behind our own proxy the last one in X-Forwarded-For, which that proxy wrote.
func (c Clients) Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	peer, err := netip.ParseAddr(host)
	if err != nil || !c.proxy(peer.Unmap()) {
		return host
	}
	all := r.Header.Values("X-Forwarded-For")
	if len(all) == 0 {
		return host
	}
	hops := strings.Split(all[len(all)-1], ",")
	client, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1]))
	if err != nil {
		return host
	}
	return client.Unmap().String()
}

// networkBits is how much of an IPv6 address says whose it is: one line has at
// least these many addresses of its own (RFC 6177).
const networkBits = 64

// Network is the address as something to be counted by: an IPv4 address, the
// first half of an IPv6 one.
func (c Clients) Network(r *http.Request) string {
	address := c.Address(r)
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	p, err := ip.Prefix(networkBits)
	if err != nil {
		return ip.String()
	}
	return p.String()
}

// proxy says whether a peer is our own proxy.
func (c Clients) proxy(peer netip.Addr) bool {
	return c.Proxied && (peer.IsLoopback() || slices.ContainsFunc(c.Proxies, func(p netip.Prefix) bool { return p.Contains(peer) }))
}
