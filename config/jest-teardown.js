export { default } from '../dist/test/harness/global-teardown.js';
