//go:build !linux

package main

// leaveProgramPages is for Linux alone.
func leaveProgramPages() error { return nil }
