package httpapi

import (
	"cmp"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/feeds"
)

// feedRoutes are where partners' lists of their stock are fetched from.
func (a *api) feedRoutes() {
	set := access.SettingsWrite
	add(a, route{method: "GET", path: "/v1/locations/{id}/stock-feed", id: "getStockFeed", summary: "Read where a partner's list of its stock is fetched from", needs: access.RequestsWork, tagged: true}, a.getStockFeed)
	add(a, route{method: "PUT", path: "/v1/locations/{id}/stock-feed", id: "setStockFeed", summary: "Say where a partner's list of its stock is fetched from", needs: set, text: setFeedText}, a.setStockFeed)
	add(a, route{method: "POST", path: "/v1/locations/{id}/stock-feed/look", id: "lookAtStockFeed", summary: "Look at it within a minute", needs: access.RequestsWork}, a.lookAtStockFeed)
}

const setFeedText = "A CSV file with a header: in a folder below the server's `--edi-dir`, or at a URL. It is made, or becomes this one, and is looked at at once. With `If-Match` it must be at that version. A `secret` that is left out stays, as long as the address does."

// StockFeed is how a partner's list of its stock is fetched, and what became of
// the last look.
type StockFeed struct {
	StockFeedBody
	HasSecret bool     `json:"has_secret"`
	NextAt    string   `json:"next_at,omitempty" format:"date-time" doc:"When it is looked at next."`
	Status    string   `json:"status,omitempty" enum:"taken,partly,nothing,failed" doc:"Of the last look. nothing: no news, and what was taken stands."`
	LookedAt  string   `json:"looked_at,omitempty" format:"date-time"`
	TakenAt   string   `json:"taken_at,omitempty" format:"date-time" doc:"When it last said something new that could be read."`
	Lines     int64    `json:"lines" doc:"Items of ours, of what was taken last."`
	Unknown   int64    `json:"unknown" doc:"Lines that name nothing of ours."`
	Bad       int64    `json:"bad" doc:"Lines that cannot be read; a complete list with one of them says nothing of what it does not name."`
	Faults    []string `json:"faults" doc:"The first 20."`
	Version   int64    `json:"version"`
}

// StockFeedBody is the setting.
type StockFeedBody struct {
	Source   string `json:"source" enum:"folder,url"`
	Address  string `json:"address" maxLength:"2000" doc:"The folder, such as acme/stock, or the URL."`
	Header   string `json:"header,omitempty" maxLength:"60" example:"X-Api-Key" doc:"That carries the secret."`
	Secret   string `json:"secret,omitempty" maxLength:"500" doc:"Kept sealed and never told."`
	Named    string `json:"named,omitempty" enum:"sku,supplier" doc:"How items are named: by our SKU or a barcode (sku, when left out), or by the supplier's own number in its offers."`
	SKU      string `json:"sku_column,omitempty" maxLength:"200" doc:"Found by a usual name when left out."`
	Quantity string `json:"quantity_column,omitempty" maxLength:"200"`
	Complete bool   `json:"complete,omitempty" doc:"Of what it does not list there is none."`
	Minutes  int64  `json:"minutes,omitempty" minimum:"5" maximum:"10080" doc:"Between two looks; 60 when left out."`
	Active   *bool  `json:"active,omitempty"`
}

func renderFeed(f *feed.Feed) StockFeed {
	o := &f.Outcome
	out := StockFeed{
		StockFeedBody: StockFeedBody{Source: f.Source, Address: f.Address, Header: f.Header, Named: f.Named, SKU: f.SKU, Quantity: f.Quantity, Complete: f.Complete, Minutes: f.Minutes, Active: &f.Active},
		HasSecret:     f.Secret != "", Status: o.Status, LookedAt: instant(o.At), TakenAt: instant(o.TakenAt), Lines: o.Lines, Unknown: o.Unknown, Bad: o.Bad, Faults: append([]string{}, o.Told...), Version: f.Version,
	}
	if f.Active {
		out.NextAt = instant(f.NextAt)
	}
	return out
}

func (c *call) feedOf(at stock.LocationID, name string) (StockFeed, error) {
	var f *feed.Feed
	err := c.read(func(r *store.Reader) (err error) {
		f, err = feeds.Of(r, at)
		return err
	})
	if err == nil && f == nil {
		err = fault.New(fault.NotFound, "no_feed", "no list of stock is fetched for location %s", name)
	}
	if err != nil {
		return StockFeed{}, err
	}
	c.tag(f.Version)
	return renderFeed(f), nil
}

func (a *api) getStockFeed(c *call, p *locationID, _ *none) (StockFeed, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return StockFeed{}, err
	}
	return c.feedOf(t.Location, p.ID)
}

func (a *api) setStockFeed(c *call, p *locationID, in *StockFeedBody) (StockFeed, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return StockFeed{}, err
	}
	cmd := admin.FeedCommand{Secret: in.Secret, Feed: feed.Feed{
		Location: t.Location, Source: in.Source, Address: in.Address, Header: in.Header, Named: cmp.Or(in.Named, feed.ByName), SKU: in.SKU, Quantity: in.Quantity, Complete: in.Complete, Minutes: cmp.Or(in.Minutes, feed.UsualMinutes), Active: in.Active == nil || *in.Active,
	}}
	if cmd.Version, err = c.ifMatch(false); err != nil {
		return StockFeed{}, err
	}
	if _, err := one(c, admin.SaveFeed, cmd); err != nil {
		return StockFeed{}, err
	}
	return c.feedOf(t.Location, p.ID)
}

func (a *api) lookAtStockFeed(c *call, p *locationID, _ *none) (StockFeed, error) {
	t, err := c.partnerAt(p.ID)
	if err != nil {
		return StockFeed{}, err
	}
	if _, err := one(c, admin.LookSoon, t.Location); err != nil {
		return StockFeed{}, err
	}
	return c.feedOf(t.Location, p.ID)
}
