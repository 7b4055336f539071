package admin

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/feeds"
	"orderly/internal/store/locations"
)

func feedAbout(at stock.LocationID) string { return "stock feed " + at.String() }

// FeedCommand says where the list of a partner's stock is fetched from. A secret
// that is left out stays, as long as the address does. Version, unless nil, is
// what was seen; 0 where there was none.
type FeedCommand struct {
	Feed    feed.Feed
	Secret  string // in the clear
	Version *int64
}

// SaveFeed keeps it; the next look is at once. The Value of the result is the
// *feed.Feed.
var SaveFeed = act("feeds.save", access.SettingsWrite, func(c *FeedCommand) error {
	var l fault.List
	c.Feed.Address = strings.TrimSpace(c.Feed.Address)
	c.Feed.Check(&l)
	if len(c.Secret) > feed.MaxSecret || strings.ContainsFunc(c.Secret, func(r rune) bool { return r < ' ' || r > '~' }) {
		l.Add("/secret", "invalid_text", "a secret has at most %d characters of ASCII", feed.MaxSecret)
	}
	if c.Secret != "" && c.Feed.Header == "" {
		l.Add("/header", "missing", "name the header that carries the secret")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[FeedCommand]) (desk.Result, error) {
	c := a.Command
	was, err := feeds.Of(&t.Reader, c.Feed.Location)
	if err != nil {
		return desk.Result{}, err
	}
	if was == nil {
		was = &feed.Feed{Location: c.Feed.Location}
	}
	if c.Version != nil && *c.Version != was.Version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the feed was changed meanwhile; read it again")
	}
	if err := feedPlace(t, &c.Feed); err != nil {
		return desk.Result{}, err
	}
	f := c.Feed
	f.Outcome, f.Secret, f.NextAt, f.Version, f.UpdatedAt = was.Outcome, "", t.At, was.Version+1, t.At
	f.Outcome.Hash = "" // it is read anew, by what holds now
	switch {
	case f.Header == "":
	case c.Secret != "":
		ring, err := ringOf(t.Desk)
		if err != nil {
			return desk.Result{}, err
		}
		f.Secret = ring.Seal([]byte(c.Secret), feedAbout(f.Location))
	case was.Secret == "" || was.Address != f.Address:
		return desk.Result{}, fieldFault(fault.Invalid, "missing", "/secret", "give the secret that is sent to this address")
	default:
		f.Secret = was.Secret
	}
	if err := feeds.Save(t.Tx, &f); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.FeedSaved, map[string]any{"location": f.Location.String(), "active": f.Active, "secret_changed": c.Secret != ""})
	return desk.Result{Kind: journal.Location, ID: int64(f.Location), Seq: seq, Status: "done", Value: &f}, err
})

// feedPlace refuses places of our own, addresses inside, and folders from which
// documents of EDI are read.
func feedPlace(t *desk.Turn, f *feed.Feed) error {
	if err := partnerPlace(&t.Reader, f.Location); err != nil {
		return err
	}
	if f.Source == feed.Address {
		return (looking{Reader: &t.Reader, desk: t.Desk}).reachable("/address", f.Address)
	}
	traders, err := exchanges.Partners(&t.Reader, false, "", maxTraders)
	if err != nil {
		return err
	}
	for _, p := range traders {
		if p.InPath == f.Address || p.OutPath == f.Address {
			return fieldFault(fault.Conflict, "folder_taken", "/address", "the folder "+f.Address+" is that of the trading partner "+p.Code+"; name another")
		}
	}
	return nil
}

// partnerPlace refuses places of our own.
func partnerPlace(r *store.Reader, at stock.LocationID) error {
	places, err := locations.All(r)
	if err != nil {
		return err
	}
	if i := slices.IndexFunc(places, func(x *stock.Location) bool { return x.ID == at }); i < 0 || !partner.Asks(places[i].Kind) {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at location %s", at)
	}
	return nil
}

// maxTraders bounds the trading partners whose folders are looked at.
const maxTraders = 1000

// FeedSecret opens the secret of a feed; empty where it needs none.
func FeedSecret(d *desk.Desk, f *feed.Feed) (string, error) {
	if f.Secret == "" {
		return "", nil
	}
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	text, err := ring.Open(f.Secret, feedAbout(f.Location))
	return string(text), err
}

// LookedCommand is what became of a look. Version is that of the feed that was
// looked at: what was changed meanwhile is looked at again.
type LookedCommand struct {
	Location stock.LocationID
	Version  int64
	Outcome  feed.Outcome
}

// NoteFeed keeps what became of a look. It is told where it came out otherwise
// than the one before.
var NoteFeed = act("feeds.note", access.RequestsWork, func(c *LookedCommand) error { return nil }, func(t *desk.Turn, a desk.Asked[LookedCommand]) (desk.Result, error) {
	c := a.Command
	was, err := feeds.Of(&t.Reader, c.Location)
	if err != nil {
		return desk.Result{}, err
	}
	if was == nil || was.Version != c.Version {
		return desk.Result{Kind: journal.Location, ID: int64(c.Location), Status: "unchanged"}, nil
	}
	f := was.Looked(c.Outcome, t.At)
	if err := feeds.Save(t.Tx, &f); err != nil {
		return desk.Result{}, err
	}
	seq := int64(0)
	if f.Turned(was) {
		told := ""
		if len(f.Outcome.Told) > 0 {
			told = f.Outcome.Told[0]
		}
		seq, err = tell(t, a.Scope, journal.Merchant, t.M, journal.FeedTurned, map[string]any{"location": f.Location.String(), "status": f.Outcome.Status, "why": told})
	}
	return desk.Result{Kind: journal.Location, ID: int64(f.Location), Seq: seq, Status: "done", Value: &f}, err
})

// LookSoon has a feed looked at within a minute, though its time has not come.
var LookSoon = act("feeds.look", access.RequestsWork, func(*stock.LocationID) error { return nil }, func(t *desk.Turn, a desk.Asked[stock.LocationID]) (desk.Result, error) {
	f, err := feeds.Of(&t.Reader, a.Command)
	if err != nil {
		return desk.Result{}, err
	}
	if f == nil || !a.Scope.Sees(int64(a.Command)) {
		return desk.Result{}, fault.New(fault.NotFound, "no_feed", "no list of stock is fetched for location %s", a.Command)
	}
	if !f.Active {
		return desk.Result{}, fault.New(fault.Conflict, "not_active", "this feed is switched off; switch it on first")
	}
	f.NextAt = t.At
	return desk.Result{Kind: journal.Location, ID: int64(f.Location), Status: "done", Value: f}, feeds.Save(t.Tx, f)
})
