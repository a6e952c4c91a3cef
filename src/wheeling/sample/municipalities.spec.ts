import { checkDigit, MUNICIPALITIES } from './municipalities.js';

describe('the municipalities of the sample', () => {
  // Codes as published by the Ministry of Internal Affairs.
  it.each([
    '010006',
    '130001',
    '131016',
    '270008',
    '271004',
    '122033',
    '401307',
    '472018',
    '141003',
    '022012',
  ])('gives %s its check digit', (code) => expect(checkDigit(code.slice(0, 5))).toBe(code.slice(5)));

  it('has the two that the demonstration names, and each code once', () => {
    const codes = MUNICIPALITIES.map(({ code }) => code);
    expect(codes).toEqual(expect.arrayContaining(['272035', '131130']));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.length).toBeGreaterThanOrEqual(30);
  });
});
