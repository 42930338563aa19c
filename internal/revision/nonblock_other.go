//go:build !unix

package revision

// nonblock is not needed where folders hold no named pipes.
const nonblock = 0
