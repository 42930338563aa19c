package okta

import "sync"

// maxBuffer is the size in bytes above which a buffer is not kept.
const maxBuffer = 32 << 10

// bufferPool lends buffers for the answers of lists: the answers of thousands of small lists would
// be most of what a run allocates. The zero value is ready to use.
type bufferPool struct{ pool sync.Pool }

// take returns an empty buffer for one answer.
func (p *bufferPool) take() []byte {
	if room, ok := p.pool.Get().(*[]byte); ok {
		return (*room)[:0]
	}
	return nil
}

// give returns a buffer that is no longer used. It drops large ones, because soon all buffers of
// the pool would be as large.
func (p *bufferPool) give(answer []byte) {
	if cap(answer) > 0 && cap(answer) <= maxBuffer {
		p.pool.Put(&answer)
	}
}
