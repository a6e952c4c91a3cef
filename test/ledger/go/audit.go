// Audits a ledger folder with the Go project's own implementation of the tree and of signed notes
// (golang.org/x/mod/sumdb/tlog and .../note), so that the proof that the ledger can be checked by strangers
// does not rest on code of this project.
//
//	audit <folder> <vkey> [older checkpoint]...
//
// Exit codes: 0 all holds, 3 something does not, 2 usage or unreadable.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height    = 8
	tileWidth = 1 << height
	// Of a longer ledger, inclusion is proved for some entries only; the full audit reads them all.
	provedAtMost = 2000
)

// unreadable is no word about the ledger.
type unreadable struct{ err error }

func (u unreadable) Error() string { return u.err.Error() }

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: audit <folder> <vkey> [older checkpoint]...")
		os.Exit(2)
	}
	if err := audit(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		if errors.As(err, &unreadable{}) {
			os.Exit(2)
		}
		os.Exit(3)
	}
}

func audit(folder, vkey string, older []string) error {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return unreadable{err}
	}
	tree, err := checkpoint(filepath.Join(folder, "checkpoint"), verifier)
	if err != nil {
		return fmt.Errorf("checkpoint: %w", err)
	}
	fmt.Printf("checkpoint: signed, %d entries\n", tree.N)
	entries, err := readEntries(folder, tree.N)
	if err != nil {
		return err
	}
	if err := auditEntries(folder, tree, entries); err != nil {
		return err
	}
	if err := proveInclusion(folder, tree, entries); err != nil {
		return err
	}
	for _, file := range older {
		if err := proveConsistency(folder, tree, file, verifier); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

// checkpoint opens the signed note and takes its three lines apart.
func checkpoint(file string, verifier note.Verifier) (tree tlog.Tree, err error) {
	message, err := os.ReadFile(file)
	if err != nil {
		return tree, unreadable{err}
	}
	opened, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, errors.New("not a checkpoint of this log")
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil || tree.N < 0 {
		return tree, errors.New("malformed size")
	}
	tree.Hash, err = tlog.ParseHash(lines[2])
	return tree, err
}

// readEntries reads tile/entries/...: for each entry two bytes of length, and the entry.
func readEntries(folder string, size int64) ([][]byte, error) {
	var entries [][]byte
	for n := int64(0); n*tileWidth < size; n++ {
		tile := tlog.Tile{H: height, L: 0, N: n, W: widthOf(n, size)}
		path := strings.Replace(c2spPath(tile), "tile/0/", "tile/entries/", 1)
		bundle, err := readTile(folder, path)
		if err != nil {
			return nil, err
		}
		for i := 0; i < tile.W; i++ {
			if len(bundle) < 2 {
				return nil, fmt.Errorf("%s: too short", path)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < end {
				return nil, fmt.Errorf("%s: too short", path)
			}
			entries = append(entries, bundle[2:end])
			bundle = bundle[end:]
		}
		if len(bundle) > 0 && tile.W == tileWidth {
			return nil, fmt.Errorf("%s: too long", path)
		}
	}
	return entries, nil
}

func widthOf(n, size int64) int {
	if rest := size - n*tileWidth; rest < tileWidth {
		return int(rest)
	}
	return tileWidth
}

// auditEntries computes the whole tree from the entries, and compares its root and every tile.
func auditEntries(folder string, tree tlog.Tree, entries [][]byte) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			if index >= int64(len(stored)) {
				return nil, fmt.Errorf("hash %d is not there yet", index)
			}
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for n, entry := range entries {
		hashes, err := tlog.StoredHashes(int64(n), entry, reader)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
	}
	root := tlog.Hash(sha256.Sum256(nil))
	if tree.N > 0 {
		var err error
		if root, err = tlog.TreeHash(tree.N, reader); err != nil {
			return err
		}
	}
	if root != tree.Hash {
		return errors.New("the root over all entries is not the signed one")
	}
	fmt.Printf("audit: the root over all %d entries is the signed one\n", tree.N)
	compared := 0
	for _, tile := range tlog.NewTiles(height, 0, tree.N) {
		if tile.W != widthOf(tile.N, tree.N>>(height*uint(tile.L))) {
			continue // A partial tile on the way to this size.
		}
		want, err := tlog.ReadTileData(tile, reader)
		if err != nil {
			return err
		}
		found, err := readTile(folder, c2spPath(tile))
		if err != nil {
			return err
		}
		isWhole := len(found) == len(want) || tile.W < tileWidth && len(found) == tileWidth*tlog.HashSize
		if !isWhole || !bytes.Equal(found[:len(want)], want) {
			return fmt.Errorf("%s is not as computed", c2spPath(tile))
		}
		compared++
	}
	fmt.Printf("audit: %d tiles are as computed\n", compared)
	return nil
}

// proveInclusion makes proofs out of the published tiles alone, and checks them against the signed root.
func proveInclusion(folder string, tree tlog.Tree, entries [][]byte) error {
	reader := tlog.TileHashReader(tree, tiles(folder))
	step := tree.N/provedAtMost + 1
	proved := 0
	for n := int64(0); n < tree.N; n += step {
		proof, err := tlog.ProveRecord(tree.N, n, reader)
		if err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, tlog.RecordHash(entries[n])); err != nil {
			return fmt.Errorf("entry %d: %w", n, err)
		}
		proved++
	}
	fmt.Printf("inclusion: %d entries proved out of the tiles\n", proved)
	return nil
}

func proveConsistency(folder string, tree tlog.Tree, file string, verifier note.Verifier) error {
	older, err := checkpoint(file, verifier)
	if err != nil {
		return err
	}
	if older.N > tree.N {
		return fmt.Errorf("the log had %d entries and has %d", older.N, tree.N)
	}
	if older.N > 0 {
		proof, err := tlog.ProveTree(tree.N, older.N, tlog.TileHashReader(tree, tiles(folder)))
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
			return err
		}
	}
	fmt.Printf("consistency: with %d entries\n", older.N)
	return nil
}

// c2spPath is Tile.Path without the height, which c2sp.org/tlog-tiles leaves out.
func c2spPath(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
}

// readTile takes the full tile where the partial one is gone: the one is a prefix of the other.
func readTile(folder, path string) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(folder, path))
	if errors.Is(err, fs.ErrNotExist) {
		if full, _, isPartial := strings.Cut(path, ".p/"); isPartial {
			data, err = os.ReadFile(filepath.Join(folder, full))
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is missing", path)
	}
	if err != nil {
		return nil, unreadable{err}
	}
	return data, nil
}

// tiles is a ledger folder as a tlog.TileReader.
type tiles string

func (tiles) Height() int { return height }

func (folder tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range wanted {
		data, err := readTile(string(folder), c2spPath(tile))
		if err != nil {
			return nil, err
		}
		width := tile.W * tlog.HashSize
		if len(data) < width {
			return nil, fmt.Errorf("%s: too short", c2spPath(tile))
		}
		all = append(all, data[:width])
	}
	return all, nil
}

func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
