package verify

import (
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/support"
)

// cases: what a case says of its state, clocks, missed targets and answers is
// what its entries and its thread tell.
func (x *run) cases() error {
	return x.walk(audit.CasePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.CasesIn(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "S1")
		x.progress(int64(len(list)), 0)
		for _, f := range list {
			told := make([]support.Told, len(f.Entries))
			for i := range f.Entries {
				if told[i], err = support.ReadTold(&f.Entries[i]); err != nil {
					x.tell("S1", f.ID.String(), "entry %d of case %s cannot be read: %v", i+1, f.Called(), err)
				}
			}
			for _, fault := range f.Faults(told, f.Answers) {
				x.tell("S1", f.ID.String(), "case %s: %s", f.Called(), fault)
			}
		}
		return nil
	})
}
