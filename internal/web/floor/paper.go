package floor

import (
	"net/http"

	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// printed is a paper that can be drawn.
type printed interface{ PDF() ([]byte, error) }

// paper reads a paper on one snapshot and answers with it.
func paper[P printed](v *shell.Visit, fill func(*store.Reader, int64) (P, error)) error {
	var p P
	err := v.Read(func(r *store.Reader) (err error) {
		p, err = fill(r, v.Now().UnixMicro())
		return err
	})
	if err != nil {
		return err
	}
	b, err := p.PDF()
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Del("Content-Security-Policy") // a browser shows a PDF by a page of its own
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", "inline")
	v.W.WriteHeader(http.StatusOK)
	_, _ = v.W.Write(b) // who left needs none
	return nil
}

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
	return paper(v, func(r *store.Reader, now int64) (printed, error) { return filled(walk.PickList(r, ids, now)) })
}

// filled keeps a nil paper from being an interface that is not nil.
func filled[T printed](p T, err error) (printed, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
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
	return paper(v, func(r *store.Reader, now int64) (printed, error) { return filled(walk.Slip(r, id, parcel, now)) })
}

func labelPaper(v *shell.Visit) error {
	if v.Query("parcel") == "" {
		return nothingChosen(v, "/floor/ship")
	}
	id, err := fulfillment.ParseParcelID(v.Query("parcel"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_parcel", "there is no such parcel")
	}
	return paper(v, func(r *store.Reader, now int64) (printed, error) { return filled(walk.Label(r, id, now)) })
}

func handoverPaper(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	return paper(v, func(r *store.Reader, now int64) (printed, error) {
		return filled(walk.Handover(r, at, v.Query("carrier"), now))
	})
}
