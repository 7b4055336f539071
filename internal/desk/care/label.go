package care

import (
	"bytes"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/support"
)

// LabelCommand gives a return the label with which it is sent.
type LabelCommand struct {
	Return   returns.ID
	Data     []byte
	Carrier  string
	Tracking string
}

// LabelReturn keeps a label for the way back; the customer prints it from the
// page of the order. The newest one counts.
var LabelReturn = onReturn("returns.label", access.OrdersWrite, func(c *LabelCommand) returns.ID { return c.Return },
	func(c *LabelCommand, l *fault.List) {
		agree := AgreeCommand{Carrier: c.Carrier, Tracking: c.Tracking}
		checkAgree(&agree, l)
		c.Carrier, c.Tracking = agree.Carrier, agree.Tracking
		switch {
		case len(c.Data) == 0:
			l.Add("/data", "missing", "choose the label's file")
		case len(c.Data) > returns.MaxLabel:
			l.Add("/data", "too_large", "a label has at most %d MB", returns.MaxLabel>>20)
		case labelKind(c.Data) == "":
			l.Add("/data", "unknown_file", "a label is a PDF or a PNG")
		}
	}, nil,
	func(b *step.Batch, a desk.Asked[LabelCommand], x *returns.Return, _ *order.Order) (outcome, error) {
		if err := x.May("label"); err != nil {
			return outcome{}, err
		}
		c := a.Command
		x.Carrier, x.Tracking = c.Carrier, c.Tracking
		f := returns.File{ID: b.NewID(), Return: x.ID, Purpose: returns.Label, Kind: labelKind(c.Data), Size: int64(len(c.Data)), Data: c.Data, At: b.At}
		b.AddReturnFile(f)
		return outcome{tell: journal.ReturnLabeled, data: map[string]any{"kind": f.Kind, "size": f.Size}}, nil
	})

// labelKind is the media type of a label by what is in it; "" when it is none.
func labelKind(data []byte) string {
	if bytes.HasPrefix(data, []byte("%PDF-")) && bytes.Contains(data[max(0, len(data)-2048):], []byte("%%EOF")) {
		return "application/pdf"
	}
	if kind := support.PictureKind(data); kind == "image/png" {
		return kind
	}
	return ""
}

// checkPhotos lists the faults of what a customer shows of the goods.
func checkPhotos(list [][]byte, l *fault.List) {
	if len(list) > returns.MaxPhotos {
		l.Add("/photos", "too_many", "at most %d pictures of a return", returns.MaxPhotos)
		return
	}
	for _, data := range list {
		switch {
		case len(data) > returns.MaxPhoto:
			l.Add("/photos", "too_large", "a picture has at most %d MB", returns.MaxPhoto>>20)
		case !strings.HasPrefix(support.PictureKind(data), "image/"):
			l.Add("/photos", "unknown_picture", "send pictures as JPEG, PNG or WebP")
		}
	}
}

// addPhotos keeps them with their return.
func addPhotos(b *step.Batch, x *returns.Return, list [][]byte) {
	for _, data := range list {
		b.AddReturnFile(returns.File{ID: b.NewID(), Return: x.ID, Purpose: returns.Photo, Kind: support.PictureKind(data), Size: int64(len(data)), Data: data, At: b.At})
	}
}
