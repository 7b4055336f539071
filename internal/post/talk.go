package post

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/mail"
	"orderly/internal/desk"
	desktalks "orderly/internal/desk/talks"
	"orderly/internal/fulfillment"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/store/purchases"
	"orderly/internal/store/sheets"
	"orderly/internal/store/talks"
	"orderly/internal/support"
	"orderly/internal/talk"
	"orderly/internal/walk"
)

// spoken is a message of a conversation with all that its mail needs.
type spoken struct {
	message *talk.Message
	of      *talk.Talk
	files   []support.File
	about   string // "Purchase order 12", "Order 1042"
	asked   *sheets.Sheet
	back    *goingBack // of an event that asks for a return
	house
}

func readSpoken(r *store.Reader, id talk.MessageID, now int64) (x spoken, err error) {
	if x.message, err = talks.Message(r, id); err != nil || x.message == nil {
		return x, err
	}
	if x.of, err = talks.Get(r, x.message.Talk); err != nil {
		return x, err
	}
	if x.files, err = talks.Attached(r, id); err != nil {
		return x, err
	}
	if x.house, err = readHouse(r); err != nil {
		return x, err
	}
	return x, x.named(r, now)
}

// named reads what the conversation is about.
func (x *spoken) named(r *store.Reader, now int64) error {
	if x.of.About == talk.Purchase {
		p, err := purchases.Get(r, purchase.ID(x.of.Subject))
		if err != nil {
			return err
		}
		x.about = fmt.Sprintf("Purchase order %d", p.Number)
		x.back, err = readGoingBack(r, p, x.message, now)
		return err
	}
	found, err := partners.Load(r, []fulfillment.ID{fulfillment.ID(x.of.Subject)})
	if err != nil {
		return err
	}
	list, err := sheets.Of(r, found)
	if err != nil || len(list) == 0 {
		return err
	}
	x.asked, x.about = &list[0], fmt.Sprintf("Order %d", list[0].Order.Number)
	return nil
}

// over reports whether what was to be told by itself is over before it left.
func (x *spoken) over() bool {
	what, _, _ := strings.Cut(x.message.Event, ".")
	switch {
	case x.message.Source != talk.Event:
		return false
	case x.back != nil:
		return x.back.Step != purchase.ReturnAsked
	case x.asked == nil:
		return true
	case what == "chased":
		return x.asked.Chases == 0
	}
	return x.asked.Status != fulfillment.Submitted
}

// letter is the message as a mail; an answer to it comes to the conversation's own
// address where the shop's mailbox is read.
func (x *spoken) letter(now int64) (mail.Letter, error) {
	to := x.box.Plus(x.of.Token)
	if to == "" {
		to = x.sender.ReplyTo
	}
	subject, text := "Re: "+x.about, x.message.Text
	switch {
	case x.back != nil:
		subject, text = x.back.told(x)
	case x.message.Source == talk.Event:
		subject, text = x.told()
	}
	out := mail.Letter{
		ID: x.message.RFC, FromName: x.name(), From: x.sender.FromAddress, ReplyTo: to, To: x.message.To, Refs: x.message.Refs, Person: x.message.Source != talk.Event,
		Mail: message.Written(subject+" "+x.of.Mark(), text, x.look), At: time.UnixMicro(now),
	}
	for _, f := range x.files {
		out.Files = append(out.Files, mail.File{Name: f.Name, Data: f.Data})
	}
	if x.back == nil {
		return out, nil
	}
	pdf, err := x.back.paper.PDF()
	out.Files = append(out.Files, mail.File{Name: fmt.Sprintf("return-%d.pdf", x.back.Number), Data: pdf})
	return out, err
}

