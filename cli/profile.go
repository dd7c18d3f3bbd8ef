package cli

import (
	"fmt"
	"os"
	"runtime/pprof"
)

// cpuProfileFlag is for who improves the server; no profile can be asked for over the network.
const cpuProfileFlag = "cpuprofile"

// startProfile records where this process spends its processor time, until done is called.
func startProfile(file string) (done func(), err error) {
	f, err := os.Create(file)
	if err != nil {
		return nil, fmt.Errorf("--%s: %w", cpuProfileFlag, err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, fmt.Errorf("--%s: %w", cpuProfileFlag, err)
	}
	return func() {
		pprof.StopCPUProfile()
		_ = f.Close() // a profile that is cut short says so when it is read
	}, nil
}
