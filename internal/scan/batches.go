package scan

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// batch is how many packages one worker takes at a time. Neighbours often come
// of one source, which is then asked for once.
const batch = 8

// inBatches does something with each of n things, on all processors, until one
// of them is an error.
func inBatches(n int, do func(i int) error) error {
	var next atomic.Int64
	var group sync.WaitGroup
	var once sync.Once
	var failed error
	for range min(max(2, runtime.GOMAXPROCS(0)), (n+batch-1)/batch) {
		group.Go(func() {
			for {
				from := int(next.Add(batch)) - batch
				for i := from; i < min(from+batch, n); i++ {
					if err := do(i); err != nil {
						once.Do(func() { failed = err })
						next.Store(int64(n))
						return
					}
				}
				if from >= n {
					return
				}
			}
		})
	}
	group.Wait()
	return failed
}
