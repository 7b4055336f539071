// Package proxy believes what a proxy in front says of a request: who asks, by
// which name and whether over TLS.
//
// What belongs here: which addresses are believed, the headers X-Forwarded-For,
// -Proto and -Host and Forwarded (RFC 7239), and what they make of a request.
// What does not: what is done with an address or a name (the edges).
//
// A request from elsewhere loses those headers before anybody reads them: what
// a stranger says of himself counts for nothing.
package proxy

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"orderly/internal/fault"
)

// Limits of what is read.
const (
	maxRanges = 100
	maxHops   = 50  // proxies that a request says it came through
	maxHost   = 255 // bytes of a name with its port
)

// Trust is the addresses whose word counts. The zero value trusts nobody.
type Trust struct{ ranges []netip.Prefix }

// Parse reads ranges such as 10.0.0.0/8, and single addresses.
func Parse(texts []string) (Trust, error) {
	var t Trust
	if len(texts) > maxRanges {
		return t, fault.New(fault.Invalid, "too_many_ranges", "--trusted-proxy takes at most %d ranges", maxRanges)
	}
	for _, text := range texts {
		text = strings.TrimSpace(text)
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p = netip.PrefixFrom(a, a.BitLen())
			}
		}
		if err != nil {
			return t, fault.New(fault.Invalid, "invalid_range", "--trusted-proxy %q is no range of addresses; write such as 10.0.0.0/8 or 192.0.2.7", text)
		}
		t.ranges = append(t.ranges, p.Masked())
	}
	return t, nil
}

func (t Trust) has(a netip.Addr) bool {
	for _, p := range t.ranges {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// headers are what only a proxy may say.
var headers = []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-Ip"}

type secureKey struct{}

// Secure reports whether the browser speaks TLS, to us or to a proxy that is
// believed.
func Secure(r *http.Request) bool {
	said, _ := r.Context().Value(secureKey{}).(bool)
	return said || r.TLS != nil
}

// Wrap gives next each request as its client made it: RemoteAddr, Host and
// Secure are the client's, and no header tells otherwise.
func (t Trust) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer := address(r.RemoteAddr)
		if !peer.IsValid() || !t.has(peer) {
			next.ServeHTTP(w, clean(r))
			return
		}
		said, err := t.read(peer, r.Header)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r = clean(r)
		r.RemoteAddr = net.JoinHostPort(said.client.String(), "0")
		if said.host != "" {
			r.Host = said.host
		}
		if strings.EqualFold(said.proto, "https") {
			r = r.WithContext(context.WithValue(r.Context(), secureKey{}, true))
		}
		next.ServeHTTP(w, r)
	})
}

// clean is the request without what proxies say.
func clean(r *http.Request) *http.Request {
	for _, name := range headers {
		if _, there := r.Header[name]; there {
			c := r.Clone(r.Context())
			for _, name := range headers {
				c.Header.Del(name)
			}
			return c
		}
	}
	out := *r
	return &out
}

// account is what the proxies say of a request.
type account struct {
	client      netip.Addr
	proto, host string
}

// read follows both ways of saying it. Where both are there they must agree:
// one of them is then not the proxy's but passed on by it from a stranger.
func (t Trust) read(peer netip.Addr, h http.Header) (account, error) {
	usual, err := t.usual(peer, h)
	if err != nil || len(h["Forwarded"]) == 0 {
		return usual, err
	}
	standard, err := t.standard(peer, h)
	if err == nil && len(h["X-Forwarded-For"]) > 0 && usual.client != standard.client {
		err = fmt.Errorf("the headers Forwarded and X-Forwarded-For name two clients; let the proxy set one of them and remove the other")
	}
	return standard, err
}

// usual reads the headers that most proxies set, each a list to whose end every
// proxy adds.
func (t Trust) usual(peer netip.Addr, h http.Header) (account, error) {
	hops, err := list(h["X-Forwarded-For"])
	if err != nil {
		return account{}, err
	}
	client, from := t.client(peer, hops)
	a := account{client: client}
	for name, to := range map[string]*string{"X-Forwarded-Proto": &a.proto, "X-Forwarded-Host": &a.host} {
		values, err := list(h[name])
		if err != nil {
			return account{}, err
		}
		if n := len(values); n > 0 {
			*to = values[max(0, n-max(from, 1))]
		}
	}
	a.host = hostName(a.host)
	return a, nil
}

// client is the last in the chain who is not believed, and how far from its end
// it stands; 0 is the peer itself. What is no address, such as one that was
// hidden, ends the chain: the proxy before it is as far as we know.
func (t Trust) client(peer netip.Addr, hops []string) (netip.Addr, int) {
	at, from := peer, 0
	for i := len(hops) - 1; i >= 0; i-- {
		a := address(hops[i])
		if !a.IsValid() {
			break
		}
		at, from = a, len(hops)-i
		if !t.has(a) {
			break
		}
	}
	return at, from
}

// standard reads the header Forwarded, of which each element is one proxy's.
func (t Trust) standard(peer netip.Addr, h http.Header) (account, error) {
	elements, err := list(h["Forwarded"])
	if err != nil {
		return account{}, err
	}
	hops := make([]string, len(elements))
	pairs := make([]map[string]string, len(elements))
	for i, e := range elements {
		pairs[i] = map[string]string{}
		for _, pair := range strings.Split(e, ";") {
			name, value, _ := strings.Cut(pair, "=")
			pairs[i][strings.ToLower(strings.TrimSpace(name))] = strings.Trim(strings.TrimSpace(value), `"`)
		}
		hops[i] = pairs[i]["for"]
	}
	client, from := t.client(peer, hops)
	a := account{client: client}
	if n := len(pairs); n > 0 {
		p := pairs[max(0, n-max(from, 1))]
		a.proto, a.host = p["proto"], hostName(p["host"])
	}
	return a, nil
}

// list is the values of a header, whose lines are one list.
func list(lines []string) ([]string, error) {
	var out []string
	for _, line := range lines {
		for _, v := range strings.Split(line, ",") {
			out = append(out, strings.TrimSpace(v))
		}
	}
	if len(out) > maxHops {
		return nil, fmt.Errorf("the request came through more than %d proxies", maxHops)
	}
	return out, nil
}

// address reads 192.0.2.1, [2001:db8::1] and either with a port; the zero
// address when it is none.
func address(text string) netip.Addr {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.Unmap().WithZone("")
	}
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// hostName is a name that links may begin with, "" for what is none.
func hostName(text string) string {
	if len(text) > maxHost || strings.ContainsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-._:[]", r))
	}) {
		return ""
	}
	return text
}
