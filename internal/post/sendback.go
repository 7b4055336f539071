package post

import (
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/talk"
	"orderly/internal/walk"
)

// goingBack is a return that its supplier is asked by mail to take.
type goingBack struct {
	*purchase.Return
	of    *purchase.Purchase
	paper interface { // the return note, and its lines as words
		PDF() ([]byte, error)
		Text() string
	}
}

// readGoingBack reads the return of which a message tells; nil for other messages.
func readGoingBack(r *store.Reader, p *purchase.Purchase, m *talk.Message, now int64) (*goingBack, error) {
	what, text, _ := strings.Cut(m.Event, ".")
	number, err := strconv.ParseInt(text, 10, 64)
	if what != talk.Return || err != nil {
		return nil, nil //nolint:nilerr,nilnil // it tells of something else
	}
	list, err := purchases.ReturnsOf(r, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Number == number {
			x := &goingBack{Return: &list[i], of: p}
			x.paper, err = walk.SupplierReturn(r, list[i].ID, now)
			return x, err
		}
	}
	return nil, fmt.Errorf("return %d is none of purchase order %s", number, p.ID)
}

// told are the words of the mail. What it cost is no word of it: the supplier knows.
func (x *goingBack) told(s *spoken) (subject, text string) {
	var b strings.Builder
	fmt.Fprintf(&b, "We ask you to take back, of our purchase order %d, as our return %d:\n\n", x.of.Number, x.Number)
	b.WriteString(x.paper.Text())
	if x.Note != "" {
		b.WriteString("\n" + x.Note + "\n")
	}
	b.WriteString("\nPlease tell us the number under which you take it (RMA), or why you do not: answer this mail")
	if s.sender.ShopAddress != "" && s.of.Location != 0 {
		fmt.Fprintf(&b, ", or answer at %s/supplier-orders/%s", strings.TrimRight(s.sender.ShopAddress, "/"), x.of.ID)
	}
	b.WriteString(". The return note is attached as a PDF.")
	return fmt.Sprintf("Purchase order %d: please take back goods, return %d", x.of.Number, x.Number), b.String()
}
