package main

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestAFailedDiskEndsTheProcess(t *testing.T) {
	var out strings.Builder
	status := 0
	stop := unsafeToGoOn(slog.New(slog.NewTextHandler(&out, nil)), func(s int) { status = s })
	stop(errors.New("the disk is gone"))
	if status != exitUnsafe || !strings.Contains(out.String(), "the disk is gone") {
		t.Errorf("it exits with %d and says %q", status, out.String())
	}
}
