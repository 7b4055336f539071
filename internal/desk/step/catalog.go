package step

import (
	"errors"
	"sync"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/delivery"
	"orderly/internal/desk"
	"orderly/internal/flow"
	"orderly/internal/partner"
	"orderly/internal/selling"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/checks"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/partners"
	"orderly/internal/store/preorders"
	"orderly/internal/store/profiles"
	sells "orderly/internal/store/selling"
	"orderly/internal/store/taxes"
	"orderly/internal/tax"
	"orderly/internal/verification"
)

// maxCachedItems bounds the items a process remembers of one merchant.
const maxCachedItems = 100_000

// Catalog is the merchant's items and locations as of one config epoch.
// What it holds never changes; items are added as they are asked for. It is
// safe for concurrent use, since previews and the lane share it.
type Catalog struct {
	Epoch     int64
	Merchant  merchants.Merchant
	Locations []*stock.Location // by priority
	Methods   []*delivery.Method
	Calendars map[stock.LocationID]*delivery.Calendar // of every location, carriers lent to them
	Profile   *sourcing.Version                       // that finds places; nil for the built-in rule
	Shadow    *sourcing.Version                       // that decides beside it; nil for none
	zoned     *time.Location
	zones     map[stock.LocationID]*time.Location
	taxes     tax.Table
	flows     map[string]*flow.Flow               // by channel
	terms     map[string]*selling.Terms           // by channel; nil when nothing was said of any
	Rules     verification.Rules                  // what is looked at when an order comes
	partners  map[stock.LocationID]*partner.Terms // by location; those with terms of their own
	offered   map[int64]bool                      // items that may be ordered before they are there; nil when none may
	approvals *approvals.Saved                    // when orders need one, and who gives it; nil where nothing was ever said

	mu    sync.Mutex
	bySKU map[string]*catalog.Item
	byID  map[catalog.ID]*catalog.Item
}

// Catalogs remembers the catalog of each merchant while its epoch is equal to
// the one read under the lock. The zero value is ready.
type Catalogs struct {
	mu sync.Mutex
	by map[int64]*Catalog
}

// shared is the key under which a desk remembers the catalogs.
type shared struct{}

func catalogsOf(d *desk.Desk) *Catalogs {
	c, _ := d.Shared.LoadOrStore(shared{}, &Catalogs{})
	return c.(*Catalogs)
}

// of gives the catalog at an epoch. fresh asks for one that is not shared:
// inside a transaction that has itself changed the configuration, what is read
// may yet be rolled back.
func (c *Catalogs) of(r *store.Reader, epoch int64, fresh bool) (*Catalog, error) {
	if !fresh {
		c.mu.Lock()
		got := c.by[r.M]
		c.mu.Unlock()
		if got != nil && got.Epoch == epoch && got.size() < maxCachedItems {
			return got, nil
		}
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, err
	}
	places, err := locations.All(r)
	if err != nil {
		return nil, err
	}
	table, err := taxes.Table(r)
	if err != nil {
		return nil, err
	}
	active, shadow, err := profiles.Deciding(r)
	if err != nil {
		return nil, err
	}
	chosen, err := flowsOf(r)
	if err != nil {
		return nil, err
	}
	rules, err := checks.Rules(r)
	if err != nil {
		return nil, err
	}
	terms, err := sells.Terms(r)
	if err != nil {
		return nil, err
	}
	offered, err := preorders.Items(r)
	if err != nil {
		return nil, err
	}
	asked, err := partners.Terms(r)
	if err != nil {
		return nil, err
	}
	approve, err := approvals.Policy(r)
	if err != nil {
		return nil, err
	}
	made := &Catalog{partners: asked, flows: chosen, terms: terms, offered: offered, Rules: rules.Rules, Epoch: epoch, Merchant: m, Locations: places, Profile: active, Shadow: shadow, taxes: table.Table, zoned: m.Location(), bySKU: map[string]*catalog.Item{}, byID: map[catalog.ID]*catalog.Item{}}
	if approve.Version > 0 {
		made.approvals = &approve
	}
	if err := made.loadDelivery(r); err != nil {
		return nil, err
	}
	if !fresh {
		c.mu.Lock()
		if c.by == nil {
			c.by = map[int64]*Catalog{}
		}
		c.by[r.M] = made
		c.mu.Unlock()
	}
	return made, nil
}

func (c *Catalog) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byID)
}

// profileID names the version that finds places; zero is the built-in rule.
func (c *Catalog) profileID() sourcing.ProfileID {
	if c.Profile == nil {
		return 0
	}
	return c.Profile.ID
}

// weighs reports whether finding places asks what items weigh.
func (c *Catalog) weighs() bool { return c.Profile != nil || c.Shadow != nil }

func (c *Catalog) zone() *time.Location { return c.zoned }

// BySKU finds an item that was loaded; nil when there is none.
func (c *Catalog) BySKU(sku string) *catalog.Item {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bySKU[sku]
}

// ByID finds an item that was loaded; nil when there is none.
func (c *Catalog) ByID(id catalog.ID) *catalog.Item {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.byID[id]
}

func (c *Catalog) add(list []*catalog.Item) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, i := range list {
		c.bySKU[i.SKU], c.byID[i.ID] = i, i
	}
}

// load reads the items that are asked for and not known yet, and the
// components of bundles among them.
func (c *Catalog) load(r *store.Reader, skus []string, ids []catalog.ID) error {
	c.mu.Lock()
	var newSKUs []string
	var newIDs []catalog.ID
	for _, s := range skus {
		if _, ok := c.bySKU[s]; !ok {
			newSKUs = append(newSKUs, s)
		}
	}
	for _, id := range ids {
		if _, ok := c.byID[id]; !ok {
			newIDs = append(newIDs, id)
		}
	}
	c.mu.Unlock()
	if len(newSKUs)+len(newIDs) == 0 {
		return nil
	}
	a, err1 := items.BySKU(r, newSKUs)
	b, err2 := items.ByID(r, newIDs)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	c.add(a)
	c.add(b)
	var parts []catalog.ID
	for _, list := range [...][]*catalog.Item{a, b} {
		for _, i := range list {
			for _, p := range i.Components {
				parts = append(parts, p.Item)
			}
		}
	}
	return c.load(r, nil, parts)
}

// Location finds a location by id; nil when there is none.
func (c *Catalog) Location(id stock.LocationID) *stock.Location {
	for _, l := range c.Locations {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// LocationByCode finds a location by its code; nil when there is none.
func (c *Catalog) LocationByCode(code string) *stock.Location {
	for _, l := range c.Locations {
		if l.Code == code {
			return l
		}
	}
	return nil
}
