// Package mailroom has mail of customers come in by itself, and looks whether
// cases were answered in time.
//
// What belongs here: the schedules, and the way of one mail from its bytes to
// the desk. What does not: IMAP and reading mail (connect/inbox), and where a
// mail belongs (support, desk/help).
package mailroom

import (
	"context"
	"log/slog"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/inbox"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/help"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/support"
)

// How often mail is fetched and clocks are looked at.
const (
	every    = time.Minute
	first    = 20 * time.Second
	backTo   = 4 * 24 * time.Hour // where a mailbox has numbered its mails anew
	maxDue   = 200
	maxWords = 300 // bytes of a failure that are kept
)

// Kinds are the schedules of mail and clocks.
func Kinds(d *desk.Desk, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{
		{Name: "mailbox", Every: every, First: first, Timeout: inbox.Timeout + time.Minute, AtOnce: 2, Run: func(ctx context.Context, c *jobs.Claim) error {
			return fetch(ctx, d, c, log)
		}},
		{Name: "case_clocks", Every: every, First: first, Run: func(ctx context.Context, c *jobs.Claim) error {
			return clocks(ctx, d, c)
		}},
	}
}

// Take takes one mail in: into the conversation with a supplier or partner that
// it belongs to, else as a customer's.
func Take(ctx context.Context, d *desk.Desk, by access.Scope, raw []byte) (desk.Result, error) {
	m := inbox.Parse(raw)
	r, err := desk.One(ctx, d, talks.Receive, by, talks.ReceiveCommand{Mail: m}, desk.Options{})
	if err != nil || r.Status != talks.Elsewhere {
		return r, err
	}
	return desk.One(ctx, d, help.Receive, by, help.ReceiveCommand{Mail: m}, desk.Options{})
}

// fetch takes in what has come to a merchant's mailbox. How far it came is kept
// with what went wrong, so that people see both.
func fetch(ctx context.Context, d *desk.Desk, c *jobs.Claim, log *slog.Logger) error {
	scope := access.System(c.M, "job", "mailbox")
	var box support.Mailbox
	err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
		box, err = cases.MailboxOf(r)
		return err
	})
	if err != nil || !box.Enabled() {
		return err
	}
	password, err := admin.MailboxPassword(d, box)
	if err != nil {
		return err
	}
	now := d.DB.Now()
	from := inbox.Place{Validity: box.UIDValidity, Last: box.LastUID, Since: time.UnixMicro(max(box.CheckedAt, box.EnabledAt)).Add(-backTo)}
	at, err := inbox.Fetch(ctx, inbox.Box{
		Host: box.Host, Port: int(box.Port), Security: box.Security, Username: box.Username, Password: password, Folder: box.Folder, Roots: admin.MailRoots(d),
	}, from, func(raw []byte) error {
		_, err := Take(ctx, d, scope, raw)
		if err != nil && fault.KindOf(err) != fault.Unavailable && fault.KindOf(err) != fault.Internal {
			log.Warn("a mail could not be taken in and stays in its mailbox", "merchant", c.M, "error", err)
			return nil
		}
		if err == nil {
			box.Taken++
		}
		return err
	})
	box.UIDValidity, box.LastUID, box.CheckedAt, box.Why = at.Validity, at.Last, now, ""
	if err != nil {
		box.Why = strings.ToValidUTF8(err.Error()[:min(len(err.Error()), maxWords)], "")
	}
	if bad := c.Transact(ctx, func(tx *store.Tx) error { return cases.Fetched(tx, box) }); bad != nil {
		return bad
	}
	return nil
}

// clocks tells of the cases whose targets were missed.
func clocks(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	scope := access.System(c.M, "job", "clocks")
	var due []*support.Case
	err := d.DB.Read(ctx, scope, func(r *store.Reader) (err error) {
		due, err = cases.Due(r, d.DB.Now(), maxDue)
		return err
	})
	if err != nil || len(due) == 0 {
		return err
	}
	list := make([]help.EscalateCommand, len(due))
	for i, x := range due {
		list[i].Case = x.ID
	}
	_, err = desk.Do(ctx, d, help.Escalate, scope, list, desk.Options{Bulk: true})
	return err
}
