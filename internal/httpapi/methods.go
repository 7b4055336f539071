package httpapi

import (
	"net/http"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/delivery"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/methods"
)

// deliveryRoutes are how orders are delivered, and when locations work.
func (a *api) deliveryRoutes() {
	write := admin.SaveMethod.Permission
	add(a, route{method: "GET", path: "/v1/delivery-methods", id: "listDeliveryMethods", summary: "List delivery methods by code", needs: access.OrdersRead}, a.listMethods)
	add(a, route{method: "POST", path: "/v1/delivery-methods", id: "createDeliveryMethod", summary: "Make a delivery method", needs: write, answers: made, tagged: true, text: methodText}, a.createMethod)
	add(a, route{method: "GET", path: "/v1/delivery-methods/{id}", id: "getDeliveryMethod", summary: "Read a delivery method", needs: access.OrdersRead, tagged: true}, a.getMethod)
	add(a, route{method: "PATCH", path: "/v1/delivery-methods/{id}", id: "editDeliveryMethod", summary: "Change fields of a delivery method", needs: write, edit: true, tagged: true, text: methodText}, a.editMethod)
	add(a, route{method: "GET", path: "/v1/locations/{id}/calendar", id: "getCalendar", summary: "Read when a location works", needs: access.CatalogRead, tagged: true}, a.getCalendar)
	add(a, route{method: "PATCH", path: "/v1/locations/{id}/calendar", id: "editCalendar", summary: "Say when a location works", needs: admin.SaveCalendar.Permission, edit: true, tagged: true, text: calendarText}, a.editCalendar)
}

const (
	methodText   = "It holds for what is promised and placed from now on; orders keep the method that they were placed with. Where zones are given, they replace all of them."
	calendarText = "A location of which nothing was said works Monday to Friday, without a limit; what is released there until its last carrier comes leaves that day. Where days are given, they replace all of them."
)

type methodID struct {
	ID string `path:"id" doc:"The method's id, or its code as code:standard." example:"dme_0pmnqh2000400"`
}

func (c *call) methods() (all []*delivery.Method, err error) {
	err = c.read(func(r *store.Reader) error {
		all, err = methods.All(r)
		return err
	})
	return all, err
}

func (c *call) methodRow(text string) (*delivery.Method, error) {
	all, err := c.methods()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m *delivery.Method) bool { return m.ID.String() == text || "code:"+m.Code == text })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "no_such_method", "there is no delivery method %.60q", text)
	}
	return all[i], nil
}

func (a *api) listMethods(c *call, p *Paging, _ *none) (Page[DeliveryMethod], error) {
	after, err := p.text()
	if err != nil {
		return Page[DeliveryMethod]{}, err
	}
	all, err := c.methods()
	all = slices.DeleteFunc(all, func(m *delivery.Method) bool { return m.Code <= after })
	return page(p.Limit, all, renderMethod, func(m *delivery.Method) string { return m.Code }), err
}

func (a *api) createMethod(c *call, _ *none, in *NewMethod) (DeliveryMethod, error) {
	m := delivery.Method{Code: in.Code, Kind: delivery.Parcel, Active: true}
	out, err := c.saveMethod(&in.MethodFields, m, "create", nil)
	if err == nil {
		c.created("/v1/delivery-methods/" + out.ID)
	}
	return out, err
}

func (a *api) getMethod(c *call, p *methodID, _ *none) (DeliveryMethod, error) {
	m, err := c.methodRow(p.ID)
	if err != nil {
		return DeliveryMethod{}, err
	}
	c.tag(m.EditVersion)
	return renderMethod(m), nil
}

func (a *api) editMethod(c *call, p *methodID, in *MethodFields) (DeliveryMethod, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return DeliveryMethod{}, err
	}
	m, err := c.methodRow(p.ID)
	if err != nil {
		return DeliveryMethod{}, err
	}
	return c.saveMethod(in, *m, "update", version)
}

func (c *call) saveMethod(in *MethodFields, m delivery.Method, only string, version *int64) (DeliveryMethod, error) {
	in.apply(&m, &c.faults)
	r, err := one(c, admin.SaveMethod, admin.MethodCommand{Method: m, Only: only, Version: version})
	if err != nil {
		return DeliveryMethod{}, err
	}
	saved, ok := r.Value.(*delivery.Method)
	if !ok { // a repeated key: what is there now
		if saved, err = c.methodRow("code:" + m.Code); err != nil {
			return DeliveryMethod{}, err
		}
	}
	c.tag(saved.EditVersion)
	return renderMethod(saved), nil
}

// calendar reads when a location works, and in which zone.
func (c *call) calendar(l *stock.Location) (found *delivery.Calendar, zone *time.Location, err error) {
	err = c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		zone = m.Location()
		if l.Zone != "" {
			if own, err := time.LoadLocation(l.Zone); err == nil {
				zone = own
			}
		}
		found, err = methods.CalendarOf(r, l)
		return err
	})
	return found, zone, err
}

func (a *api) getCalendar(c *call, p *locationID, _ *none) (Calendar, error) {
	l, err := c.locationRow(p.ID)
	if err != nil {
		return Calendar{}, err
	}
	found, zone, err := c.calendar(l)
	if err != nil {
		return Calendar{}, err
	}
	c.tag(found.EditVersion)
	return renderCalendar(found, a.desk.DB.Now(), zone), nil
}

func (a *api) editCalendar(c *call, p *locationID, in *CalendarFields) (Calendar, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return Calendar{}, err
	}
	l, err := c.locationRow(p.ID)
	if err != nil {
		return Calendar{}, err
	}
	changed, _, err := c.calendar(l)
	if err != nil {
		return Calendar{}, err
	}
	in.apply(changed, &c.faults)
	if _, err := one(c, admin.SaveCalendar, admin.CalendarCommand{Calendar: *changed, Version: version}); err != nil {
		return Calendar{}, err
	}
	c.status = http.StatusOK
	return a.getCalendar(c, p, nil)
}
