/** Jest's global setup runs outside its own module system: it takes the built program. */
export { default } from '../dist/test/harness/global-setup.js';
