const MOST_BYTES = 16_000_000;

/** Full tiles by their paths, the ones that nobody asked for the longest going first. They never change. */
export class TileCache {
  private readonly tiles = new Map<string, Buffer>();
  private bytes = 0;

  constructor(private readonly mostBytes = MOST_BYTES) {}

  get(path: string): Buffer | undefined {
    const found = this.tiles.get(path);
    if (found === undefined) return undefined;
    this.tiles.delete(path);
    this.tiles.set(path, found);
    return found;
  }

  set(path: string, tile: Buffer): void {
    this.remove(path);
    this.tiles.set(path, tile);
    this.bytes += tile.length;
    for (const oldest of this.tiles.keys()) {
      if (this.bytes <= this.mostBytes) return;
      this.remove(oldest);
    }
  }

  private remove(path: string): void {
    this.bytes -= this.tiles.get(path)?.length ?? 0;
    this.tiles.delete(path);
  }
}
