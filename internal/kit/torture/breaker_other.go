//go:build !linux

package torture

import "fmt"

// CanBreak says that only Linux can make calls fail.
func CanBreak() error { return fmt.Errorf("%w: making calls to the disk fail needs Linux", ErrCannot) }

func breakDisk(Break, func(string)) error { return CanBreak() }
