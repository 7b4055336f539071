package orders

import (
	"database/sql"
	"errors"
	"net/url"
	"slices"
	"strconv"

	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
)

// messagePart gives the form of the dialog with the text as it is now.
func messagePart(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	kind := message.Kind(v.Query("kind"))
	if !slices.Contains(message.Told, kind) {
		kind = message.Kinds[0]
	}
	parcel := parcelNamed(v.Query("parcel"))
	var l *post.Letter
	err = v.Read(func(r *store.Reader) error {
		o, err := orders.Get(r, id)
		if errors.Is(err, sql.ErrNoRows) {
			return noSuchOrder()
		}
		if err != nil {
			return err
		}
		l, err = post.Read(r, message.Message{Order: int64(id), Kind: kind, Ref: message.AskedRef(parcel, 0), Amount: o.Refunded, By: v.Scope.Actor.String()})
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(messageDialog(v, l, strconv.FormatInt(parcel, 10)))
}

func parcelNamed(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

func messageForm(v *shell.Visit, id order.ID, faults *fault.List) care.MessageCommand {
	return care.MessageCommand{Order: id, Kind: message.Kind(v.Form("kind")), Parcel: parcelNamed(v.Form("parcel")), Amount: v.FormInt("amount", faults)}
}

// messagePath leads to the form for sending a message once more.
func messagePath(x *view, m message.Message) string {
	return "/orders/" + x.ID.String() + "/message?" + url.Values{"kind": {string(m.Kind)}, "parcel": {strconv.FormatInt(m.Parcel(), 10)}}.Encode()
}
