import { describe, expect, it } from '@jest/globals';
import { domainErrorOf } from './problem.js';

const codeOf = (code: string): string =>
  domainErrorOf(Object.assign(new Error('of the driver'), { code })).code;

describe('domainErrorOf', () => {
  it.each([
    ['55P03', 'a lock that was waited for too long'],
    ['57014', 'a statement that took too long'],
    ['57P01', 'a server that is stopped'],
    ['53300', 'too many connections'],
    ['40P01', 'a deadlock'],
    ['EAI_AGAIN', 'a name that cannot be looked up now'],
    ['ECONNREFUSED', 'nobody listens'],
  ])('%s is unavailable: %s', (code) => {
    expect(codeOf(code)).toBe('unavailable');
  });

  it.each(['23505', '22P02', '42501', '57000', 'EACCES'])('%s is an error of ours', (code) => {
    expect(codeOf(code)).toBe('internal_error');
  });
});
