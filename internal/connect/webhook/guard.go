package webhook

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// control looks at what is about to be connected to.
type control func(network, address string, c syscall.RawConn) error

// guard lets through what is on the open internet, and the ranges that were
// named.
func guard(private []netip.Prefix) control {
	var v4, v6 []netip.Prefix
	for _, p := range private {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	g := ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))
	return func(network, address string, c syscall.RawConn) error {
		if err := g.Safe(network, address, c); err != nil {
			return errInside
		}
		return nil
	}
}

// within lets through the ranges that were named, and nothing else.
func within(private []netip.Prefix) control {
	return func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !slices.ContainsFunc(private, func(p netip.Prefix) bool { return p.Contains(at.Addr()) }) {
			return errPlain
		}
		return nil
	}
}

var (
	errInside = errors.New("the name leads to an address that is not on the open internet; nothing was sent (see --webhooks-to)")
	errPlain  = errors.New("plain http goes only to ranges that the server was started with; nothing was sent (see --webhooks-to)")
)

// Limits of connections.
const (
	dialTimeout  = 5 * time.Second
	idleTimeout  = 30 * time.Second
	perHost      = 8
	maxHeader    = 16 << 10
	maxAddresses = 8 // of a name that are tried
)

// client calls without a proxy, which would connect in our place, and follows
// no redirect: each would be an address that nobody has looked at.
func client(o *Options, look control) *http.Client {
	d := &net.Dialer{Timeout: dialTimeout, Control: look}
	return &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dial(ctx, d, o.Lookup, network, address)
			},
			ForceAttemptHTTP2: true, TLSHandshakeTimeout: dialTimeout, IdleConnTimeout: idleTimeout,
			MaxIdleConnsPerHost: perHost, MaxResponseHeaderBytes: maxHeader,
		},
	}
}

// dial connects to the first address of a name that takes the connection. The
// dialer's control has the last word on each.
func dial(ctx context.Context, d *net.Dialer, lookup func(context.Context, string) ([]netip.Addr, error), network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if _, literal := netip.ParseAddr(host); lookup == nil || literal == nil {
		return d.DialContext(ctx, network, address)
	}
	list, err := lookup(ctx, host)
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("the name has no address")
	for _, ip := range list[:min(len(list), maxAddresses)] {
		var c net.Conn
		if c, err = d.DialContext(ctx, network, net.JoinHostPort(ip.String(), port)); err == nil {
			return c, nil
		}
	}
	return nil, err
}
