/** Jest over TypeScript ESM: the same compiler options as the build (config/swc.js), one database per test file. */
import { swcOptions } from './swc.js';

export default {
  rootDir: '..',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/**/*.test.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/config/jest-setup.js',
  globalTeardown: '<rootDir>/config/jest-teardown.js',
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  testTimeout: 240_000,
  maxWorkers: 2,
};
