package world_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"orderly/internal/kit/demo/world"
)

// wellFormed reads the whole document and gives its root's name.
func wellFormed(svg []byte) (root string, err error) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return root, err
		}
		if e, ok := token.(xml.StartElement); ok && root == "" {
			root = e.Name.Local
		}
	}
}

func TestEveryItemHasAPicture(t *testing.T) {
	w := newWorld(t, world.Options{Seed: 1})
	byFamily := map[string]string{}
	for i := range w.Items {
		it := &w.Items[i]
		svg := world.PictureSVG(it.SKU)
		if root, err := wellFormed(svg); err != nil || root != "svg" {
			t.Fatalf("%s: root %q, %v", it.SKU, root, err)
		}
		if bytes.Contains(svg, []byte("%!")) {
			t.Fatalf("%s: a hole in the picture: %s", it.SKU, svg)
		}
		_, shape, _ := strings.Cut(string(svg), "<g ")
		_, shape, _ = strings.Cut(shape, ">")
		if known, ok := byFamily[it.Family]; ok && known != shape {
			t.Fatalf("%s is drawn unlike the rest of its family", it.SKU)
		}
		byFamily[it.Family] = shape
	}
	families := map[string]string{}
	for name, shape := range byFamily {
		if other, ok := families[shape]; ok {
			t.Errorf("%s and %s are drawn alike", name, other)
		}
		families[shape] = name
	}
	if len(families) != 9 {
		t.Errorf("%d families have pictures, want 9", len(families))
	}
}

func TestPictureShowsTheColorOfTheSKU(t *testing.T) {
	for sku, paint := range map[string]string{"MUG-0001-SGE-M": "#9caf88", "TEX-0002-PLM": "#6f3f5c", "KET-0003-COP-L": "#b87348"} {
		if !bytes.Contains(world.PictureSVG(sku), []byte(`fill="`+paint+`"`)) {
			t.Errorf("the picture of %s is not painted %s", sku, paint)
		}
	}
}

func FuzzPictureSVG(f *testing.F) {
	for _, s := range []string{"", "MUG-0001-SGE-M", `"><script>alert(1)</script>`, "TEA-\x00\xff", "GFT-%s%d", strings.Repeat("A", 1000)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sku string) {
		svg := world.PictureSVG(sku)
		if root, err := wellFormed(svg); err != nil || root != "svg" {
			t.Fatalf("root %q, %v: %s", root, err, svg)
		}
		if bytes.Contains(svg, []byte("<script")) || len(svg) > 4096 {
			t.Fatalf("strange picture of %d bytes: %s", len(svg), svg)
		}
	})
}
