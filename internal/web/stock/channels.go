package stock

import (
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	sells "orderly/internal/store/selling"
	"orderly/internal/store/shelves"
	"orderly/internal/web/shell"
)

// channelShare is what one channel may sell of the item.
type channelShare struct {
	channels.Channel
	May    int64
	Buffer *int64 // of this item at every location; nil when none was set
}

// readShares reads what each channel may sell. Without any terms, and for who
// may set none, there is nothing to show.
func (x *view) readShares(v *shell.Visit, r *store.Reader) error {
	may, _, err := shelves.ByTerms(r, x.Levels)
	if err != nil || len(may) == 0 && !v.May(access.SettingsWrite) {
		return err
	}
	list, err := channels.All(r)
	if err != nil {
		return err
	}
	set, err := sells.OfItems(r, []int64{int64(x.Item.ID)})
	if err != nil {
		return err
	}
	free := int64(0)
	for i := range x.Levels {
		if l := x.by[x.Levels[i].Location]; l != nil && l.Active {
			free += x.Levels[i].Sellable()
		}
	}
	for _, c := range list {
		share := channelShare{Channel: c, May: free}
		if n, ok := may[c.Code]; ok {
			share.May = n
		}
		for _, b := range set {
			if b.Channel == c.Code && b.Location == 0 {
				share.Buffer = &b.Units
			}
		}
		x.Shares = append(x.Shares, share)
	}
	return nil
}

func setAll(v *shell.Visit, list []admin.BuffersCommand) error {
	if len(list) == 0 {
		return nil
	}
	got, err := shell.DoAll(v, admin.SetBuffers, list)
	for i := range got {
		if err == nil {
			err = got[i].Err
		}
	}
	return err
}

func bufferField(i int) string { return "buffer_" + strconv.Itoa(i) }

func (x *view) bufferText(s channelShare) string {
	if s.Buffer == nil {
		return ""
	}
	return x.plain(*s.Buffer)
}

// saveShares keeps the buffers of the item that were changed. The channels are
// those of the form: others may have come meanwhile.
func saveShares(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	var faults fault.List
	var changed []admin.BuffersCommand
	for i, code := range v.R.PostForm["channel"] {
		if i >= len(x.Shares) {
			break
		}
		name := bufferField(i)
		line := selling.Line{SKU: x.Item.SKU}
		if v.Form(name) != "" {
			n := x.quantity(v, name, &faults)
			if line.Units = &n; n < 0 || n > stock.MaxQuantity {
				faults.Add("/"+name, "out_of_range", "%s", v.T("shell.not_a_number"))
			}
		}
		if v.Form(name) != v.Form("was_"+name) {
			changed = append(changed, admin.BuffersCommand{Channel: code, Lines: []selling.Line{line}})
		}
	}
	if err = faults.Err(); err == nil {
		err = setAll(v, changed)
	}
	return done(v, x, "settings", v.T("selling.saved"), err)
}
