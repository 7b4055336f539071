package exchanging

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"orderly/internal/connect/folders"
	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/trading"
)

// How often folders are looked at, and how much is left there at once.
const (
	every     = 30 * time.Second
	first     = 15 * time.Second
	pageFiles = 200
)

// Kinds is the schedule that looks into partners' folders below root; there is
// none without a root.
func Kinds(d *desk.Desk, root string, log *slog.Logger) []jobs.Kind {
	if root == "" {
		return nil
	}
	return []jobs.Kind{{Name: "edi_folders", Every: every, First: first, AtOnce: 1, Run: func(ctx context.Context, c *jobs.Claim) error {
		return Folders(ctx, d, c.M, root, log)
	}}}
}

// Folders takes in what partners have left for a merchant and leaves what waits
// for them. A folder that cannot be read does not keep others waiting.
func Folders(ctx context.Context, d *desk.Desk, m int64, root string, log *slog.Logger) error {
	w := &worker{desk: d, scope: scopeOf(m)}
	if m != 1 { // the folders of further merchants stand apart
		root = filepath.Join(root, fmt.Sprintf("merchant-%d", m))
	}
	var partners []*trading.Partner
	var waiting []*trading.File
	err := w.read(ctx, func(r *store.Reader) (err error) {
		if partners, err = exchanges.Partners(r, false, "", 1000); err != nil {
			return err
		}
		waiting, err = exchanges.Outbound(r, pageFiles)
		return err
	})
	if err != nil {
		return err
	}
	by := map[trading.ID]*trading.Partner{}
	for _, p := range partners {
		by[p.ID] = p
		if p.InPath == "" {
			continue
		}
		if err := w.fetch(ctx, root, p); err != nil {
			if ctx.Err() != nil {
				return err
			}
			log.Warn("the folder of a trading partner cannot be read", "partner", p.Code, "error", err)
		}
	}
	for _, f := range waiting {
		p := by[f.Partner]
		if p == nil || p.OutPath == "" {
			continue
		}
		if err := w.leave(ctx, root, p, f); err != nil {
			log.Warn("a file cannot be left for a trading partner", "partner", p.Code, "file", f.Name, "error", err)
		}
	}
	return nil
}

// fetch takes in the files of one folder. A file is put away after it is kept:
// who dies in between finds it again and knows it by its text.
func (w *worker) fetch(ctx context.Context, root string, p *trading.Partner) error {
	box, err := folders.Open(root, p.InPath)
	if err != nil {
		return err
	}
	defer box.Close()
	names, err := box.Ready(time.UnixMicro(w.desk.DB.Now()).Add(-folders.Settle))
	if err != nil {
		return err
	}
	for _, name := range names {
		raw, err := box.Read(name, trading.MaxFile)
		if err != nil {
			return err
		}
		c := exchange.ReceiveCommand{Name: strings.ToValidUTF8(name, "?"), Text: edi.Text(raw), From: p.ID, Keep: true}
		r, err := desk.One(ctx, w.desk, exchange.Receive, w.scope, c, desk.Options{Bulk: true})
		why := ""
		switch {
		case err == nil:
			for _, t := range r.Value.([]exchange.Taken) {
				if t.File.Status == trading.Rejected && !t.Duplicate {
					why = reason(t.File)
				}
			}
		case fault.KindOf(err) == fault.Unavailable || fault.KindOf(err) == fault.Internal:
			return err // nothing happened; it stays for the next round
		default:
			why = err.Error()
		}
		if err := putAway(box, name, why); err != nil {
			return err
		}
	}
	return nil
}

func putAway(box *folders.Box, name, why string) error {
	if why == "" {
		return box.PutAway(name, folders.Archive)
	}
	if err := box.Say(name, why); err != nil {
		return err
	}
	return box.PutAway(name, folders.Failed)
}

// reason is why a file was rejected, in a sentence.
func reason(f *trading.File) string {
	if f.Error != "" {
		return f.Error
	}
	for i := range f.Faults {
		if !f.Faults[i].Noted {
			return f.Faults[i].Error()
		}
	}
	return "every document in it breaks the rules of its standard"
}

// leave writes a file where the partner looks for it. It is written again when
// somebody dies before it is marked: the same name with the same text.
func (w *worker) leave(ctx context.Context, root string, p *trading.Partner, f *trading.File) error {
	var text string
	err := w.read(ctx, func(r *store.Reader) (err error) {
		text, err = exchanges.Text(r, f.ID)
		return err
	})
	if err != nil {
		return err
	}
	box, err := folders.Open(root, p.OutPath)
	if err != nil {
		return err
	}
	defer box.Close()
	if err := box.Write(f.Name, bytesOf(p.Standard, text)); err != nil {
		return err
	}
	_, err = desk.One(ctx, w.desk, exchange.MarkSent, w.scope, exchange.FileCommand{File: f.ID}, desk.Options{Bulk: true})
	return err
}

// bytesOf is a text as it is sent: EDIFACT in the alphabet that it names, UNOC,
// which is one byte a character.
func bytesOf(standard edi.Standard, text string) []byte {
	if standard != edi.Edifact {
		return []byte(text)
	}
	out := make([]byte, 0, len(text))
	for _, r := range text {
		if r > 0xff {
			r = '.'
		}
		out = append(out, byte(r))
	}
	return out
}
