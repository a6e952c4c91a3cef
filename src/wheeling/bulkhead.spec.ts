import { Bulkhead, type Place } from './bulkhead.js';

describe('the bulkhead', () => {
  let started: string[];
  let bulkhead: Bulkhead;
  const enter = (key: string): Place | undefined => bulkhead.enter(key, () => started.push(key));

  beforeEach(() => {
    started = [];
    bulkhead = new Bulkhead(2, 2);
  });

  it('starts as many as there are places, then lets wait, then refuses', () => {
    ['a', 'b', 'c', 'd'].forEach((key) => expect(enter(key)).toBeDefined());
    expect(enter('e')).toBeUndefined();
    expect(started).toEqual(['a', 'b']);
  });

  it('starts the first that waits when one leaves, and counts a second leave for nothing', () => {
    const a = enter('a');
    ['b', 'c', 'd'].forEach(enter);
    a?.leave();
    a?.leave();
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('never starts one that left while it waited', () => {
    const a = enter('a');
    enter('b');
    enter('c')?.leave();
    enter('d');
    a?.leave();
    expect(started).toEqual(['a', 'b', 'd']);
  });

  it('gives the place of a slow call to the next', () => {
    const a = enter('a');
    ['b', 'c'].forEach(enter);
    expect(a?.becomeSlow()).toBe(true);
    expect(started).toEqual(['a', 'b', 'c']);
  });

  it('has no place for one more slow call than its size', () => {
    const places = ['a', 'b', 'c', 'd'].map(enter);
    expect(places[0]?.becomeSlow()).toBe(true);
    expect(places[1]?.becomeSlow()).toBe(true);
    expect(places[2]?.becomeSlow()).toBe(false);
    places[0]?.leave();
    expect(places[2]?.becomeSlow()).toBe(true);
  });

  it('sends further calls for a slow key past the quick places, until it is quick again', () => {
    const slow = enter('a');
    slow?.becomeSlow();
    const second = enter('a');
    expect(started).toEqual(['a', 'a']);
    expect(enter('a')).toBeUndefined();
    ['b', 'c'].forEach(enter);
    expect(started).toEqual(['a', 'a', 'b', 'c']);
    slow?.leave();
    second?.leave();
    second?.leave();
    expect(enter('a')).toBeDefined();
    expect(started).toEqual(['a', 'a', 'b', 'c']);
  });

  it('has every place free again after any order of calls', () => {
    const places = Array.from({ length: 4 }, (_, index) => enter(`k${index % 3}`));
    places[0]?.becomeSlow();
    places[2]?.becomeSlow();
    places.forEach((place) => place?.leave());
    started = [];
    ['x', 'y'].forEach(enter);
    expect(started).toEqual(['x', 'y']);
    expect(bulkhead.enter('z', () => started.push('z'))?.becomeSlow()).toBe(true);
  });
});
