"""Wire formats, one small file each; a foreign shape goes no further than its file."""
