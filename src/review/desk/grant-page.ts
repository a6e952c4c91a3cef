import { viewOf, type Looking } from '../../grants/grant.view.js';
import type { GrantRow } from '../../grants/grants.repository.js';
import { NOTICE } from '../../grants/notice.js';
import type { GrantPage, GrantStep, UseNumbers } from './grant-page.dto.js';
import type { GrantPageRow } from './grant-page.repository.js';

const nameOf = ({ type }: GrantStep): string => type.replace(/^drill\./, '');

/** Each grant numbers its uses 1, 2, 3 …: a number without a record is a use that somebody took away. */
export function useNumbers(last: number, uses: readonly GrantStep[]): UseNumbers {
  const seen = new Set(uses.flatMap(({ use_no }) => (use_no === null ? [] : [use_no])));
  const missing = Array.from({ length: last }, (_, n) => n + 1).filter((n) => !seen.has(n));
  return { last, recorded: seen.size, missing };
}

/** Pure: the page out of what the tables and the records say; `live` and `why_not` as of the moment of looking. */
export function grantPage(
  row: GrantRow,
  page: GrantPageRow,
  records: readonly GrantStep[],
  looking: Looking,
): GrantPage {
  const { last_use_no: last, ...rest } = page;
  const isUse = (step: GrantStep): boolean => nameOf(step).startsWith('use.');
  const isCredential = (step: GrantStep): boolean => nameOf(step).startsWith('credential.');
  const uses = records.filter(isUse);
  const view = viewOf(row, looking);
  return {
    grant: view,
    ...rest,
    notice: {
      acknowledged_at: view.acknowledged_at,
      version: view.notice_version,
      text: view.notice_version === NOTICE.version ? NOTICE.text : null,
    },
    steps: records.filter((step) => !isUse(step) && !isCredential(step)),
    credentials: records.filter(isCredential),
    uses,
    use_numbers: useNumbers(last, uses),
  };
}
