import type { ComplianceTexts } from './texts.js';

export const en: ComplianceTexts = {
  home: 'To do',
  lead: 'Extensions beyond 14 days and the opening of sealed values need your confirmation.',
  waiting: 'Waiting for you',
  nothingWaits: 'Nothing waits.',
  notices: 'Findings to answer, and notices',
  noNotices: 'No notices.',
  due: (at) => `due ${at}`,
  answerHow: 'Tell internal monitoring your answer to a finding: they put it on record.',
  proposed: (who, at) => `Proposed by ${who}, ${at}`,
  toChanges: 'Look at it and confirm',
  declarations: 'All declarations',
  number: 'Number',
  name: 'Name',
  end: 'End',
  certificate: 'Closing certificate',
};
