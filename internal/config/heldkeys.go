package config

import "sync"

// heldKeys are private keys that are held in memory instead of written, for a rehearsal: no other
// run may find a file and take its key for that of an app.
type heldKeys struct {
	mu    sync.Mutex
	files map[string][]byte // by absolute path; nil: keys are written
}

// hold keeps a key unless keys are written, or there is one by that name already.
func (h *heldKeys) hold(file string, pem []byte) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.files != nil && h.files[file] == nil {
		h.files[file] = pem
	}
	return h.files != nil
}

// HoldKeys holds the keys that GenerateKey makes in memory from now on. What it returns forgets
// them, and lets keys be written again.
func (c *Config) HoldKeys() (forget func()) {
	set := func(files map[string][]byte) {
		c.held.mu.Lock()
		defer c.held.mu.Unlock()
		c.held.files = files
	}
	set(map[string][]byte{})
	return func() { set(nil) }
}

// TestKeys are private keys in memory that stand for the private key files of a configuration under
// test. The loads of one test share them.
type TestKeys struct {
	New func() ([]byte, error) // makes a key as PEM

	mu    sync.Mutex
	files map[string][]byte // by absolute path
}

// key returns the key that stands for a file.
func (k *TestKeys) key(file string) ([]byte, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if pem := k.files[file]; pem != nil {
		return pem, nil
	}
	pem, err := k.New()
	if err != nil {
		return nil, err
	}
	if k.files == nil {
		k.files = map[string][]byte{}
	}
	k.files[file] = pem
	return pem, nil
}

// HeldKey returns the private key that is held for a file, given by its absolute path.
func (c *Config) HeldKey(file string) (pem []byte, held bool) {
	if c.opts.TestKeys != nil {
		pem, err := c.opts.TestKeys.key(file)
		return pem, err == nil
	}
	if pem, held := c.opts.Sources[file]; held {
		return pem, true
	}
	c.held.mu.Lock()
	defer c.held.mu.Unlock()
	pem, held = c.held.files[file]
	return pem, held
}
