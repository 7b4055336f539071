package torture_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"orderly/internal/kit/torture"
)

func fillings(t *testing.T, n int, deaf bool) (*torture.DiskReport, error) {
	t.Helper()
	if err := torture.CanCutPower(); err != nil {
		if !errors.Is(err, torture.ErrCannot) {
			t.Fatal(err)
		}
		skipVisibly(t, "loop", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	return torture.Disk(ctx, torture.DiskOptions{Fillings: n, Seed: 1, Dir: inMemory(t), Most: 4, Size: 32 << 20, Plant: deaf, Log: t.Output()})
}

// A full disk is told as one, in memory and on ext4, and is over when there is room.
func TestFullDisk(t *testing.T) {
	r, err := fillings(t, 7, false)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", *r)
	if r.Disks < 2 || r.Refused < r.Fillings {
		t.Errorf("this shows too little: %+v", *r)
	}
}

// A refusal in other words than disk_full must be noticed.
func TestFullDiskCatchesAnotherRefusal(t *testing.T) {
	if _, err := fillings(t, 1, true); !errors.Is(err, torture.ErrNotRefused) {
		t.Fatalf("a refusal in other words was not noticed: %v", err)
	}
}
