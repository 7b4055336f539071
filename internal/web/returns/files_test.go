package returns_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/care"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
)

// sendFile posts a form with a file as a browser does.
func sendFile(t *testing.T, s *pagetest.Site, role access.Role, path, field string, data []byte, fields map[string]string) pagetest.Answer {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range fields {
		if err := w.WriteField(name, text); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile(field, "x.exe")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return s.Ask(role, http.MethodPost, path, &b, http.Header{"Content-Type": {w.FormDataContentType()}})
}

var filePath = regexp.MustCompile(`/returns/ret_[0-9a-z]+/files/rfl_[0-9a-z]+`)

// A customer's photo reaches staff, and the label of staff the customer, each
// with what it is and nothing that runs; the link of another order opens none.
func TestFilesBothWays(t *testing.T) {
	s, _, at := open(t, storetest.SQLite(t))
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"n_1": "1", "reason_1": "damaged", "comment": "cracked"}
	if got := sendFile(t, s, "", at+"/returns", "photos", []byte("<script>"), want); got.Status != 422 || !strings.Contains(got.Body, "cracked") {
		t.Errorf("a script: %d", got.Status)
	}
	if got := sendFile(t, s, "", at+"/returns", "photos", b.Bytes(), want); got.Status != 303 {
		t.Fatalf("a photo: %d %.900s", got.Status, got.Body)
	}
	path := returnPath.FindString(says(t, s, access.Support, "/returns", "R1001"))
	photo := s.Get(access.Support, filePath.FindString(says(t, s, access.Support, path, "A photo of the customer")))
	if photo.Status != 200 || photo.Body != b.String() || photo.Header.Get("Content-Type") != "image/png" || !strings.Contains(photo.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the photo: %d %v", photo.Status, photo.Header)
	}
	done(t, s, access.Support, path+"/approve", nil)
	const pdf = "%PDF-1.4\n%%EOF\n"
	if got := sendFile(t, s, access.Support, path+"/label", "label", []byte("MZ"), nil); got.Status != 422 || !strings.Contains(got.Body, "a PDF or a PNG") {
		t.Errorf("a program: %d", got.Status)
	}
	if got := sendFile(t, s, access.Support, path+"/label", "label", []byte(pdf), map[string]string{"carrier": "dhl", "tracking": "JD1"}); got.Status != 303 {
		t.Fatalf("the label: %d", got.Status)
	}
	says(t, s, "", at+"/returns", "Download the label", "JD1")
	if got := s.Get("", at+path+"/label"); got.Status != 200 || got.Body != pdf || got.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the customer's label: %d %v", got.Status, got.Header)
	}
	other := s.Place("MUG", 1)
	foreign := "/t/" + desktest.Must(s.Shop, care.MakeLink, care.LinkCommand{Order: other.Order.ID}).Value.(string)
	if got := s.Get("", foreign+path+"/label"); got.Status != 404 {
		t.Errorf("another order's link has the label: %d", got.Status)
	}
}
