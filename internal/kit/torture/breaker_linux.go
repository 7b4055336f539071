package torture

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// CanBreak tells why no call can be made to fail here.
func CanBreak() error {
	action := uint32(unix.SECCOMP_RET_USER_NOTIF)
	if _, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_GET_ACTION_AVAIL, 0, uintptr(unsafe.Pointer(&action))); e != 0 {
		return fmt.Errorf("%w: the kernel must let a process watch its own calls (seccomp user notification, Linux 5.7): %w", ErrCannot, e)
	}
	return nil
}

// The kernel's structures of linux/seccomp.h.
type (
	notice struct {
		id    uint64
		pid   uint32
		flags uint32
		call  int32
		arch  uint32
		at    uint64
		args  [6]uint64
	}
	verdict struct {
		id    uint64
		value int64
		errno int32
		flags uint32
	}
)

// breaker decides of each sync and write of this very process whether it fails.
type breaker struct {
	Break
	fd      uintptr
	tell    func(string)
	seen    int
	unsaved map[string]bool // files that were written to since their last sync
}

// breakDisk makes calls of this process fail, from now to its end. Other
// programs and their files are not touched. tell hears of each failure before
// it happens.
func breakDisk(b Break, tell func(string)) error {
	if err := b.check(); err != nil {
		return err
	}
	fd, err := watchCalls(unix.SYS_FSYNC, unix.SYS_FDATASYNC, unix.SYS_PWRITE64)
	if err != nil {
		return err
	}
	x := &breaker{Break: b, fd: fd, tell: tell, unsaved: map[string]bool{}}
	go x.serve()
	return nil
}

// watchCalls asks the kernel to hand the calls to us, of every thread of this
// process.
func watchCalls(calls ...uint32) (uintptr, error) {
	filter := []unix.SockFilter{{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: 0}} // the call's number
	for i, call := range calls {
		filter = append(filter, unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, Jt: uint8(len(calls) - i), K: call})
	}
	filter = append(filter,
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
		unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_USER_NOTIF})
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return 0, fmt.Errorf("give up new privileges: %w", err)
	}
	fd, _, e := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC|unix.SECCOMP_FILTER_FLAG_TSYNC_ESRCH|unix.SECCOMP_FILTER_FLAG_NEW_LISTENER, uintptr(unsafe.Pointer(&program)))
	if e != 0 {
		return 0, fmt.Errorf("watch the calls to the disk: %w", e)
	}
	return fd, nil
}

// serve answers until the process ends. A call that is asked about waits in
// the kernel meanwhile, so nothing here may sync or write to a file at a place.
func (x *breaker) serve() {
	for {
		var n notice
		if _, _, e := unix.Syscall(unix.SYS_IOCTL, x.fd, unix.SECCOMP_IOCTL_NOTIF_RECV, uintptr(unsafe.Pointer(&n))); e != 0 {
			if errors.Is(e, unix.EINTR) || errors.Is(e, unix.ENOENT) {
				continue
			}
			x.tell("breaker " + e.Error())
			return
		}
		v := verdict{id: n.id, flags: unix.SECCOMP_USER_NOTIF_FLAG_CONTINUE}
		if x.fails(int(n.call), int(n.args[0])) {
			v.flags, v.errno = 0, -int32(unix.EIO)
		}
		_, _, _ = unix.Syscall(unix.SYS_IOCTL, x.fd, unix.SECCOMP_IOCTL_NOTIF_SEND, uintptr(unsafe.Pointer(&v)))
	}
}

func (x *breaker) fails(call, fd int) bool {
	path, _ := os.Readlink(fmt.Sprintf("/proc/self/fd/%d", fd))
	file, kind := filepath.Base(path), "sync"
	if call == unix.SYS_PWRITE64 {
		kind = "write"
		x.unsaved[file] = true
	}
	dirty := x.unsaved[file]
	if kind == "sync" {
		x.unsaved[file] = false
	}
	if kind != x.Call {
		return false
	}
	if x.seen++; x.seen < x.Nth || x.seen > x.Nth && !x.Lasting {
		return false
	}
	if kind == "sync" && !dirty || !strings.HasSuffix(file, "-wal") {
		kind = "checkpoint-" + kind
	}
	x.tell(broken + kind + " " + file)
	return true
}
