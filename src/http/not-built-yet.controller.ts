import { Controller, Delete, Get, Patch, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ACCESS_TABLE, type RouteAccess } from '../contract/access-table.js';
import { DomainError } from '../contract/domain-error.js';

const ROUTE: Record<RouteAccess['method'], (path: string) => MethodDecorator> = {
  GET: Get,
  POST: Post,
  PATCH: Patch,
  DELETE: Delete,
};

/**
 * The routes of the contract that are still to come, made from the table: the guard stands before each as it
 * will, and a caller who may pass hears 501 `not_built_yet`.
 */
@Controller()
export class NotBuiltYetController {}

for (const { method, path } of ACCESS_TABLE.filter((entry) => entry.isLater)) {
  const name = `${method} ${path}`;
  const descriptor: PropertyDescriptor = {
    configurable: true,
    writable: true,
    value: () => {
      throw new DomainError('not_built_yet');
    },
  };
  Object.defineProperty(NotBuiltYetController.prototype, name, descriptor);
  ROUTE[method](path)(NotBuiltYetController.prototype, name, descriptor);
  ApiOperation({ summary: 'Not provided yet (501)' })(NotBuiltYetController.prototype, name, descriptor);
}
