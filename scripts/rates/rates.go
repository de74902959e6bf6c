// Package rates measures the machine itself, so that the figures beside it
// can be read: how many small appends it syncs to disk a second, and how many
// megabytes it hashes with SHA-256. There is nothing in it but benchmarks.
package rates
