import { applyDecorators, type Type } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';

/** The answer of a route in openapi.json: its status and shape. */
export function Answers(status: number, type: Type): MethodDecorator {
  return ApiResponse({ status, type });
}

/** A list's answer: `{items, next}`. */
export function AnswersPage(type: Type): MethodDecorator {
  return applyDecorators(
    ApiExtraModels(type),
    ApiResponse({
      status: 200,
      schema: {
        type: 'object',
        required: ['items', 'next'],
        properties: {
          items: { type: 'array', items: { $ref: getSchemaPath(type) } },
          next: { type: 'string', nullable: true, example: null },
        },
      },
    }),
  );
}
