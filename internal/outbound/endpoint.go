// Package outbound is what leaves the shop by itself: where it is sent to, what
// became of each sending, when it is tried again and when it is given up.
//
// What belongs here: endpoints and deliveries, the schedule of tries, the order
// that holds for each object, when an endpoint is down and when a person must
// look. What does not: rows (store/endpoints), the call itself (connect/webhook)
// and who makes it when (connect/deliver).
//
// A webhook is the first kind that leaves; the schedule and the order know
// nothing of it.
package outbound

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
)

// Limits of what a merchant sets up.
const (
	MaxEndpoints = 20 // that have not ended
	MaxName      = 60 // characters
	MaxAddress   = 500
	MaxTypes     = 100
)

// Webhook is the kind of an endpoint that takes journal entries by HTTP.
const Webhook = "webhook"

// Every stands for all types of entries.
const Every = "*"

// The states of an endpoint.
const (
	Active      = "active"
	Paused      = "paused"      // by a person, or because it said that it is gone
	Quarantined = "quarantined" // it failed for so long that a person must look
	Ended       = "ended"       // for good; nothing is deleted
)

// Why an endpoint was paused by nobody.
const WhyGone = "gone"

// ID names an endpoint for ever.
type ID int64

func (id ID) String() string { return ident.Text("whe", int64(id)) }

// ParseID reads the text form, "whe_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("whe", s)
	return ID(id), err
}

// Endpoint is where entries are sent to. Secret and Previous are sealed.
type Endpoint struct {
	ID            ID
	Kind          string
	Name          string
	Address       string
	Types         []string // Every, or exact types of entries
	Location      int64    // a partner's: it is told of its own requests alone; 0 for others
	State         string
	Why           string // it is paused by itself, "" when a person did it
	Secret        string
	Previous      string // signs beside Secret until PreviousUntil
	PreviousUntil int64
	CreatedAt     int64
	UpdatedAt     int64
	EndedAt       int64
	EditVersion   int64
}

// Open reports whether entries are sent to it now.
func (e *Endpoint) Open() bool { return e.State == Active }

// Actions are what may be done with it next.
func (e *Endpoint) Actions() []string {
	switch e.State {
	case Active:
		return []string{"pause", "ping", "rotate", "replay", "end"}
	case Ended:
		return []string{}
	}
	return []string{"resume", "ping", "rotate", "replay", "end"}
}

// Wants reports whether entries of a type are sent to it.
func (e *Endpoint) Wants(typ string) bool {
	return slices.Contains(e.Types, Every) || slices.Contains(e.Types, typ)
}

// Rotating reports whether the previous secret still signs.
func (e *Endpoint) Rotating(now int64) bool { return e.Previous != "" && now < e.PreviousUntil }

// Check lists every fault of what a person says of an endpoint. known are the
// types of entries that exist.
func (e *Endpoint) Check(known []string, l *fault.List) {
	if n := utf8.RuneCountInString(e.Name); n == 0 || n > MaxName || !utf8.ValidString(e.Name) || strings.ContainsFunc(e.Name, unicode.IsControl) {
		l.Add("/name", "invalid_text", "name the endpoint in 1 to %d characters, so that you know it later", MaxName)
	}
	CheckAddress("/url", e.Address, l)
	e.checkTypes(known, l)
}

func (e *Endpoint) checkTypes(known []string, l *fault.List) {
	switch {
	case len(e.Types) == 0:
		l.Add("/types", "missing", "name the types of entries that it wants, or %q for all", Every)
	case len(e.Types) > MaxTypes:
		l.Add("/types", "too_many", "at most %d types; use %q for all", MaxTypes, Every)
		return
	}
	for i, t := range e.Types {
		if t != Every && !slices.Contains(known, t) {
			l.Add("/types/"+strconv.Itoa(i), "unknown_type", "there are no entries of the type %.60q; use %q or some of %s", t, Every, strings.Join(known, ", "))
		}
	}
}

// Tidy is a list of types in one form: sorted, each once, and Every alone.
func Tidy(types []string) []string {
	if slices.Contains(types, Every) {
		return []string{Every}
	}
	out := slices.Clone(types)
	slices.Sort(out)
	return slices.Compact(out)
}

// CheckAddress lists the faults of an address that we are to call. Where its
// name leads to is seen when it is called, each time anew.
func CheckAddress(at, address string, l *fault.List) {
	u, err := url.Parse(address)
	switch {
	case len(address) > MaxAddress:
		l.Add(at, "too_long", "at most %d characters", MaxAddress)
	case err != nil || u.Opaque != "" || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsFunc(address, unicode.IsControl):
		l.Add(at, "invalid_url", "write an address such as https://example.com/orderly")
	case u.User != nil:
		l.Add(at, "invalid_url", "leave name and password out of the address: what is sent is signed, and need not sign in")
	case u.Fragment != "":
		l.Add(at, "invalid_url", "leave out what follows #: it is never sent")
	case !plausible(u.Hostname()):
		l.Add(at, "invalid_host", "%.60q is not a host; write a name, or an IP address in its usual form", u.Hostname())
	}
}

// plausible refuses hosts that some resolver would take for an address in
// disguise, such as 2130706433 or 0x7f.1: what ends in a number is an address,
// and is written in the one usual form.
func plausible(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return !strings.Contains(host, "%") // no zones
	}
	if strings.ContainsFunc(host, func(r rune) bool {
		return r > unicode.MaxASCII || !(unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '.' || r == '_')
	}) {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	digits := strings.TrimLeft(last, "0123456789") == ""
	return last != "" && !slices.Contains(labels, "") && !digits && !strings.HasPrefix(strings.ToLower(last), "0x")
}

// Public reports whether an IP address may be on the open internet. It is the
// early word to who sets up an endpoint; the call itself is guarded more closely.
func Public(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate()
}

// Plain reports whether an address is called without TLS.
func Plain(address string) bool { return strings.HasPrefix(strings.ToLower(address), "http://") }

// Literal is the IP address that an address names, if it names one.
func Literal(address string) (netip.Addr, bool) {
	u, err := url.Parse(address)
	if err != nil {
		return netip.Addr{}, false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return ip.Unmap(), err == nil
}
