package torture

import "fmt"

// Break says which call to the disk of a worker fails with EIO.
type Break struct {
	Call    string // "sync" or "write"; "" for none
	Nth     int    // counted from the start of the process, from 1
	Lasting bool   // all from then on, not just the one
}

// broken is how a worker tells that a call failed, and on which file. A sync
// of a file that nothing was written to since the last one is of a checkpoint.
const broken = "broke "

func (b Break) check() error {
	if b.Call != "sync" && b.Call != "write" || b.Nth < 1 {
		return fmt.Errorf("a sync or a write can break, counted from 1; not %q %d", b.Call, b.Nth)
	}
	return nil
}
