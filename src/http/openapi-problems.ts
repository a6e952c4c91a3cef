import type { OpenAPIObject } from '@nestjs/swagger';
import { CODES, type Code } from '../contract/codes.js';
import { DomainError } from '../contract/domain-error.js';
import { problemOf } from './problem.js';

type Components = NonNullable<OpenAPIObject['components']>;
type Schema = NonNullable<Components['schemas']>[string];

const ALL_CODES = Object.keys(CODES) as Code[];

/** RFC 9457 with our members, as `problem.ts` makes it. */
export const PROBLEM_SCHEMA: Schema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail'],
  properties: {
    type: { type: 'string', description: 'urn:kashikagi:problem:{code}' },
    title: { type: 'string', description: 'English, stable for a code' },
    status: { type: 'integer' },
    code: { type: 'string', enum: ALL_CODES },
    detail: { type: 'string', description: 'Accept-Language に従う（日本語が先）' },
    next: { type: 'string', description: '適法な次の一手。The lawful next step, where there is one' },
    faults: {
      type: 'array',
      description: '誤りのある場所（RFC 6901）',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
    values: { type: 'object', description: '判断に要る公の値（上限、終わりの時刻など）' },
    record_id: { type: 'string', description: '拒否の記録。The refusal is on record' },
  },
};

/** One response for each status, with every code that answers with it as an example. */
export function problemResponses(): Components['responses'] & object {
  const statuses = [...new Set(ALL_CODES.map((code) => CODES[code].status))].sort((a, b) => a - b);
  return Object.fromEntries(statuses.map((status) => [nameOf(status), responseOf(status)]));
}

export function problemRef(status: number): { $ref: string } {
  return { $ref: `#/components/responses/${nameOf(status)}` };
}

const nameOf = (status: number): string => `Problem${status}`;

function responseOf(status: number): NonNullable<Components['responses']>[string] {
  const codes = ALL_CODES.filter((code) => CODES[code].status === status);
  const examples = codes.map((code) => {
    const faults = status === 422 ? { faults: [{ pointer: '/name', detail: '入力に誤りがあります' }] } : {};
    return [code, { value: problemOf(new DomainError(code, faults), 'ja') }] as const;
  });
  return {
    description: codes.join(', '),
    content: {
      'application/problem+json': {
        schema: { $ref: '#/components/schemas/Problem' },
        examples: Object.fromEntries(examples),
      },
    },
  };
}
