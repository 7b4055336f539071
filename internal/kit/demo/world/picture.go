package world

import (
	"fmt"
	"hash/fnv"
	"strings"
)

const (
	pictureRoot = "/picture/"
	pictureEnd  = ".svg"

	// MaxPictureSKU is how much of a SKU a picture looks at, in bytes.
	MaxPictureSKU = 64
)

// PicturePath is the address of an item's picture.
func PicturePath(sku string) string { return pictureRoot + sku + pictureEnd }

// PictureSVG draws an item: the shape and the background are its family's, the
// paint is the color that the SKU names, else one of the family's own. It
// looks at nothing but the SKU and draws something for any; of the SKU itself
// only letters, digits and dashes reach the picture.
func PictureSVG(sku string) []byte {
	if len(sku) > MaxPictureSKU {
		sku = sku[:MaxPictureSKU]
	}
	sku = plain(sku)
	h := fnv.New32a()
	h.Write([]byte(sku))
	words := strings.Split(sku, "-")
	f, draw := unknownFamily, shapes[""]
	for _, known := range families {
		if known.prefix == words[0] {
			f, draw = known, shapes[known.prefix]
		}
	}
	luck := h.Sum32()
	paint := f.paints[luck/100%uint32(len(f.paints))]
	for _, word := range words[1:] {
		if c, ok := colorCoded(word); ok {
			paint = c.paint
		}
	}
	tilt, glow := int(luck%5)-2, 60+luck/5%80
	return fmt.Appendf(nil, frame, sku, sku, f.tint, glow, f.line, tilt, paint, f.line, draw)
}

var unknownFamily = family{line: "#474b51", tint: "#ebecee", paints: []string{"#b9a88c"}}

func plain(sku string) string {
	return strings.Map(func(c rune) rune {
		if c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			return c
		}
		return -1
	}, sku)
}

// frame has a backdrop with a spot of light, a shadow, and the shape in a group
// that hands it its paint. The outline lets white things stand out.
const frame = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200" role="img" aria-label="%s">` +
	`<title>%s</title>` +
	`<rect width="200" height="200" rx="16" fill="%s"/>` +
	`<circle cx="%d" cy="78" r="62" fill="#fff" opacity=".45"/>` +
	`<ellipse cx="100" cy="164" rx="58" ry="7" fill="%s" opacity=".25"/>` +
	`<g transform="rotate(%d 100 160)" fill="%s" stroke="%s" stroke-width="3" stroke-linejoin="round" stroke-linecap="round">%s</g></svg>`

