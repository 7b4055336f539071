package care_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
	"orderly/internal/store/storetest"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Photos come with a request and a label with an approved return, each by what
// is in it; the newest label counts, and its number is the return's.
//
// Kills: a script that is called a picture; a label before anybody agreed; a
// number lost when the customer says that it was sent; a fifth photo.
func TestFilesOfReturns(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 9)
		p := delivered(s, nil, "MUG", 2)
		photo := picture(t)
		ask := func(photos ...[]byte) error {
			_, err := as(s, care.AskReturn, link(p), care.AskCommand{Order: p.Order.ID, Photos: photos, Lines: []care.AskLine{{Line: 1, Quantity: 1, Reason: "damaged"}}})
			return err
		}
		if err := ask([]byte("<script>alert(1)</script>")); fault.CodeOf(err) != "invalid" && fault.CodeOf(err) != "unknown_picture" {
			t.Errorf("a script: %v", err)
		}
		if err := ask(photo, photo, photo, photo, photo); fault.KindOf(err) != fault.Invalid {
			t.Errorf("five: %v", err)
		}
		if err := ask(photo, photo); err != nil {
			t.Fatal(err)
		}
		var id returns.ID
		read(s, func(r *store.Reader) error {
			list, err := returned.OfOrder(r, p.Order.ID)
			if err == nil {
				id = list[0].ID
			}
			return err
		})
		pdf := []byte("%PDF-1.4\n...\n%%EOF\n")
		label := care.LabelCommand{Return: id, Data: pdf, Carrier: "dhl", Tracking: "JD1"}
		if _, err := desktest.Try(s, care.LabelReturn, label); fault.CodeOf(err) != "not_now" {
			t.Errorf("a label for what nobody agreed to: %v", err)
		}
		desktest.Must(s, care.ApproveReturn, care.AgreeCommand{Return: id})
		for _, data := range [][]byte{nil, []byte("%PDF-1.4 and no end"), []byte("<svg/>"), make([]byte, returns.MaxLabel+1)} {
			bad := label
			bad.Data = data
			if _, err := desktest.Try(s, care.LabelReturn, bad); fault.KindOf(err) != fault.Invalid {
				t.Errorf("%.20q is a label: %v", data, err)
			}
		}
		desktest.Must(s, care.LabelReturn, label)
		label.Data, label.Tracking = photo, "JD2"
		desktest.Must(s, care.LabelReturn, label)
		sent, err := as(s, care.TellSent, link(p), care.AgreeCommand{Return: id})
		if x, _ := sent.Value.(*returns.Return); err != nil || x.Tracking != "JD2" || x.Carrier != "dhl" {
			t.Errorf("%+v, %v", x, err)
		}
		read(s, func(r *store.Reader) error {
			f, ok, err := returned.FileOf(r, id, 0)
			if !ok || f.Kind != "image/png" || !bytes.Equal(f.Data, photo) {
				t.Errorf("the newest label is %s of %d bytes", f.Kind, f.Size)
			}
			all, err2 := returned.Files(r, []returns.ID{id})
			if len(all) != 4 || err2 != nil || all[0].Purpose != returns.Photo {
				t.Errorf("%+v, %v", all, err2)
			}
			return err
		})
		sound(t, db)
	})
}
