// Package feeding fetches partners' lists of their stock, from folders and
// addresses, and reports what they say.
//
// What belongs here: when a feed is looked at, reading its text, and naming what
// it speaks of. What does not: the setting (feed), folders and calls themselves
// (connect), and what a report does (desk/floor). No call is made and no file is
// read while a transaction is open.
package feeding

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/folders"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/feed"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/feeds"
)

const (
	every = time.Minute
	first = 20 * time.Second
)

// Getter fetches what lies at an address.
type Getter interface {
	Get(ctx context.Context, address, header, secret string, most int64) (webhook.Got, error)
}

type getterKey struct{}

// Use has addresses fetched by a getter; without one only folders are read.
func Use(d *desk.Desk, g Getter) { d.Shared.Store(getterKey{}, g) }

// Kinds is the schedule of feeds. root is the directory of partners' files;
// without one only addresses are fetched.
func Kinds(d *desk.Desk, root string, log *slog.Logger) []jobs.Kind {
	return []jobs.Kind{{Name: "stock_feeds", Every: every, First: first, AtOnce: 1, Timeout: 30 * time.Minute, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Look(ctx, d, c.M, root, log)
	}}}
}

// looker works for one merchant.
type looker struct {
	desk  *desk.Desk
	scope access.Scope
	root  string // empty when there are no folders
}

// Look looks at every feed of a merchant whose time it is. One that fails does
// not keep the others waiting.
func Look(ctx context.Context, d *desk.Desk, m int64, root string, log *slog.Logger) error {
	w := &looker{desk: d, scope: access.System(m, "job", "stock feeds"), root: root}
	if m != 1 && root != "" { // the folders of further merchants stand apart
		w.root = filepath.Join(root, fmt.Sprintf("merchant-%d", m))
	}
	var list []*feed.Feed
	err := d.DB.Read(ctx, w.scope, func(r *store.Reader) (err error) {
		list, err = feeds.All(r)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range list {
		if !f.Due(d.DB.Now()) {
			continue
		}
		if err := w.look(ctx, f); err != nil {
			if ctx.Err() != nil {
				return err
			}
			log.Warn("a partner's stock feed was not kept", "location", f.Location, "error", err)
		}
	}
	return nil
}

// look takes what a feed says now, and keeps what became of it.
func (w *looker) look(ctx context.Context, f *feed.Feed) error {
	if f.Source == feed.Folder {
		return w.folder(ctx, f)
	}
	body, hash, err := w.fetch(ctx, f)
	switch {
	case err != nil:
		return w.note(ctx, f, failed(err))
	case hash == f.Outcome.Hash:
		return w.note(ctx, f, feed.Outcome{Status: feed.Nothing})
	}
	o, err := w.take(ctx, f, hash, body)
	if err != nil {
		return err
	}
	return w.note(ctx, f, o)
}

// fetch gets what lies at an address. The same text is no news, unless the server
// says that it was made anew: a list whose maker has died looks like one of which
// nothing has changed.
func (w *looker) fetch(ctx context.Context, f *feed.Feed) ([]byte, string, error) {
	g, ok := w.desk.Shared.Load(getterKey{})
	if !ok {
		return nil, "", fault.New(fault.Unavailable, "no_way_out", "this process calls nothing outside")
	}
	secret, err := admin.FeedSecret(w.desk, f)
	if err != nil {
		return nil, "", err
	}
	got, err := g.(Getter).Get(ctx, f.Address, f.Header, secret, feed.MaxBytes)
	if err != nil {
		return nil, "", err
	}
	return got.Body, hash(got.Body, got.Modified), nil
}

func hash(body []byte, made string) string {
	sum := sha256.Sum256(append([]byte(made+"\x00"), body...))
	return hex.EncodeToString(sum[:])
}

// folder takes every file that lies ready, in the order of their names, and puts
// each away.
func (w *looker) folder(ctx context.Context, f *feed.Feed) error {
	if w.root == "" {
		return w.note(ctx, f, failed(fault.New(fault.Unavailable, "no_folders", "the server was started without a directory of partners' files (--edi-dir)")))
	}
	box, err := folders.Open(w.root, f.Address)
	if err != nil {
		return w.note(ctx, f, failed(err))
	}
	defer box.Close()
	names, err := box.Ready(time.UnixMicro(w.desk.DB.Now()).Add(-folders.Settle))
	if err != nil {
		return w.note(ctx, f, failed(err))
	}
	o := feed.Outcome{Status: feed.Nothing}
	for _, name := range names {
		body, err := box.Read(name, feed.MaxBytes)
		if err != nil {
			return err
		}
		if o, err = w.take(ctx, f, hash(body, name), body); err != nil {
			return err // nothing is put away; it is read again
		}
		to := folders.Archive
		if o.Status == feed.Failed {
			to = folders.Failed
			if err := box.Say(name, o.Told[0]); err != nil {
				return err
			}
		}
		if err := box.PutAway(name, to); err != nil {
			return err
		}
	}
	return w.note(ctx, f, o)
}

func failed(err error) feed.Outcome {
	return feed.Outcome{Status: feed.Failed, Told: []string{cut(err.Error())}}
}

const maxTold = 300 // bytes of a sentence

func cut(s string) string {
	if len(s) > maxTold {
		return s[:maxTold] + "…"
	}
	return s
}

func (w *looker) note(ctx context.Context, f *feed.Feed, o feed.Outcome) error {
	_, err := desk.One(ctx, w.desk, admin.NoteFeed, w.scope, admin.LookedCommand{Location: f.Location, Version: f.Version, Outcome: o}, desk.Options{Bulk: true})
	return err
}
