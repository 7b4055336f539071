package support_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/support"
)

const webp = "RIFF\x10\x00\x00\x00WEBPVP8L\x04\x00\x00\x00\x2f\x00\x00\x00"

func pictures(t testing.TB) map[string][]byte {
	var j, p bytes.Buffer
	pic := image.NewGray(image.Rect(0, 0, 4, 4))
	if err := jpeg.Encode(&j, pic, nil); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, pic); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"image/jpeg": j.Bytes(), "image/png": p.Bytes(), "image/webp": []byte(webp)}
}

// Kills: a picture by its name or its first bytes alone, a name of the sender's.
func TestPictures(t *testing.T) {
	for kind, data := range pictures(t) {
		if got := support.PictureKind(data); got != kind {
			t.Errorf("%s is %q", kind, got)
		}
		list := []support.File{{Name: "../evil.exe", Kind: "text/html", Data: data}}
		var l fault.List
		support.CheckPhotos(list, &l)
		_, ending, _ := strings.Cut(kind, "/")
		if l.Len() != 0 || list[0].Name != "photo-1."+ending || list[0].Kind != kind || list[0].Size != int64(len(data)) {
			t.Errorf("%s: %v %+v", kind, l.Err(), list[0])
		}
	}
	jpg := pictures(t)["image/jpeg"]
	for name, data := range map[string]string{
		"nothing": "", "html": "<html>", "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "gif": "GIF89a\x01\x00\x01\x00\x00\x00\x00;", "pdf": "%PDF-1.7",
		"three bytes": "\xff\xd8\xff", "png mark": "\x89PNG\r\n\x1a\n", "short webp": webp[:20], "wave": strings.Replace(webp, "WEBP", "WAVE", 1), "html first": "<script>" + string(jpg),
	} {
		if got := support.PictureKind([]byte(data)); got != "" {
			t.Errorf("%s is %q", name, got)
		}
	}
	var l fault.List
	support.CheckPhotos(slices.Repeat([]support.File{{Data: jpg}}, support.MaxPhotos+1), &l)
	support.CheckPhotos([]support.File{{Data: append(slices.Clone(jpg), make([]byte, support.MaxPhoto)...)}}, &l)
	if err := l.Err(); err == nil || !strings.Contains(err.Error(), "at most 4") {
		t.Errorf("too many and too large: %v", err)
	}
}

// Kills: a note, a call or another one's mail on the customer's page.
func TestSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := &support.Case{Email: "ada@example.com"}
		thread := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) support.Message {
			return support.Message{
				Way: rapid.SampledFrom([]string{support.In, support.Out, support.Note}).Draw(t, "way"), Source: rapid.SampledFrom(support.Sources).Draw(t, "source"),
				From: rapid.SampledFrom([]string{"", "ada@example.com", "carrier@example.com"}).Draw(t, "from"), Auto: rapid.SampledFrom([]string{"", "bounce"}).Draw(t, "auto"),
			}
		}), 0, 12).Draw(t, "thread")
		seen := c.Seen(thread)
		outs := 0
		for _, m := range thread {
			if m.Way == support.Out {
				outs++
			}
		}
		for _, m := range seen {
			if m.Way == support.Out {
				outs--
			}
			if m.Way == support.Note || m.Auto != "" && m.Way == support.In || m.Source == "phone" && m.Way == support.In || m.From == "carrier@example.com" && m.Source == "mail" && m.Way == support.In {
				t.Fatalf("the customer sees %+v", m)
			}
		}
		if outs != 0 {
			t.Fatalf("%d answers are hidden", outs)
		}
	})
}

// Kills: an ask without words or goods, a kind of ours.
func TestAsk(t *testing.T) {
	for _, a := range []support.Ask{
		{Want: "damaged", Text: "x"}, {Want: "question"}, {Want: "claim", Text: "x"}, {Want: "question", Text: strings.Repeat("ü", support.MaxWords+1)}, {Want: "question", Text: "a\x00b"},
		{Want: "wrong", Text: "x", Lines: []support.Part{{Line: 1, Quantity: 1}, {Line: 1, Quantity: 1}}},
	} {
		var l fault.List
		a.Check(&l)
		if l.Len() == 0 {
			t.Errorf("%.60v is taken", a)
		}
	}
	for _, want := range support.Wants {
		a := support.Ask{Want: want, Text: "It is so\nand so", Lines: []support.Part{{Line: 1, Quantity: 1}}}
		c := a.Case(7)
		var l fault.List
		a.Check(&l)
		c.Check(&l)
		if l.Len() != 0 || c.Subject != "It is so and so" || c.Source != support.Portal || (c.Kind == support.Claim) == (want == "question") {
			t.Errorf("%s: %v %+v", want, l.Err(), c)
		}
	}
}
