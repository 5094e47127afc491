// SPDX-License-Identifier: Apache-2.0

// Command controlplane builds the programs of a local Kubernetes control plane from the Go modules
// pinned beside it and prints the folder that holds them.
//
// In: names of programs, all of them when there are none. Out: the folder on standard output,
// progress on standard error. A program that the folder has already is not built again. It imports
// the standard library only.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	folder, err := run(ctx, os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "controlplane:", err)
		stop()
		os.Exit(1)
	}
	fmt.Println(folder)
}

func run(ctx context.Context, names []string) (string, error) {
	wanted, err := selectPrograms(names)
	if err != nil {
		return "", err
	}
	pins, err := readPins(ctx)
	if err != nil {
		return "", err
	}
	cache, err := cacheFolder()
	if err != nil {
		return "", err
	}
	folder := filepath.Join(cache, pins.folderName())
	if len(missingIn(folder, wanted)) == 0 {
		return folder, nil
	}
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return "", err
	}
	unlock, err := lock(filepath.Join(folder, ".lock"), os.Stderr)
	if err != nil {
		return "", err
	}
	defer unlock()
	// Asked again: whoever held the lock has probably built them.
	missing := missingIn(folder, wanted)
	for i, p := range missing {
		b := build{program: p, pins: pins, folder: folder, out: os.Stderr, label: fmt.Sprintf("%d of %d", i+1, len(missing))}
		if err := b.run(ctx); err != nil {
			return "", err
		}
	}
	return folder, nil
}

// cacheFolder is where built programs are kept, outside of any checkout.
func cacheFolder() (string, error) {
	base := os.Getenv("XDG_CACHE_HOME")
	if base == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", errors.New("neither XDG_CACHE_HOME nor HOME is set: there is no place to keep the built programs")
		}
		base = filepath.Join(home, ".cache")
	}
	return filepath.Join(base, "scanopy-operator", "controlplane"), nil
}

// lock waits until no other process builds into the same folder. The kernel lets go of the lock
// when the process ends, however it ends.
func lock(path string, out io.Writer) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_, _ = fmt.Fprintln(out, "another build of the control plane is running; waiting for it")
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
			return nil, errors.Join(fmt.Errorf("locking %s: %w", path, err), f.Close())
		}
	}
	return func() { _ = f.Close() }, nil
}
