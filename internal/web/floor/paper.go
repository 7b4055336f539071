package floor

import (
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

func pickListPaper(v *shell.Visit) error {
	if !v.R.URL.Query().Has("ful") {
		return nothingChosen(v, "/floor/pick")
	}
	var ids []fulfillment.ID
	for _, text := range v.R.URL.Query()["ful"] {
		id, err := fulfillment.ParseID(text)
		if err != nil {
			return fault.New(fault.NotFound, "no_such_fulfillment", "there is no such fulfillment")
		}
		ids = append(ids, id)
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) { return shell.Filled(walk.PickList(r, ids, now)) })
}

// nothingChosen leads back from a paper that was asked for of nothing.
func nothingChosen(v *shell.Visit, to string) error {
	v.Warn(v.T("floor.select_first"))
	return v.Go(to)
}

func slipPaper(v *shell.Visit) error {
	if v.Query("ful") == "" {
		return nothingChosen(v, "/floor/pack")
	}
	id, err := fulfillment.ParseID(v.Query("ful"))
	parcel := fulfillment.ParcelID(0)
	if err == nil && v.Query("parcel") != "" {
		parcel, err = fulfillment.ParseParcelID(v.Query("parcel"))
	}
	if err != nil {
		return fault.New(fault.NotFound, "no_such_parcel", "there is no such parcel")
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) {
		return shell.Filled(walk.Slip(r, id, parcel, now))
	})
}

func labelPaper(v *shell.Visit) error {
	if v.Query("parcel") == "" {
		return nothingChosen(v, "/floor/ship")
	}
	id, err := fulfillment.ParseParcelID(v.Query("parcel"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_parcel", "there is no such parcel")
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) { return shell.Filled(walk.Label(r, id, now)) })
}

func handoverPaper(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) {
		return shell.Filled(walk.Handover(r, at, v.Query("carrier"), now))
	})
}
