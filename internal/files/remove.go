package files

// Remove deletes a file below the folder. A link is deleted itself, and never followed.
func (r *Root) Remove(name string) error {
	folder, base, err := r.writable(name)
	if err != nil {
		return err
	}
	defer folder.Close()
	return folder.Remove(base)
}