// shapes are drawn on 200 by 200 and stand on the line y = 162. Light and dark
// parts are white and black at low opacity, so that they suit any paint.
var shapes = map[string]string{
	"": `<path d="M52 90 100 66l48 24v48l-48 24-48-24z"/><path d="M52 90l48 24 48-24M100 114v48" fill="none"/>`,
	"KET": `<path d="M64 78c0-34 72-34 72 0" fill="none" stroke-width="8"/>` +
		`<path d="M140 104c14-2 18-18 32-22l4 8c-14 8-16 30-34 36z"/>` +
		`<path d="M60 92c6-14 74-14 80 0 10 20 12 46 8 62a10 10 0 0 1-9 8H61a10 10 0 0 1-9-8c-4-16-2-42 8-62z"/>` +
		`<path d="M62 92h76" fill="none"/><circle cx="100" cy="76" r="6"/>` +
		`<path d="M66 104c-5 14-6 28-5 42" fill="none" stroke="#fff" opacity=".5" stroke-width="5"/>`,
	"BRW": `<path d="M62 62h76l-6 92a8 8 0 0 1-8 8H76a8 8 0 0 1-8-8z"/>` +
		`<path d="M138 78c30-6 32 48-4 52" fill="none" stroke-width="8"/>` +
		`<path d="M66 100h68l-4 54a8 8 0 0 1-8 8H78a8 8 0 0 1-8-8z" fill="#000" opacity=".22" stroke="none"/>` +
		`<path d="M100 62V34" stroke-width="5"/><circle cx="100" cy="32" r="7"/><path d="M56 62h88" stroke-width="8"/>` +
		`<path d="M76 74l4 74" fill="none" stroke="#fff" opacity=".5" stroke-width="5"/>`,
	"MUG": `<path d="M136 88c38-8 38 52 0 50" fill="none" stroke-width="10"/>` +
		`<path d="M58 72h80v74a16 16 0 0 1-16 16H74a16 16 0 0 1-16-16z"/>` +
		`<ellipse cx="98" cy="72" rx="40" ry="9"/><ellipse cx="98" cy="73" rx="33" ry="6" fill="#000" opacity=".35" stroke="none"/>` +
		`<path d="M84 52c-8-8 8-12 0-22M108 52c-8-8 8-12 0-22" fill="none" opacity=".5"/>` +
		`<path d="M70 92v50" fill="none" stroke="#fff" opacity=".5" stroke-width="5"/>`,
	"TEA": `<path d="M62 66h76v90a6 6 0 0 1-6 6H68a6 6 0 0 1-6-6z"/><path d="M56 50h88v18H56z"/>` +
		`<path d="M72 86h56v54H72z" fill="#fff" opacity=".85" stroke="none"/>` +
		`<path d="M100 132c-20-8-20-30 0-40 20 10 20 32 0 40zM100 134v-32"/>`,
	"COF": `<path d="M62 58h76l8 98a6 6 0 0 1-6 6H60a6 6 0 0 1-6-6z"/><path d="M62 58l6-16h64l6 16z"/>` +
		`<path d="M68 42h64" stroke-width="6"/><circle cx="100" cy="112" r="30" fill="#fff" opacity=".85" stroke="none"/>` +
		`<ellipse cx="100" cy="112" rx="14" ry="20" transform="rotate(24 100 112)"/>` +
		`<path d="M107 94c-14 12 2 22-14 36" fill="none" stroke="#fff"/>`,
	"TEX": `<path d="M44 52c14-10 26 6 40-2s28 4 40-2 22 4 32 0v106c-10 6-20-4-32 2s-26-6-40 2-26-8-40 2z"/>` +
		`<path d="M58 48v108M142 46v110" fill="none" opacity=".45" stroke-width="6"/>` +
		`<path d="M44 128c14-10 26 6 40-2s28 4 40-2 22 4 32 0" fill="none" opacity=".6" stroke="#fff" stroke-width="5"/>`,
	"PRT": `<path d="M92 54h16l3 14 11 5 12-8 11 11-8 12 5 11 14 3v16l-14 3-5 11 8 12-11 11-12-8-11 5-3 14H92l-3-14-11-5-12 8-11-11 8-12-5-11-14-3v-16l14-3 5-11-8-12 11-11 12 8 11-5z"/>` +
		`<circle cx="100" cy="110" r="20" fill="#fff" opacity=".9"/>`,
	"SET": `<path d="M50 94h100v62a6 6 0 0 1-6 6H56a6 6 0 0 1-6-6z"/><path d="M42 74h116v22H42z"/>` +
		`<path d="M90 74h20v88H90z" fill="#fff" opacity=".7" stroke="none"/>` +
		`<path d="M100 74c-8-34-50-28-40-8 4 8 24 8 40 8zM100 74c8-34 50-28 40-8-4 8-24 8-40 8z"/>`,
	"GFT": `<rect x="36" y="62" width="128" height="84" rx="10"/><path d="M36 84h128" fill="none" stroke-width="8" opacity=".5"/>` +
		`<path d="M52 120h44M52 132h28" fill="none" stroke="#fff" opacity=".8" stroke-width="5"/>` +
		`<path d="M132 128c-16-6-16-20 0-28 16 8 16 22 0 28z" fill="#fff" opacity=".85"/>`,
}
