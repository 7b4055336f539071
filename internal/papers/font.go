package papers

import (
	_ "embed" // the fonts
	"encoding/binary"
	"strings"
	"sync"
	"unicode"
)

//go:embed font/Roboto-Regular.ttf
var regular []byte

//go:embed font/Roboto-Bold.ttf
var bold []byte

const (
	family  = "roboto"
	missing = '□' // what stands for a letter that the font lacks
)

// covered are the letters that both fonts have.
var covered = sync.OnceValue(func() map[rune]bool {
	out := lettersOf(regular)
	other := lettersOf(bold)
	for r := range out {
		if !other[r] {
			delete(out, r)
		}
	}
	return out
})

// lettersOf reads a font's table of characters, the one for the basic plane.
func lettersOf(font []byte) map[rune]bool {
	out := map[rune]bool{}
	u16 := func(at int) int { return int(binary.BigEndian.Uint16(font[at:])) }
	u32 := func(at int) int { return int(binary.BigEndian.Uint32(font[at:])) }
	for i := range u16(4) {
		if string(font[12+16*i:16+16*i]) != "cmap" {
			continue
		}
		table := u32(12 + 16*i + 8)
		for j := range u16(table + 2) {
			sub := table + u32(table+4+8*j+4)
			if u16(sub) != 4 {
				continue
			}
			n := u16(sub+6) / 2
			for k := range n {
				end, start := u16(sub+14+2*k), u16(sub+16+2*n+2*k)
				for r := start; r <= end && r < 0xffff; r++ {
					out[rune(r)] = true
				}
			}
		}
	}
	return out
}

// clean is a text as a paper can show it: one line, no letters that change
// their surroundings, and none that the font lacks.
func clean(s string) string {
	have := covered()
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || unicode.Is(unicode.Zs, r):
			b.WriteByte(' ')
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			// left out: null bytes, marks that turn the direction, private letters
		case have[r]:
			b.WriteRune(r)
		case unicode.Is(unicode.M, r):
			// an accent of its own that the font cannot set
		case have[missing]:
			b.WriteRune(missing)
		default:
			b.WriteByte('?')
		}
	}
	return strings.TrimSpace(b.String())
}

// pictureKind is the format of a picture by its first bytes, "" when it is
// none that a paper can show.
func pictureKind(b []byte) string {
	switch {
	case len(b) == 0 || len(b) > MaxLogoBytes:
		return ""
	case strings.HasPrefix(string(b), "\x89PNG\r\n\x1a\n"):
		return "PNG"
	case strings.HasPrefix(string(b), "\xff\xd8\xff"):
		return "JPG"
	}
	return ""
}
