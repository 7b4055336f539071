package admin

import (
	"errors"
	"strings"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/listing"
	"orderly/internal/store/users"
	"orderly/internal/store/views"
)

// ViewCommand saves a list under a name. ID 0 makes a new view; Shared makes it
// one of the whole team, which takes settings:write.
type ViewCommand struct {
	ID       views.ID
	Name     string
	Query    string
	Shared   bool
	Position *int64 // among the owner's; nil is last for a new one, as it is for another
	Version  *int64 // EditVersion that the caller saw; nil saves whatever it is
}

// SaveView keeps a list of orders for its owner, or for all.
var SaveView = act("views.save", access.OrdersRead, checkView, func(t *desk.Turn, a desk.Asked[ViewCommand]) (desk.Result, error) {
	c := a.Command
	owner, err := viewOwner(a.Scope, c.Shared)
	if err != nil {
		return desk.Result{}, err
	}
	v := views.View{ID: c.ID, Owner: owner, Room: views.Orders, CreatedAt: t.At}
	status := "done"
	if c.ID == 0 {
		v.ID, status = views.ID(t.IDs().Next()), "created"
		v.Position, err = lastPosition(t, owner)
	} else if v, err = viewFor(t, a.Scope, c.ID); err == nil {
		err = viewVersion(v, c.Version)
		if v.Owner != owner && err == nil {
			v.Owner, v.Position = owner, 0
		}
	}
	if err != nil {
		return desk.Result{}, err
	}
	q, err := listing.ParseText(c.Query)
	if err != nil {
		return desk.Result{}, err
	}
	switch other, err := views.Named(&t.Reader, owner, views.Orders, c.Name); {
	case err == nil && other.ID != v.ID:
		return desk.Result{}, fieldFault(fault.Conflict, "name_taken", "/name", "there is a view with this name; choose another, or change that one")
	case err != nil && !errors.Is(err, views.ErrUnknown):
		return desk.Result{}, err
	}
	v.Name, v.Query, v.EditVersion = c.Name, q.Text(), v.EditVersion+1
	if c.Position != nil {
		v.Position = *c.Position
	}
	if err := views.Save(t.Tx, v); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.View, int64(v.ID), journal.ViewSaved, map[string]any{"shared": v.Owner == 0})
	return desk.Result{Kind: journal.View, ID: int64(v.ID), Seq: seq, Status: status, Value: v}, err
})

// RemoveCommand forgets a view.
type RemoveCommand struct{ ID views.ID }

// RemoveView forgets a view of the caller's own, or of the team's.
var RemoveView = act("views.remove", access.OrdersRead, nil, func(t *desk.Turn, a desk.Asked[RemoveCommand]) (desk.Result, error) {
	v, err := viewFor(t, a.Scope, a.Command.ID)
	if err != nil {
		return desk.Result{}, err
	}
	if err := views.Remove(t.Tx, v.ID); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.View, int64(v.ID), journal.ViewRemoved, map[string]any{})
	return desk.Result{Kind: journal.View, ID: int64(v.ID), Seq: seq, Status: "done", Value: v}, err
})

func checkView(c *ViewCommand) error {
	var l fault.List
	c.Name = strings.TrimSpace(c.Name)
	if c.Name == "" || utf8.RuneCountInString(c.Name) > views.MaxName || strings.ContainsFunc(c.Name, func(r rune) bool { return r < ' ' }) {
		l.Add("/name", "invalid_name", "a name has 1 to %d characters", views.MaxName)
	}
	if _, err := listing.ParseText(c.Query); err != nil {
		l.AddError("/query", err)
	}
	if p := c.Position; p != nil && (*p < 0 || *p > 1000) {
		l.Add("/position", "out_of_range", "a position is between 0 and 1000")
	}
	return l.Err()
}

// viewOwner is whose a new view is: the caller's, or with the permission for it
// everybody's. A key has no list of its own.
func viewOwner(by access.Scope, shared bool) (int64, error) {
	if shared || by.Actor.Kind != access.User {
		return 0, by.Require(access.SettingsWrite)
	}
	id, err := users.ParseID(by.Actor.ID)
	return int64(id), err
}

// viewFor reads a view that the caller may change.
func viewFor(t *desk.Turn, by access.Scope, id views.ID) (views.View, error) {
	v, err := views.Get(&t.Reader, id)
	if errors.Is(err, views.ErrUnknown) {
		return v, noSuchView(id)
	}
	if err != nil {
		return v, err
	}
	if v.Owner == 0 {
		return v, by.Require(access.SettingsWrite)
	}
	if by.Actor != (access.Actor{Kind: access.User, ID: users.ID(v.Owner).String()}) {
		return v, noSuchView(id)
	}
	return v, nil
}

func noSuchView(id views.ID) error {
	return fault.New(fault.NotFound, "no_such_view", "there is no view %s", id)
}

func viewVersion(v views.View, seen *int64) error {
	if seen != nil && *seen != v.EditVersion {
		return fault.New(fault.Conflict, "edited_meanwhile", "the view was edited meanwhile: you saw edit_version %d, it is %d now; read it again", *seen, v.EditVersion)
	}
	return nil
}

// lastPosition is behind all that the owner has, as long as there may be more.
func lastPosition(t *desk.Turn, owner int64) (int64, error) {
	have, err := views.Of(&t.Reader, owner, views.Orders)
	if err != nil || len(have) == 0 {
		return 0, err
	}
	if len(have) >= views.Max {
		return 0, fault.New(fault.Conflict, "too_many_views", "there are %d views, the most there may be; remove one first", views.Max)
	}
	return have[len(have)-1].Position + 1, nil
}

func fieldFault(k fault.Kind, code, pointer, message string) error {
	var l fault.List
	l.Add(pointer, code, "%s", message)
	return l.As(k, code, message)
}
