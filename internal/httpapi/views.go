package httpapi

import (
	"reflect"

	"orderly/internal/desk/admin"
	"orderly/internal/store"
	"orderly/internal/store/views"
)

var runRowType = reflect.TypeFor[RunRow]()

// View is a list of orders that was saved under a name.
type View struct {
	ID          string `json:"id" example:"viw_0pmnqh2000400"`
	Name        string `json:"name"`
	Query       string `json:"query" doc:"The query string of the list of orders."`
	Position    int64  `json:"position"`
	EditVersion int64  `json:"edit_version"`
	UpdatedAt   string `json:"updated_at" format:"date-time"`
}

// NewView asks for a view of the team's to be saved.
type NewView struct {
	Name     string `json:"name" minLength:"1" maxLength:"60"`
	Query    string `json:"query" maxLength:"2000" example:"stage=on_hold&channel=web"`
	Position *int64 `json:"position,omitempty" minimum:"0" maximum:"1000"`
}

func renderView(v views.View) View {
	return View{v.ID.String(), v.Name, v.Query, v.Position, v.EditVersion, instant(v.UpdatedAt)}
}

func (a *api) listViews(c *call, _ *none, _ *none) (Page[View], error) {
	var list []views.View
	err := c.read(func(r *store.Reader) (err error) {
		list, err = views.Of(r, 0, views.Orders)
		return err
	})
	return pageUntil(list, renderView, ""), err
}

func (a *api) saveView(c *call, _ *none, in *NewView) (View, error) {
	r, err := one(c, admin.SaveView, admin.ViewCommand{Name: in.Name, Query: in.Query, Position: in.Position, Shared: true})
	if err != nil {
		return View{}, err
	}
	var v views.View
	err = c.read(func(rd *store.Reader) (err error) {
		v, err = views.Get(rd, views.ID(r.ID))
		return err
	})
	return renderView(v), err
}

type viewID struct {
	ID string `path:"id" example:"viw_0pmnqh2000400"`
}

func (a *api) removeView(c *call, p *viewID, _ *none) (none, error) {
	id, err := views.ParseID(p.ID)
	if err != nil {
		return none{}, err
	}
	_, err = one(c, admin.RemoveView, admin.RemoveCommand{ID: id})
	return none{}, err
}
