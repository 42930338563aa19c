package org

import "sync"

// names are what people call the apps, groups and users that were seen, by id: for
// references to them.
type names struct {
	mu   sync.RWMutex
	byID map[string]string
}

func (n *names) of(id string) (name string, told bool) {
	n.mu.RLock()
	defer n.mu.RUnlock()
	name, told = n.byID[id]
	return name, told
}

// remember keeps the name of an object, for references to it.
func (c *Client) remember(id, name string) {
	if id == "" || name == "" {
		return
	}
	c.names.mu.Lock()
	defer c.names.mu.Unlock()
	if c.names.byID == nil {
		c.names.byID = map[string]string{}
	}
	c.names.byID[id] = name
}

// nameOf is the name of an object, or its id where nobody has told the name.
func (c *Client) nameOf(id string) string {
	if name, told := c.names.of(id); told {
		return name
	}
	return id
}
