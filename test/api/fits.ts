import type { Answer } from '../stories/actors.js';
import { expectStatus } from '../stories/storm.js';
import { checkedInText, undocumented, type ApiDocument } from './openapi-schema.js';

const document = JSON.parse(checkedInText()) as ApiDocument;
type Json = Record<string, unknown>;

export const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** The answer's body, after its status and its documented shape. */
export function fits<T = Json>(answer: Answer<T>, status: number, route: string): T {
  const body = expectStatus(answer, status);
  const [method = '', path = ''] = route.split(' ');
  expect(undocumented(document, { method, path }, answer)).toEqual([]);
  return body;
}

/** A problem of RFC 9457 with the status and code. */
export function fitsProblem(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body['code']]).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.body).toMatchObject({
    type: expect.any(String) as string,
    title: expect.any(String) as string,
    status,
    detail: expect.any(String) as string,
  });
}
