package orders

import (
	"orderly/internal/desk/admin"
	"orderly/internal/store/views"
	"orderly/internal/web/shell"
)

// saveView keeps the list that the page shows under a name.
func saveView(v *shell.Visit) error {
	query := v.Form("query")
	_, err := shell.Do(v, admin.SaveView, admin.ViewCommand{Name: v.Form("name"), Query: query, Shared: v.Form("shared") != ""})
	if err != nil {
		return err
	}
	v.Toast(v.T("orders.view_saved"))
	return v.Go("/orders?" + query)
}

func removeView(v *shell.Visit) error {
	id, err := views.ParseID(v.Path("id"))
	if err != nil {
		return err
	}
	if _, err := shell.Do(v, admin.RemoveView, admin.RemoveCommand{ID: id}); err != nil {
		return err
	}
	v.Toast(v.T("orders.view_removed"))
	return v.Go("/orders")
}
