import { applyDecorators, type Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';

/** The receipts of the uses that an answer is about, beside it: the bodies are the contract's. */
export const RECEIPT_HEADER = 'kashikagi-receipt';
/** A header has its limits (16 KB with many clients), and a receipt takes up to about 1.1 KB of them. */
const MOST_RECEIPTS = 10;

/** An answer of a use, and the signed receipt of its record. */
export interface Used<View> {
  view: View;
  receipt: string | null;
}

/** Puts the receipts into the header, base64url each, in the order of the uses; → the body. */
export function withReceipts<View>(
  reply: FastifyReply,
  receipts: readonly (string | null)[],
  view: View,
): View {
  const signed = receipts.filter((one) => one !== null).slice(0, MOST_RECEIPTS);
  const encoded = signed.map((one) => Buffer.from(one).toString('base64url'));
  if (encoded.length > 0) reply.header(RECEIPT_HEADER, encoded.join(', '));
  return view;
}

/** `@Answers` of a use: with the header. */
export function AnswersUse(type: Type): MethodDecorator {
  return applyDecorators(
    ApiResponse({
      status: 200,
      type,
      headers: {
        'Kashikagi-Receipt': {
          description:
            '使用の署名付き受領証（base64url。複数は使用の順にコンマ区切り、先頭10件まで）。kashikagi verify --receipt で台帳に記載があることを確かめられる。' +
            'Signed receipts of the uses, base64url; several in the order of the uses, the first ten.',
          schema: { type: 'string', example: 'a2FzaGlrYWdpLXJlY2VpcHRAdjEK' },
        },
      },
    }),
  );
}
