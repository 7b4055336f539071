// Package feed is where a partner's list of its stock is fetched from, how it is
// read, and what came of it.
//
// What belongs here: the setting and its rules, the clock, and what became of the
// last look. What does not: reading files and addresses (feeding), what a report
// does to levels (desk/floor), and the terms of the partner.
package feed

import (
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/outbound"
	"orderly/internal/stock"
	"orderly/internal/trading"
)

// Limits of a feed.
const (
	MaxBytes   = 32 << 20 // of a file
	MaxRows    = 200_000
	MaxColumn  = 200
	MaxSecret  = 500
	MaxMinutes = 7 * 24 * 60
	MinMinutes = 5
	MaxTold    = 20 // faults that are kept of a look

	UsualMinutes = 60 // between two looks, of who does not say
)

// Where a list is fetched from.
const (
	Folder  = "folder" // below the directory of partners' files that the server is given
	Address = "url"
)

// How items are named in it.
const (
	ByName  = "sku"      // our SKU, or a barcode
	ByOffer = "supplier" // the supplier's own number, as its offers have it
)

// What became of the last look.
const (
	Never   = ""
	Taken   = "taken"   // all that it says of items of ours
	Partly  = "partly"  // some lines could not be read
	Nothing = "nothing" // there was no news
	Failed  = "failed"
)

// Feed is how the list of one partner's location is fetched and read.
type Feed struct {
	Location stock.LocationID
	Source   string
	Address  string // of a folder its path
	Header   string // of HTTP, that carries the secret: Authorization, X-Api-Key
	Secret   string // sealed
	Named    string
	SKU      string // column that names the item; empty: found by a usual name
	Quantity string // column
	Complete bool   // of what it does not list there is none
	Minutes  int64  // between two looks
	Active   bool

	NextAt    int64
	Outcome   Outcome
	Version   int64
	UpdatedAt int64
}

// Outcome is what became of the last look.
type Outcome struct {
	Status  string
	At      int64
	TakenAt int64  // when it last said something that could be read
	Hash    string // of what was taken last
	Lines   int64  // that were taken
	Unknown int64  // that name nothing of ours
	Bad     int64  // that cannot be read
	Told    []string
}

// Check lists what is wrong with the setting.
func (f *Feed) Check(l *fault.List) {
	switch f.Source {
	case Folder:
		if f.Address == "" {
			l.Add("/address", "missing", "name the folder, such as acme/stock, below the directory of partners' files")
		} else {
			trading.CheckFolder("/address", f.Address, l)
		}
		if f.Header != "" {
			l.Add("/header", "not_for_folders", "a folder is read without a secret")
		}
	case Address:
		outbound.CheckAddress("/address", f.Address, l)
	default:
		l.Add("/source", "unknown_word", "a feed is fetched from a folder or a url")
	}
	if f.Named != ByName && f.Named != ByOffer {
		l.Add("/named", "unknown_word", "items are named by sku or by the supplier's own number (supplier)")
	}
	if f.Minutes < MinMinutes || f.Minutes > MaxMinutes {
		l.Add("/minutes", "out_of_range", "it is looked at every %d to %d minutes", MinMinutes, MaxMinutes)
	}
	if !token(f.Header) {
		l.Add("/header", "invalid_header", "the name of a header has letters, digits and hyphens, such as X-Api-Key")
	}
	for at, name := range map[string]string{"/sku_column": f.SKU, "/quantity_column": f.Quantity} {
		if utf8.RuneCountInString(name) > MaxColumn || strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }) {
			l.Add(at, "invalid_text", "the name of a column has at most %d characters", MaxColumn)
		}
	}
}

func token(s string) bool {
	return len(s) <= 60 && !strings.ContainsFunc(s, func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}

// Due reports whether it is time to look.
func (f *Feed) Due(at int64) bool { return f.Active && f.NextAt <= at }

// retry is how soon a look that failed is made again, unless the next is sooner.
const retry = 15 * time.Minute

// Looked is the feed after a look. What is the same as before, and what failed,
// leaves what was taken last.
func (f *Feed) Looked(o Outcome, at int64) Feed {
	x := *f
	o.At = at
	wait := time.Duration(f.Minutes) * time.Minute
	switch o.Status {
	case Taken, Partly:
		o.TakenAt = at
	case Failed:
		wait = min(wait, retry)
		was := &f.Outcome
		o.TakenAt, o.Hash, o.Lines, o.Unknown, o.Bad = was.TakenAt, was.Hash, was.Lines, was.Unknown, was.Bad
	default: // no news: what was taken stands, with what was told of it
		o = f.Outcome
		o.At = at
		if o.Status == Failed || o.Status == Never {
			o.Status, o.Told = Nothing, nil
		}
	}
	if len(o.Told) > MaxTold {
		o.Told = o.Told[:MaxTold]
	}
	x.Outcome, x.NextAt = o, at+wait.Microseconds()
	return x
}

// Turned reports whether a look came out otherwise than the one before, so that
// it is worth telling.
func (f *Feed) Turned(was *Feed) bool {
	bad := func(s string) bool { return s == Failed || s == Partly }
	return bad(f.Outcome.Status) != bad(was.Outcome.Status)
}
