//go:build !linux

package torture

import (
	"context"
	"fmt"
	"os"
)

type image struct{ file, point string }

// CanCutPower says that only Linux can mount images.
func CanCutPower() error { return fmt.Errorf("%w: power cuts need Linux", ErrCannot) }

func newImage(string, int64) (*image, error)    { return nil, CanCutPower() }
func (*image) mount(string) error               { return CanCutPower() }
func (*image) unmount() error                   { return nil }
func (*image) used() float64                    { return 1 }
func freeze(context.Context, *os.Process) error { return CanCutPower() }
func copyAsIs(string, string) error             { return CanCutPower() }

func newDisk(string, int64, bool) (*image, error) { return nil, CanCutPower() }
func (*image) room() int64                        { return 0 }
func occupy(string, int64) error                  { return CanCutPower() }
