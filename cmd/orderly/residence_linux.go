package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// leaveProgramPages unmaps what starting read of the program's own file: some
// 50 MB of code and tables, of which serving reads a third. They stay in the
// system's cache of the file, from where a page is mapped again when it is
// used. A part of the file of which this process has changed pages is left
// alone, since those would be lost.
func leaveProgramPages() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer f.Close()
	var start, end uintptr // of a part of the program that is not written; 0 in others
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		switch {
		case len(fields) >= 5 && !strings.HasSuffix(fields[0], ":"):
			start, end = 0, 0
			if len(fields) == 6 && fields[5] == program && !strings.Contains(fields[1], "w") {
				start, end = addresses(fields[0])
			}
		case start > 0 && fields[0] == "Anonymous:" && fields[1] == "0":
			if _, _, failed := syscall.Syscall(syscall.SYS_MADVISE, start, end-start, syscall.MADV_DONTNEED); failed != 0 {
				return failed
			}
		}
	}
	return nil
}

// addresses reads "00400000-02f1c000".
func addresses(text string) (start, end uintptr) {
	from, to, _ := strings.Cut(text, "-")
	a, err := strconv.ParseUint(from, 16, 64)
	b, failed := strconv.ParseUint(to, 16, 64)
	if err != nil || failed != nil {
		return 0, 0
	}
	return uintptr(a), uintptr(b)
}
