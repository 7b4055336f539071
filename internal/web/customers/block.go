package customers

import (
	"orderly/internal/desk/admin"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// saveBlock blocks the customer, or ends that when no reason is given.
func saveBlock(v *shell.Visit) error {
	who, err := find(v, func(*store.Reader, *party.Customer) error { return nil })
	if err != nil {
		return err
	}
	if _, err := shell.Do(v, admin.BlockCustomer, admin.BlockCommand{Customer: who.ID, Reason: v.Form("reason")}); err != nil {
		if _, told := shell.FaultsOf(err); !told {
			return err
		}
	} else {
		v.Toast(v.T("customers.block_saved"))
	}
	return v.Go("/customers/" + who.ID.String())
}

func blockReasons(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(admin.BlockReasons))
	for i, r := range admin.BlockReasons {
		out[i] = ui.Option{Value: r, Label: v.T("customers.block_" + r)}
	}
	return out
}
