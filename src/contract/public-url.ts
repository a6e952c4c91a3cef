/** The address by which the service is known: known only once it listens, since the port may be any free one. */
export class PublicUrl {
  private url: string | undefined;

  set(url: string): void {
    this.url = url;
  }

  get value(): string {
    if (this.url === undefined) throw new Error('the public URL is set before the first request');
    return this.url;
  }
}
