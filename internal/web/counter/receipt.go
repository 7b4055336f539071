package counter

import (
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// receipt is the paper that a customer takes along. With print=1 the browser
// asks for a printer as soon as it shows it.
func receipt(v *shell.Visit) error {
	id, err := order.ParseID(v.Path("id"))
	if err != nil {
		return noSuchOrder()
	}
	return v.Paper(func(r *store.Reader, _ int64) (shell.Paper, error) {
		p, err := walk.Receipt(r, id)
		if err == nil {
			p.Print = v.Query("print") != ""
		}
		return shell.Filled(p, err)
	})
}

func receiptAddress(id order.ID, query string) string {
	return "/orders/" + id.String() + "/receipt.pdf" + query
}
