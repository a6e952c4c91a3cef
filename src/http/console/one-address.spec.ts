import { pageElsewhere } from './one-address.js';

describe('a page by another name of this machine', () => {
  it.each<[string, string, string, string | undefined]>([
    ['127.0.0.1:8787', '/', 'http://127.0.0.1:8787', undefined],
    ['localhost:8787', '/', 'http://127.0.0.1:8787', 'http://127.0.0.1:8787/'],
    ['localhost:8787', '/d/dc_1?tab=2', 'http://127.0.0.1:8787', 'http://127.0.0.1:8787/d/dc_1?tab=2'],
    ['[::1]:8787', '/', 'http://localhost:8787', 'http://localhost:8787/'],
    ['127.0.0.1:8787', '/', 'http://localhost:8787', 'http://localhost:8787/'],
    // A tunnel of the visitor's: our port may be nobody's there.
    ['localhost:9000', '/', 'http://127.0.0.1:8787', undefined],
    // Behind a load balancer, or by a name that somebody made up.
    ['localhost:8787', '/', 'https://kashikagi.example:8787', undefined],
    ['attacker.example:8787', '/', 'http://127.0.0.1:8787', undefined],
    ['localhost.attacker.example:8787', '/', 'http://127.0.0.1:8787', undefined],
    // What stands behind our address stays a path of ours.
    ['localhost:8787', '//attacker.example/', 'http://127.0.0.1:8787', 'http://127.0.0.1:8787//attacker.example/'],
    ['localhost:8787', '@attacker.example/', 'http://127.0.0.1:8787', undefined],
    ['localhost:8787', 'http://attacker.example/', 'http://127.0.0.1:8787', undefined],
    ['', '/', 'http://127.0.0.1:8787', undefined],
  ])('%s %s, known as %s → %s', (host, url, publicUrl, expected) => {
    const found = pageElsewhere({ url, headers: { host } }, publicUrl);
    expect(found).toBe(expected);
    if (found !== undefined) expect(new URL(found).host).toBe(new URL(publicUrl).host);
  }); // prettier-ignore
});