// told are the words by which a partner is told that it is asked, or reminded. Who
// gets the goods stands in the portal alone.
func (x *spoken) told() (subject, text string) {
	what, _, _ := strings.Cut(x.message.Event, ".")
	var b strings.Builder
	subject = x.about + ": please answer"
	switch {
	case what == "chased" && x.asked.Status == fulfillment.Accepted:
		subject = x.about + ": please send"
		fmt.Fprintf(&b, "%s reminds you to send what you accepted of order %d:\n\n", x.look.Shop, x.asked.Order.Number)
	case what == "chased":
		fmt.Fprintf(&b, "%s reminds you of what you are asked of order %d:\n\n", x.look.Shop, x.asked.Order.Number)
	default:
		fmt.Fprintf(&b, "%s asks you to send, of order %d:\n\n", x.look.Shop, x.asked.Order.Number)
	}
	for i := range x.asked.Work.Lines {
		l := &x.asked.Work.Lines[i]
		if of := x.asked.Order.Line(l.Order); of != nil && l.Open > 0 {
			fmt.Fprintf(&b, "%s × %s, %s\n", walk.Quantity(l.Open, of.Scale, ""), of.SKU, of.Title)
		}
	}
	if x.asked.DueAt > 0 {
		fmt.Fprintf(&b, "\nPlease by %s.", time.UnixMicro(x.asked.DueAt).In(x.zone).Format("2 January 2006, 15:04 MST"))
	}
	if x.sender.ShopAddress != "" {
		fmt.Fprintf(&b, "\n\nWhere it goes, and your answer: %s/requests/%s", strings.TrimRight(x.sender.ShopAddress, "/"), x.asked.Fulfillment)
	}
	return subject, b.String()
}

// speak makes one attempt at a message of a conversation, as reply does at an
// answer.
func speak(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	n, err := strconv.ParseInt(c.Data, 10, 64)
	if err != nil {
		return err
	}
	var x spoken
	err = d.DB.Read(ctx, access.System(c.M, "job", "conversations"), func(r *store.Reader) (err error) {
		x, err = readSpoken(r, talk.MessageID(n), d.DB.Now())
		return err
	})
	if err != nil {
		return err
	}
	switch {
	case x.message == nil || message.State(x.message.State).Over():
		return c.Transact(ctx, c.Finish)
	case x.over():
		return spoke(ctx, c, &x, message.Skipped, "it was over before the mail left")
	case x.sender.Host == "":
		return spoke(ctx, c, &x, message.Failed, NoServer)
	case x.message.To == "" || x.message.RFC == "":
		return spoke(ctx, c, &x, message.Skipped, "what it was about was erased")
	}
	server, err := serverOf(d, x.sender)
	if err != nil {
		return err
	}
	x.message.State, x.message.Attempts = string(message.Sending), x.message.Attempts+1
	if err := c.Transact(ctx, func(tx *store.Tx) error { return saveSpoken(tx, x.message) }); err != nil {
		return err
	}
	letter, err := x.letter(d.DB.Now())
	if err != nil {
		return err
	}
	err = mail.Send(ctx, server, letter)
	if err == nil {
		return spoke(ctx, c, &x, message.Sent, "")
	}
	why, permanent := err.Error(), false
	if f := (*mail.Failure)(nil); errors.As(err, &f) {
		permanent = f.Permanent
	}
	if permanent || c.Attempts >= attempts {
		return spoke(ctx, c, &x, message.Failed, why)
	}
	x.message.State, x.message.Why = string(message.Waiting), why
	if bad := c.Transact(ctx, func(tx *store.Tx) error { return saveSpoken(tx, x.message) }); bad != nil {
		return bad
	}
	return err
}

func saveSpoken(tx *store.Tx, x *talk.Message) error {
	x.UpdatedAt = tx.At
	return talks.SaveMessage(tx, x)
}

// spoke ends a message with its job, and tells the journal. One that somebody
// wrote or asked for and that will never arrive waits for us again.
func spoke(ctx context.Context, c *jobs.Claim, x *spoken, s message.State, why string) error {
	x.message.State, x.message.Why = string(s), why
	return c.Transact(ctx, func(tx *store.Tx) error {
		if err := saveSpoken(tx, x.message); err != nil {
			return err
		}
		of, err := talks.Get(&tx.Reader, x.of.ID)
		if err != nil {
			return err
		}
		typ := journal.TalkMailed
		if s != message.Sent {
			typ = journal.TalkUnsent
			if s == message.Failed && (x.message.Source != talk.Event || x.back != nil) {
				of.Said(talk.In, tx.At)
			}
		}
		told := map[string]any{"state": string(s)}
		if x.of.Order != 0 {
			told["order"] = order.ID(x.of.Order).String()
		}
		if err := desktalks.Tell(tx, access.System(c.M, "job", "conversations"), of, typ, told); err != nil {
			return err
		}
		return c.Finish(tx)
	})
}
