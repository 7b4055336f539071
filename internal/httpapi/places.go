package httpapi

import (
	"strings"
	"sync"

	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
)

// places knows the codes of locations. A code never changes and an id is never
// given again, so what was read once stays true; what is not known is read. It
// is safe for concurrent use.
type places struct {
	mu sync.RWMutex
	by map[int64]*codes
}

// codes are those of one merchant. It never changes; a newer one replaces it.
type codes struct {
	of map[stock.LocationID]string
	id map[string]stock.LocationID
}

var noCodes = &codes{}

func (p *places) known(merchant int64) *codes {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if c := p.by[merchant]; c != nil {
		return c
	}
	return noCodes
}

func (c *call) loadCodes() (*codes, error) {
	var all []*stock.Location
	err := c.read(func(r *store.Reader) (err error) {
		all, err = locations.All(r)
		return err
	})
	if err != nil {
		return noCodes, err
	}
	made := &codes{map[stock.LocationID]string{}, map[string]stock.LocationID{}}
	for _, l := range all {
		made.of[l.ID], made.id[l.Code] = l.Code, l.ID
	}
	p := &c.api.places
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.by == nil {
		p.by = map[int64]*codes{}
	}
	p.by[c.scope.Merchant] = made
	return made, nil
}

// code is a location's code. It must not be called inside a read.
func (c *call) code(id stock.LocationID) string {
	if code, ok := c.api.places.known(c.scope.Merchant).of[id]; ok || id == 0 {
		return code
	}
	all, err := c.loadCodes()
	if err != nil {
		c.api.log.Warn("a location's code could not be read", "request_id", c.id, "error", err)
	}
	return all.of[id]
}

// location finds a location by its id or code, as the caller may see it. It
// must not be called inside a read. 0 with a fault means that there is none.
// However many unknown ones a request names, it reads at most once.
func (c *call) location(at, text string, faults *fault.List) (stock.LocationID, error) {
	if text == "" {
		return 0, nil // whoever needs one says that it is missing
	}
	all := c.api.places.known(c.scope.Merchant)
	id, ok := all.find(text)
	if !ok && !c.reread {
		var err error
		if all, err = c.loadCodes(); err != nil {
			return 0, err
		}
		c.reread = true
		id, ok = all.find(text)
	}
	if !ok || !c.scope.Sees(int64(id)) {
		faults.Add(at, "unknown_location", "there is no location %.60q; name one by its code or its id", text)
		return 0, nil
	}
	return id, nil
}

func (c *codes) find(text string) (stock.LocationID, bool) {
	if strings.HasPrefix(text, "loc_") {
		if id, err := stock.ParseLocationID(text); err == nil {
			_, ok := c.of[id]
			return id, ok
		}
	}
	id, ok := c.id[text]
	return id, ok
}
