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

// renameView gives a saved view another name. What it asks for stays.
func renameView(v *shell.Visit) error {
	id, err := views.ParseID(v.Path("id"))
	if err != nil {
		return err
	}
	c := admin.ViewCommand{ID: id, Name: v.Form("name"), Query: v.Form("query"), Shared: v.Form("shared") != "", Version: v.EditVersion()}
	if _, err = shell.Do(v, admin.SaveView, c); err != nil {
		told, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		for _, why := range told {
			v.Warn(why)
		}
	} else {
		v.Toast(v.T("orders.view_renamed"))
	}
	return v.Go("/orders?" + v.Form("query"))
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
