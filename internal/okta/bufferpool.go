package okta

import "sync"

// maxBuffer is the largest room that is kept, in bytes.
const maxBuffer = 32 << 10

// bufferPool lends room for the answers of lists: thousands of small ones would be most of
// what a run allocates. The zero value is ready for use.
type bufferPool struct{ pool sync.Pool }

// take is room for one answer, of no length.
func (p *bufferPool) take() []byte {
	if room, ok := p.pool.Get().(*[]byte); ok {
		return (*room)[:0]
	}
	return nil
}

// give hands room back that nobody reads any more. That of the pages of a large org
// isn't kept: soon all would be as large.
func (p *bufferPool) give(answer []byte) {
	if cap(answer) > 0 && cap(answer) <= maxBuffer {
		p.pool.Put(&answer)
	}
}
