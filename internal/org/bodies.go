package org

import "sync"

// maxRoom is the largest room that is kept, in bytes.
const maxRoom = 32 << 10

// bodies lends room for the answers of lists: thousands of small ones would be most of
// what a run allocates. The zero value is ready for use.
type bodies struct{ pool sync.Pool }

// take is room for one answer, of no length.
func (b *bodies) take() []byte {
	if room, ok := b.pool.Get().(*[]byte); ok {
		return (*room)[:0]
	}
	return nil
}

// give hands room back that nobody reads any more. That of the pages of a large org
// isn't kept: soon all would be as large.
func (b *bodies) give(answer []byte) {
	if cap(answer) > 0 && cap(answer) <= maxRoom {
		b.pool.Put(&answer)
	}
}
