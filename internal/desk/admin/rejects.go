package admin

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/uploads"
)

// MendCommand says what became of lines that were tried again.
type MendCommand struct {
	File  uploads.ID
	Lines []uploads.Reject // FixedAt other than 0 says that it was taken
}

// Mend keeps what became of lines that were mended. The lines themselves went
// through the operations that any import uses.
var Mend = act("imports.mend", access.CatalogRead, nil, func(t *desk.Turn, a desk.Asked[MendCommand]) (desk.Result, error) {
	f, err := importFile(t, a.Scope, a.Command.File)
	if err != nil {
		return desk.Result{}, err
	}
	var list []uploads.Reject
	for _, x := range a.Command.Lines {
		old, ok, err := uploads.RejectAt(&t.Reader, f.ID, x.Line)
		if err != nil {
			return desk.Result{}, err
		}
		if !ok || old.FixedAt != 0 {
			continue // another was faster
		}
		if x.FixedAt != 0 {
			x.FixedAt = t.At
			f.Fixed++
		}
		list = append(list, x)
	}
	if err := uploads.SaveRejects(t.Tx, f.ID, list); err != nil {
		return desk.Result{}, err
	}
	return done(t, a.Scope, f, journal.ImportMended)
})

// DiscardCommand forgets a file.
type DiscardCommand struct{ File uploads.ID }

// dropParts is how many parts one transaction forgets: the whole of the
// largest file.
const dropParts = 2 * MaxUploadBytes / MaxPartBytes

// Discard forgets a file, its text and its rejects. What it brought into the
// books stays there.
var Discard = act("imports.discard", access.CatalogRead, nil, func(t *desk.Turn, a desk.Asked[DiscardCommand]) (desk.Result, error) {
	f, err := importFile(t, a.Scope, a.Command.File)
	switch {
	case err != nil:
		return desk.Result{}, err
	case f.Busy():
		return desk.Result{}, fault.New(fault.Conflict, "not_now", "the import is under way; wait until it is through")
	}
	for left := f.Parts; left > 0; {
		if left, err = uploads.DropParts(t.Tx, f.ID, left, dropParts); err != nil {
			return desk.Result{}, err
		}
	}
	if err := uploads.Drop(t.Tx, f.ID); err != nil {
		return desk.Result{}, err
	}
	if f.Status == uploads.Uploading { // nobody was told of it
		return desk.Result{Kind: journal.Import, ID: int64(f.ID), Status: "done"}, nil
	}
	_, err = tell(t, a.Scope, journal.Import, int64(f.ID), journal.ImportDiscarded, map[string]any{"what": f.What})
	return desk.Result{Kind: journal.Import, ID: int64(f.ID), Status: "done"}, err
})
