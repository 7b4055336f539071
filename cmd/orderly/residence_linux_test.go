package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"testing"
)

// written is in the program's file and is changed before its pages are left.
var written = []int{1, 2, 3}

// Kills: pages that stay, and pages left that hold what was written.
func TestLeaveProgramPages(t *testing.T) {
	written[1] = 5
	before := residentOf(t)
	if err := leaveProgramPages(); err != nil {
		t.Fatal(err)
	}
	after := residentOf(t)
	if before == 0 || after*2 > before {
		t.Errorf("%d kB of the program were resident, and %d kB are", before, after)
	}
	if written[0]+written[1]+written[2] != 9 {
		t.Errorf("what was written is lost: %v", written)
	}
}

// residentOf is how many kB of the program's own file are mapped and in memory.
func residentOf(t *testing.T) (kB int) {
	t.Helper()
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	of := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if !strings.HasSuffix(fields[0], ":") {
			of = strings.HasSuffix(lines.Text(), program)
		} else if of && fields[0] == "Rss:" {
			n, _ := strconv.Atoi(fields[1])
			kB += n
		}
	}
	return kB
}
