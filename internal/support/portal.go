package support

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"image/png"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/fault"
)

// Portal is the source of cases that begin on the page of an order.
const Portal = "portal"

// Wants are what a customer can want there. All but a question are about goods
// that are so, which is a claim.
var Wants = []string{"question", "damaged", "missing", "wrong", "late"}

// Limits of the portal: what it takes, anybody with the link can send.
const (
	MaxAsked    = 20    // cases of one order that began there
	MaxWords    = 4_000 // characters of one message
	MaxInARow   = 10    // messages without an answer of ours
	MaxPhotos   = 4     // with one message
	MaxPhoto    = 4 << 20
	MaxAllFiles = 20 // of one case
	maxSide     = 20_000
)

// Ask is what a customer asks on the page of an order.
type Ask struct {
	Want  string
	Lines []Part
	Text  string
}

// Check lists every fault of what a customer asks.
func (a *Ask) Check(l *fault.List) {
	oneOf(l, "/want", a.Want, Wants, false)
	CheckText("/text", a.Text, MaxWords, true, l)
	if len(a.Lines) == 0 && slices.Contains([]string{"damaged", "missing", "wrong"}, a.Want) {
		l.Add("/lines", "missing", "choose which goods it is about, and how many of them")
	}
	seen := map[int]bool{}
	for _, x := range a.Lines {
		if seen[x.Line] {
			l.Add("/lines", "repeated", "name each line once")
			return
		}
		seen[x.Line] = true
	}
}

// Case is the case that begins with it.
func (a *Ask) Case(order int64) Case {
	c := Case{Kind: Claim, About: a.Want, Priority: "normal", Source: Portal, Subject: OneLine(a.Text, 80), Order: order, Lines: a.Lines}
	if a.Want == "question" {
		c.Kind, c.About = Inquiry, "other"
	}
	return c
}

// CheckPhotos lists the faults of pictures that a customer sends, and gives
// each its kind and a name of ours: neither is believed of who sent it.
func CheckPhotos(list []File, l *fault.List) {
	if len(list) > MaxPhotos {
		l.Add("/photos", "too_many", "at most %d pictures with one message", MaxPhotos)
		return
	}
	for i := range list {
		f := &list[i]
		f.Kind = PictureKind(f.Data)
		switch {
		case len(f.Data) > MaxPhoto:
			l.Add("/photos", "too_large", "a picture has at most %d MB", MaxPhoto>>20)
		case f.Kind == "":
			l.Add("/photos", "unknown_picture", "send pictures as JPEG, PNG or WebP")
		}
		_, ending, _ := strings.Cut(f.Kind, "/")
		f.Name, f.Size = "photo-"+strconv.Itoa(i+1)+"."+ending, int64(len(f.Data))
	}
}

// PictureKind is the media type of a picture by what is in it; "" when it is
// none that is taken.
func PictureKind(data []byte) string {
	if c, err := jpeg.DecodeConfig(bytes.NewReader(data)); err == nil && sized(c.Width, c.Height) {
		return "image/jpeg"
	}
	if c, err := png.DecodeConfig(bytes.NewReader(data)); err == nil && sized(c.Width, c.Height) {
		return "image/png"
	}
	if len(data) < 16 || string(data[:4]) != "RIFF" || string(data[8:12]) != "WEBP" || uint64(binary.LittleEndian.Uint32(data[4:]))+8 > uint64(len(data)) {
		return ""
	}
	if !slices.Contains([]string{"VP8 ", "VP8L", "VP8X"}, string(data[12:16])) {
		return ""
	}
	return "image/webp"
}

func sized(width, height int) bool {
	return width > 0 && height > 0 && width <= maxSide && height <= maxSide
}

// Seen are the messages of a case that its customer sees on the page of the
// order: what they wrote and our answers, never notes, what colleagues kept of
// a call, or mail of anybody else.
func (c *Case) Seen(thread []Message) []Message {
	var out []Message
	for _, m := range thread {
		own := m.Way == In && m.Auto == "" && (m.Source == Portal || m.Source == "mail" && c.Email != "" && m.From == c.Email)
		if own || m.Way == Out {
			out = append(out, m)
		}
	}
	return out
}

// InARow is how many messages a customer has written since our last answer.
func InARow(thread []Message) int {
	n := 0
	for _, m := range thread {
		switch {
		case m.Way == Out:
			n = 0
		case m.Way == In && m.Source == Portal:
			n++
		}
	}
	return n
}
