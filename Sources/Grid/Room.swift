// Laid out so that the package builds; see the rooms' own files.
