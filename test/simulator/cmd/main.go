// SPDX-License-Identifier: Apache-2.0

// Command cmd runs the simulator over many seeds, or over one and prints its history.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"

	"github.com/scanopy-operator/scanopy-operator/test/simulator"
)

func main() {
	seeds := flag.Int("seeds", 1000, "how many seeds to run")
	from := flag.Uint64("from", 0, "the first seed")
	one := flag.Int64("seed", -1, "run this seed alone and print its history")
	workers := flag.Int("workers", runtime.NumCPU(), "how many run at once")
	most := flag.Int("most", 3, "how many failing seeds to print before giving up")
	wide := flag.Bool("wide", false, "play wide histories: with the kinds of events that the seeds by themselves lack")
	credentials := flag.Bool("credentials", false, "play histories with Credentials, too")
	flag.Parse()
	var bit uint64
	if *wide {
		bit = simulator.Wide
	}
	if *credentials {
		bit |= simulator.Credentials
	}
	if *one >= 0 {
		r := simulator.Run(uint64(*one) | bit)
		fmt.Println(r.History)
		fmt.Println(r)
		if len(r.Found) > 0 {
			os.Exit(1)
		}
		return
	}
	total, failed := simulator.RunAll(*from|bit, *seeds, *workers, *most)
	for _, r := range failed {
		fmt.Println(r)
	}
	fmt.Println(total)
	if len(failed) > 0 {
		os.Exit(1)
	}
}
