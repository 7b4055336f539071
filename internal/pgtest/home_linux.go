package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

const (
	homePrefix = "orderly-pg-"
	dataName   = "data"
	lockName   = "lock"

	// pidFileSegment is the line of postmaster.pid, from 0, with the key and
	// the id of the server's System V shared memory.
	pidFileSegment = 6
)

// home is a directory that is gone when its cluster is. Its lock is held by
// this process and by every process of the server, and the kernel lets go of it
// with the last of them: a home whose lock is free belongs to nobody.
type home struct {
	dir  string
	lock *os.File
}

// newHome removes what dead processes left in parent and makes a directory there.
func newHome(parent string, a account) (*home, error) {
	sweep(parent, a.uid())
	dir, err := os.MkdirTemp(parent, homePrefix)
	if err != nil {
		return nil, err
	}
	h := &home{dir: dir}
	if h.lock, err = takeLock(dir); err == nil {
		err = a.own(dir)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("prepare %s: %w", dir, err), h.remove())
	}
	return h, nil
}

// takeLock locks a file before it gets the name that sweep looks for, so that
// no other process finds it unlocked.
func takeLock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName+".new"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, lockName))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// remove deletes the directory, then lets go of it.
func (h *home) remove() error {
	removeSegment(h.dir)
	err := os.RemoveAll(h.dir)
	if h.lock != nil {
		err = errors.Join(err, h.lock.Close())
	}
	return err
}

// sweep removes the homes in parent that belong to nobody. What cannot be
// removed is left: it is not this cluster's task.
func sweep(parent string, owner uint32) {
	dirs, err := filepath.Glob(filepath.Join(parent, homePrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		if ownedBy(dir, owner) {
			removeOrphan(dir)
		}
	}
}

// ownedBy keeps sweep, which may run as root, away from what other users name alike.
func ownedBy(dir string, owner uint32) bool {
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() {
		return false
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && stat.Uid == owner
}

func removeOrphan(dir string) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDONLY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return
	}
	h := &home{dir: dir, lock: f}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		_ = f.Close()
		return
	}
	_ = h.remove()
}

// removeSegment frees the small shared memory segment that a killed server
// leaves to the next one on its directory. There is none after an orderly end,
// and one that somebody is attached to stays.
func removeSegment(dir string) {
	text, err := os.ReadFile(filepath.Join(dir, dataName, "postmaster.pid"))
	if err != nil {
		return
	}
	lines := strings.Split(string(text), "\n")
	if len(lines) <= pidFileSegment {
		return
	}
	fields := strings.Fields(lines[pidFileSegment])
	if len(fields) != 2 {
		return
	}
	key, kerr := strconv.ParseInt(fields[0], 10, 32)
	id, ierr := strconv.Atoi(fields[1])
	var segment unix.SysvShmDesc
	if kerr != nil || ierr != nil {
		return
	}
	if _, err := unix.SysvShmCtl(id, unix.IPC_STAT, &segment); err != nil {
		return
	}
	if segment.Nattch == 0 && int64(segment.Perm.Key) == key {
		_, _ = unix.SysvShmCtl(id, unix.IPC_RMID, nil)
	}
}
