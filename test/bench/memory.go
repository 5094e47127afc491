// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
)

const memoryBudget = 200

// judgeMemory prints what the manager has resident now and had at most, in MiB.
func (s *stage) judgeMemory(who string) error {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.manager.PID()))
	if err != nil {
		return fmt.Errorf("reading the memory of the manager: %w", err)
	}
	now, err := memory(string(status), "VmRSS")
	if err != nil {
		return err
	}
	most, err := memory(string(status), "VmHWM")
	if err != nil {
		return err
	}
	s.board.judge(s.scenario+"/"+who+"-memory", now, memoryBudget, "MiB")
	s.show(who+"-memory-at-most", most, "MiB")
	return nil
}

// memory takes a value out of the text of /proc/<pid>/status.
func memory(status, field string) (float64, error) {
	found := regexp.MustCompile(`(?m)^` + field + `:\s+(\d+) kB$`).FindStringSubmatch(status)
	if found == nil {
		return 0, fmt.Errorf("the process has no %s", field)
	}
	kib, err := strconv.ParseFloat(found[1], 64)
	return kib / 1024, err
}
