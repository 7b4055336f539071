package torture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// image is a file with an ext4 file system that is mounted through a loop
// device. What a program wrote and did not sync is in the memory of the mounted
// file system and not in the file: a copy of the file is what a power cut
// would leave. Whoever made it unmounts it.
type image struct {
	file  string
	point string // where it is mounted, "" when it is not
}

// CanCutPower tells why no power can be cut here: mounting needs root and
// loop devices.
func CanCutPower() error {
	if os.Geteuid() != 0 {
		return fmt.Errorf("%w: mounting an image needs root", ErrCannot)
	}
	for _, tool := range []string{"mkfs.ext4", "mount", "umount"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%w: %s is missing; install e2fsprogs and mount", ErrCannot, tool)
		}
	}
	dir, err := os.MkdirTemp("", "orderly-torture-probe-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	m, err := newImage(dir, 16<<20)
	if err != nil {
		return fmt.Errorf("%w: there are no loop devices to mount an image with: %w", ErrCannot, err)
	}
	return m.unmount()
}

// tool runs a program of the system. It is not canceled: half a mount helps
// nobody, and none takes long.
func tool(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}

// newImage makes a file system of so many bytes in dir and mounts it there.
func newImage(dir string, size int64) (*image, error) {
	m := &image{file: filepath.Join(dir, "image")}
	f, err := os.OpenFile(m.file, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Truncate(size), f.Close()); err != nil {
		return nil, err
	}
	// The journal is small, since all of it is copied at each cut, and nothing
	// is left for the kernel to prepare while copies are taken.
	if err := tool("mkfs.ext4", "-q", "-F", "-J", "size=4", "-E", "lazy_itable_init=0", m.file); err != nil {
		return nil, err
	}
	return m, m.mount(filepath.Join(dir, "mounted"))
}

func (m *image) mount(point string) error {
	if err := os.MkdirAll(point, 0o700); err != nil {
		return err
	}
	if err := tool("mount", "-t", "ext4", "-o", "loop,noatime", m.file, point); err != nil {
		return err
	}
	m.point = point
	return nil
}

// unmount also frees the loop device.
func (m *image) unmount() error {
	if m.point == "" {
		return nil
	}
	point := m.point
	m.point = ""
	if err := unix.Unmount(point, 0); err == nil {
		return nil
	}
	return unix.Unmount(point, unix.MNT_DETACH) // something may still look at it
}

// used is how full the mounted file system is, from 0 to 1.
func (m *image) used() float64 {
	var s unix.Statfs_t
	if unix.Statfs(m.point, &s) != nil || s.Blocks == 0 {
		return 1
	}
	return 1 - float64(s.Bavail)/float64(s.Blocks)
}

// freeze stops a process so that nothing of it runs any more: what it has told
// by then is all that it will ever have told.
func freeze(ctx context.Context, p *os.Process) error {
	if err := p.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	for !frozen(p.Pid) {
		if err := errors.Join(ctx.Err(), p.Signal(syscall.SIGSTOP)); err != nil {
			return err // it may have ended meanwhile
		}
		time.Sleep(200 * time.Microsecond)
	}
	return nil
}

// frozen tells whether every thread is stopped, or is in a call to the disk
// from which it cannot come back without being stopped.
func frozen(pid int) bool {
	stats, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/stat")
	if err != nil || len(stats) == 0 {
		return false
	}
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			return false
		}
		_, after, _ := strings.Cut(string(text), ") ")
		if after == "" || !strings.ContainsRune("TtDZX", rune(after[0])) {
			return false
		}
	}
	return true
}

// maxCopies bounds how often a copy is tried during which something was written.
const maxCopies = 50

// copyAsIs copies the file's data, without its holes. A real device stops at
// one instant, so a copy counts only when reading all of it again gives the
// same: nothing was written while it was taken.
func copyAsIs(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	for range maxCopies {
		if err := copyData(src, to); err != nil {
			return err
		}
		same, err := sameData(src, to)
		if err != nil || same {
			return err
		}
	}
	return fmt.Errorf("%s was written to during each of %d copies", from, maxCopies)
}

// eachPiece gives the pieces of a file that hold data.
func eachPiece(f *os.File, do func(at int64, data []byte) error) error {
	buffer := make([]byte, 1<<20)
	for next := int64(0); ; {
		at, err := unix.Seek(int(f.Fd()), next, unix.SEEK_DATA)
		if errors.Is(err, unix.ENXIO) {
			return nil
		}
		if err != nil {
			return err
		}
		if next, err = unix.Seek(int(f.Fd()), at, unix.SEEK_HOLE); err != nil {
			return err
		}
		for at < next {
			n, err := f.ReadAt(buffer[:min(int64(len(buffer)), next-at)], at)
			if n == 0 {
				return fmt.Errorf("read %s: %w", f.Name(), err)
			}
			if err := do(at, buffer[:n]); err != nil {
				return err
			}
			at += int64(n)
		}
	}
}

func copyData(src *os.File, to string) error {
	info, err := src.Stat()
	if err != nil {
		return err
	}
	dst, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = dst.Truncate(info.Size())
	if err == nil {
		err = eachPiece(src, func(at int64, data []byte) error {
			_, err := dst.WriteAt(data, at)
			return err
		})
	}
	return errors.Join(err, dst.Close())
}

var errDiffers = errors.New("the copy differs")

func sameData(src *os.File, to string) (bool, error) {
	dst, err := os.Open(to)
	if err != nil {
		return false, err
	}
	defer dst.Close()
	have := make([]byte, 1<<20)
	err = eachPiece(src, func(at int64, data []byte) error {
		if _, err := dst.ReadAt(have[:len(data)], at); err != nil {
			return err
		}
		if !bytes.Equal(have[:len(data)], data) {
			return errDiffers
		}
		return nil
	})
	if errors.Is(err, errDiffers) {
		return false, nil
	}
	return err == nil, err
}

// newDisk mounts a small disk: one in memory, or an image with ext4.
func newDisk(dir string, size int64, memory bool) (*image, error) {
	if !memory {
		return newImage(dir, size)
	}
	m := &image{point: filepath.Join(dir, "mounted")}
	if err := os.MkdirAll(m.point, 0o700); err != nil {
		return nil, err
	}
	if err := unix.Mount("tmpfs", m.point, "tmpfs", 0, fmt.Sprintf("size=%d", size)); err != nil {
		return nil, fmt.Errorf("mount a disk in memory: %w", err)
	}
	return m, nil
}

// room is how many bytes are free.
func (m *image) room() int64 {
	var s unix.Statfs_t
	if unix.Statfs(m.point, &s) != nil {
		return 0
	}
	return int64(s.Bavail) * s.Bsize
}

// occupy takes so many bytes of a disk.
func occupy(file string, size int64) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if size > 0 {
		err = unix.Fallocate(int(f.Fd()), 0, 0, size)
	}
	return errors.Join(err, f.Close())
}
