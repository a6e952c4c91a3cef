import { session } from '../../kit/session.js';

/** The regulator reads all and changes nothing; the service refuses the rest whoever asks. */
export const isAuditor = (): boolean => session.value?.roles.includes('auditor') === true;
