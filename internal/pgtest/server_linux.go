package pgtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	shutDownFast      = syscall.SIGINT  // ends sessions, writes a checkpoint
	shutDownImmediate = syscall.SIGQUIT // ends everything, recovery at the next start
)

var errPortTaken = errors.New("another process took the port")

// account is who the server runs as: this user or, as PostgreSQL refuses to
// run as root, one without its rights.
type account struct{ credential *syscall.Credential }

func serverAccount() (account, error) {
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uerr := strconv.ParseUint(u.Uid, 10, 32)
		gid, gerr := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(uerr, gerr); err != nil {
			return account{}, fmt.Errorf("user %q: %w", name, err)
		}
		return account{&syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root and there is no user postgres or nobody; create one of them or run as another user")
}

func (a account) uid() uint32 {
	if a.credential == nil {
		return uint32(os.Geteuid())
	}
	return a.credential.Uid
}

// own gives a file to the account.
func (a account) own(path string) error {
	if a.credential == nil {
		return nil
	}
	return os.Chown(path, int(a.credential.Uid), int(a.credential.Gid))
}

// prepare sets up a command that ends by death when this thread ends, does not
// get the terminal's signals, and sees no PG* variable of ours.
func (a account) prepare(cmd *exec.Cmd, dir string, log *logbook, death syscall.Signal) {
	cmd.Dir = dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C"}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.WaitDelay = shutdownLimit
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: death, Credential: a.credential}
}

// run runs a command to its end. The thread is locked because the kernel sends
// the death signal when the thread that forked ends, not the process.
func (a account) run(ctx context.Context, binary string, args []string, dir string, log *logbook) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd := exec.CommandContext(ctx, binary, args...)
	a.prepare(cmd, dir, log, syscall.SIGKILL)
	return cmd.Run()
}

// server is one postmaster, a direct child of this process.
type server struct {
	cmd  *exec.Cmd
	done chan struct{} // closed when the postmaster and all that write to its log are gone
}

// startServer starts a postmaster and waits until it is ready. It inherits the
// locks, so that they are held for as long as any of its processes lives.
func startServer(ctx context.Context, a account, binary string, args []string, dir string, locks []*os.File, log *logbook) (*server, error) {
	s := &server{cmd: exec.Command(binary, args...), done: make(chan struct{})}
	a.prepare(s.cmd, dir, log, shutDownImmediate)
	s.cmd.ExtraFiles = locks
	started := make(chan error, 1)
	go s.attend(started)
	if err := <-started; err != nil {
		return nil, err
	}
	select {
	case <-log.ready:
		return s, nil
	case <-s.done:
		err := errors.New("the server ended while starting")
		if strings.Contains(log.tail(), takenLine) {
			err = errPortTaken
		}
		return nil, fmt.Errorf("%w: %v\n%s", err, s.cmd.ProcessState, log.tail())
	case <-ctx.Done():
		return nil, errors.Join(fmt.Errorf("the server was not ready in time: %w\n%s", context.Cause(ctx), log.tail()), s.kill())
	}
}

// attend forks the server and stays with it on one thread until it ends; see run.
func (s *server) attend(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	// How it ended is in ProcessState. Wait also reads the log to its end,
	// which comes when the last process that inherited it is gone.
	_ = s.cmd.Wait()
	close(s.done)
}

// shutDown signals the server and waits for its end; one that does not obey is killed.
func (s *server) shutDown(how syscall.Signal) error {
	if err := s.cmd.Process.Signal(how); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if s.ended(shutdownLimit) {
		return nil
	}
	return s.kill()
}

// kill ends the postmaster and its children, which are not in its process
// group: each backend opens a session of its own. The postmaster is stopped
// first, so it neither forks nor reaps, and the numbers found stay its children's.
func (s *server) kill() error {
	if err := s.cmd.Process.Signal(syscall.SIGSTOP); err == nil {
		children, err := childrenOf(s.cmd.Process.Pid)
		if err != nil {
			return err
		}
		for _, pid := range children {
			_ = syscall.Kill(pid, syscall.SIGKILL) // an error means that it is gone
		}
	}
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	// Twice, because Wait itself waits that long for the log's end.
	if !s.ended(2 * shutdownLimit) {
		return fmt.Errorf("process %d does not end", s.cmd.Process.Pid)
	}
	return nil
}

func (s *server) ended(within time.Duration) bool {
	select {
	case <-s.done:
		return true
	case <-time.After(within):
		return false
	}
}

func childrenOf(parent int) ([]int, error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var pids []int
	for _, path := range stats {
		pid, ppid, ok := readStat(path)
		if ok && ppid == parent {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}

// readStat takes a process and its parent from "pid (name) state ppid ...",
// where the name may hold spaces and parentheses.
func readStat(path string) (pid, ppid int, ok bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, 0, false // ended meanwhile
	}
	end := strings.LastIndexByte(string(text), ')')
	if end < 0 {
		return 0, 0, false
	}
	fields := strings.Fields(string(text[end+1:]))
	if len(fields) < 2 {
		return 0, 0, false
	}
	pid, perr := strconv.Atoi(filepath.Base(filepath.Dir(path)))
	ppid, pperr := strconv.Atoi(fields[1])
	return pid, ppid, perr == nil && pperr == nil
}
