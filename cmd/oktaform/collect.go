package main

import (
	"runtime"
	"runtime/debug"
)

const (
	firstHeap = 128 << 20 // bytes
	minHeap   = 4 << 20   // at which Go begins to collect, at 100 percent
)

// collectLater has garbage looked for less often than Go does by itself. A plan holds
// thousands of objects to its end, so that looking while they come is in vain: it begins
// when there are 128 MB, and then again at three times of what is in use, instead of
// twice. The Go compiler does the same.
func collectLater() {
	debug.SetGCPercent(firstHeap / minHeap * 100)
	runtime.SetFinalizer(new([64]byte), func(*[64]byte) { debug.SetGCPercent(200) })
}
