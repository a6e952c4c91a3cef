import type { ExportRow, RecordFacts, Rows } from './export-row.js';

/**
 * Open Cybersecurity Schema Framework, as far as it has words for what happened: grants are User Management (3007),
 * uses Datastore Activity (6005), all else API Activity (6003). What it has no words for stands in `unmapped`.
 */
const OCSF_VERSION = '1.8.0';

interface Class {
  category_uid: number;
  class_uid: number;
  activity_id: number;
}

const OTHER = 99;

/** A grant's life by the activities of User Management: a suspension locks, an end takes the privileges away. */
const GRANT_ACTIVITIES: Readonly<Record<string, number>> = {
  'grant.given': 14,
  'grant.acknowledged': 4,
  'grant.suspended': 6,
  'grant.resumed': 7,
  'grant.revoked': 15,
  'grant.handed_back': 15,
  'grant.ended': 15,
};
/** Datastore Activity: a search is a query, a value disclosed is a read. */
const USE_ACTIVITIES: Readonly<Record<string, number>> = {
  'use.lookup': 4,
  'use.match': 4,
  'use.reveal': 1,
  'use.evaluation': 1,
};
/** API Activity, by what the last word of the type says. */
const API_ACTIVITIES: readonly (readonly [RegExp, number])[] = [
  [/\.(added|made|declared|called|started|issued|proposed|found|enrolled|fed|reported|approved)$/, 1],
  [/\.(read|introspection|gate)$/, 2],
  [/\.(retired|left|released|withdrawn|lifted|ended|lost|closed)$/, 4],
  [/\.(changed|confirmed|rejected|extended|grown|shrunk|declined|denied|resolved|completed)$/, 3],
];

export async function* ocsfOf(rows: Rows): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify(ocsfEvent(row))}\n`;
}

export function ocsfEvent({ position, record }: ExportRow): Record<string, unknown> {
  const type = record.type.replace(/^drill\./, '');
  const kind = classOf(type);
  return {
    ...kind,
    type_uid: kind.class_uid * 100 + kind.activity_id,
    time: record.at.getTime(),
    severity_id: record.decision === 'refuse' ? 2 : 1,
    status_id: record.decision === 'refuse' ? 2 : 1,
    ...(record.code !== null && { status_code: record.code }),
    message: record.type,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Kashikagi', vendor_name: 'Kashikagi' },
      uid: record.id,
      sequence: position,
      ...(record.isDrill && { labels: ['drill'] }),
    },
    actor: record.personId === null ? { app_name: 'Kashikagi' } : { user: userOf(record.personId, record) },
    ...particularsOf(kind, type, record),
    unmapped: {
      purpose: record.details['purpose'] ?? null,
      is_drill: record.isDrill,
      declaration_id: record.declarationId,
      grant_id: record.grantId,
      use_no: record.useNo,
      supply_point_ref: record.supplyPointRef,
      has_sealed: record.hasSealed,
      details: record.details,
    },
  };
}

function classOf(type: string): Class {
  if (type.startsWith('grant.'))
    return { category_uid: 3, class_uid: 3007, activity_id: GRANT_ACTIVITIES[type] ?? OTHER };
  if (type.startsWith('use.'))
    return { category_uid: 6, class_uid: 6005, activity_id: USE_ACTIVITIES[type] ?? OTHER };
  const activity = API_ACTIVITIES.find(([pattern]) => pattern.test(type));
  return { category_uid: 6, class_uid: 6003, activity_id: activity?.[1] ?? OTHER };
}

/** What the class asks for beside what every event has. */
function particularsOf(
  { class_uid: uid }: Class,
  type: string,
  record: RecordFacts,
): Record<string, unknown> {
  const terminal = record.details['terminal'];
  const source = { src_endpoint: typeof terminal === 'string' ? { uid: terminal } : { name: 'unknown' } };
  if (uid === 3007) {
    const { grantee } = record.details;
    const user = typeof grantee === 'string' ? grantee : (record.personId ?? 'unknown');
    return { user: userOf(user, record), ...(record.grantId !== null && { privileges: [record.grantId] }) };
  }
  if (uid === 6005) return { ...source, database: { name: 'wheeling system', type_id: OTHER }, type_id: 1 };
  const { method, route } = record.details;
  const operation = typeof method === 'string' && typeof route === 'string' ? `${method} ${route}` : type;
  return { ...source, api: { operation } };
}

function userOf(uid: string, { organizationId }: RecordFacts): Record<string, unknown> {
  return { uid, type_id: 1, ...(organizationId !== null && { org: { uid: organizationId } }) };
}
