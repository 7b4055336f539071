package verify

import (
	"fmt"
	"slices"

	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// references: what a row names is there, under the same merchant.
func (x *run) references() error {
	for _, ref := range audit.References {
		if x.opts.Level < Full && (ref.Costly || ref.Sieved) {
			continue
		}
		err := x.walk([]audit.Walk{ref.Child}, func(r *store.Reader, in audit.Range) error {
			n, err := ref.Child.Rows(r, in)
			if err != nil {
				return err
			}
			x.count(n, "T1")
			x.progress(n, 0)
			return x.dangling(r, ref, in)
		})
		if err != nil {
			return fmt.Errorf("%s: %w", ref.What, err)
		}
	}
	return nil
}

func (x *run) dangling(r *store.Reader, ref audit.Reference, in audit.Range) error {
	list, err := ref.Dangling(r, in)
	for _, m := range list {
		child, parent := text(ref.Prefix, m.Child), text(ref.To, m.Parent)
		x.tell("T1", child, "%s %s refers to %s %s, which is not there", ref.What, child, ref.ToWhat, parent)
	}
	return err
}

// orphaned names what belongs to orders that are not there.
func (x *run) orphaned(r *store.Reader, in audit.Range) error {
	for _, ref := range audit.References {
		if ref.Sieved {
			if err := x.dangling(r, ref, in); err != nil {
				return err
			}
		}
	}
	return nil
}

// owners: no table has rows of a merchant that there is not.
func (x *run) owners(merchants []int64) error {
	for _, table := range audit.Tables {
		owners, err := audit.Owners(x.ctx, x.db, table)
		if err != nil {
			return err
		}
		for _, m := range owners {
			if _, known := slices.BinarySearch(merchants, m); !known {
				x.noteNow(Violation{ID: "T1", Merchant: m, Subject: table, Message: fmt.Sprintf("the table %s has rows of merchant %d, which is not there", table, m)})
			}
		}
	}
	return nil
}
