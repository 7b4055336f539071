package post

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/mail"
	"orderly/internal/desk"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/walk"
)

// placed is a purchase order with all that its mail needs.
type placed struct {
	house
	order *purchase.Purchase
	to    *supplier.Supplier
	paper interface{ PDF() ([]byte, error) }
}

func readPlaced(r *store.Reader, id purchase.ID, now int64) (x placed, err error) {
	if x.order, err = purchases.Get(r, id); err != nil || x.order == nil {
		return x, err
	}
	if x.to, err = suppliers.Get(r, supplier.ID(x.order.Supplier)); err != nil {
		return x, err
	}
	if x.house, err = readHouse(r); err != nil {
		return x, err
	}
	x.paper, err = walk.Purchase(r, id, now)
	return x, err
}

// mailPurchase makes one attempt to send a purchase order to its supplier, with
// its lines as text and the paper beside them.
func mailPurchase(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	n, err := strconv.ParseInt(c.Data, 10, 64)
	if err != nil {
		return err
	}
	var x placed
	err = d.DB.Read(ctx, access.System(c.M, "job", "purchases"), func(r *store.Reader) (err error) {
		x, err = readPlaced(r, purchase.ID(n), d.DB.Now())
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case x.order == nil || x.order.CanceledAt != 0:
		return c.Transact(ctx, c.Finish)
	case x.sender.Host == "":
		return mailed(ctx, c, x.order.ID, NoServer)
	case x.to.Email == "":
		return mailed(ctx, c, x.order.ID, "the supplier has no e-mail address")
	}
	server, err := serverOf(d, x.sender)
	if err != nil {
		return err
	}
	letter, err := x.letter(d.DB.Now())
	if err != nil {
		return err
	}
	if err = mail.Send(ctx, server, letter); err == nil {
		return mailed(ctx, c, x.order.ID, "")
	}
	why, permanent := err.Error(), false
	if f := (*mail.Failure)(nil); errors.As(err, &f) {
		permanent = f.Permanent
	}
	if permanent || c.Attempts >= attempts {
		return mailed(ctx, c, x.order.ID, why)
	}
	return err
}

func (x *placed) letter(now int64) (mail.Letter, error) {
	pdf, err := x.paper.PDF()
	_, host, _ := strings.Cut(x.sender.FromAddress, "@")
	answers := x.sender.ReplyTo
	if x.box.Enabled() { // an answer is taken into the conversation about the order
		answers = x.box.Address
	}
	subject := fmt.Sprintf("Purchase order %d from %s", x.order.Number, x.look.Shop)
	return mail.Letter{
		ID: fmt.Sprintf("%s.%d@%s", x.order.ID, x.order.Version, host), FromName: x.name(), From: x.sender.FromAddress, ReplyTo: answers, To: x.to.Email,
		Mail: message.Written(subject, x.text(), x.look), At: time.UnixMicro(now),
		Files: []mail.File{{Name: fmt.Sprintf("purchase-order-%d.pdf", x.order.Number), Data: pdf}},
	}, err
}

// text is the order as words, for whoever reads no paper.
func (x *placed) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Please deliver to us, by our purchase order %d:\n\n", x.order.Number)
	for i := range x.order.Lines {
		l := &x.order.Lines[i]
		if l.Quantity == l.Canceled {
			continue
		}
		name := l.SKU
		if l.SupplierSKU != "" {
			name = l.SupplierSKU + " (our " + l.SKU + ")"
		}
		fmt.Fprintf(&b, "%s × %s, %s, at %s %s", walk.Quantity(l.Quantity-l.Canceled, l.Scale, ""), name, l.Title, l.Cost, x.order.Currency)
		if l.ExpectedAt != 0 {
			fmt.Fprintf(&b, ", expected %s", time.UnixMicro(l.ExpectedAt).In(x.zone).Format("2 January 2006"))
		}
		b.WriteString("\n")
	}
	b.WriteString("\nPlease confirm quantities, prices and days. The order is attached as a PDF.")
	if x.order.Note != "" {
		b.WriteString("\n\n" + x.order.Note)
	}
	return b.String()
}

// mailed ends the job and tells what became of the mail; why is empty when the
// mail server took it.
func mailed(ctx context.Context, c *jobs.Claim, id purchase.ID, why string) error {
	typ, told := journal.PurchaseMailed, map[string]any{}
	if why != "" {
		typ, told = journal.PurchaseUnmailed, map[string]any{"why": why}
	}
	data, err := json.Marshal(told)
	if err != nil {
		return err
	}
	return c.Transact(ctx, func(tx *store.Tx) error {
		p, err := purchases.Get(&tx.Reader, id)
		if err != nil {
			return err
		}
		p.Version, p.UpdatedAt = p.Version+1, tx.At
		if err := purchases.Save(tx, p, p); err != nil {
			return err
		}
		by := access.System(c.M, "job", "purchases")
		if err := entries.Append(tx, []journal.Entry{entries.New(tx, journal.Purchase, int64(id), p.Version, typ, by, data)}); err != nil {
			return err
		}
		return c.Finish(tx)
	})
}
