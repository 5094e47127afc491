// SPDX-License-Identifier: Apache-2.0

// Command emulator serves an emulated Scanopy that keeps everything in memory. It stops on SIGINT and SIGTERM.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

type options struct {
	listen, bootstrap string
	server            emulator.Options
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err == nil {
		err = run(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.StringVar(&o.listen, "listen", "127.0.0.1:0", "address to listen on; port 0 takes a free one")
	flags.StringVar(&o.bootstrap, "bootstrap", "", "file to write url, organization, networks and tokens to once it serves")
	flags.StringVar(&o.server.Version, "server-version", emulator.DefaultVersion,
		"server version to be, one of "+strings.Join(emulator.Versions(), ", "))
	flags.StringVar(&o.server.BasePath, "base-path", "", "path below which the server lives, such as /inventory")
	flags.BoolVar(&o.server.RateLimit, "rate-limit", false, "begin with the server's rate limit on")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return o, nil
}

// run serves until the context ends.
func run(ctx context.Context, o options) error {
	server, err := emulator.New(o.server)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	boot := server.Bootstrap()
	boot.URL = "http://" + listener.Addr().String() + strings.TrimSuffix(o.server.BasePath, "/")
	if o.bootstrap != "" {
		if err := writeBootstrap(o.bootstrap, boot); err != nil {
			_ = web.Close()
			return err
		}
	}
	fmt.Printf("emulated Scanopy %s at %s\n", server.Version(), boot.URL)
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	return stop(web)
}

// stop gives running requests a moment.
func stop(web *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := web.Shutdown(ctx); err != nil {
		return web.Close()
	}
	return nil
}

// writeBootstrap writes the file as a whole: readers see all of it or nothing.
func writeBootstrap(path string, boot emulator.Bootstrap) error {
	raw, err := json.MarshalIndent(boot, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the bootstrap file: %w", err)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing the bootstrap file: %w", err)
	}
	_, err = tmp.Write(append(raw, '\n'))
	if err := errors.Join(err, tmp.Close(), os.Rename(tmp.Name(), path)); err != nil {
		_ = os.Remove(tmp.Name())
		return fmt.Errorf("writing the bootstrap file: %w", err)
	}
	return nil
}
