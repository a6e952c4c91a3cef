/**
 * What OCSF asks of the three classes that we write (schema.ocsf.io: base_event, user_management, datastore_activity,
 * api_activity): required members, the numbers that exist, and the constraints "at least one of".
 */
type Event = Record<string, unknown>;

interface ClassRules {
  category: number;
  activities: readonly number[];
  required: readonly string[];
  atLeastOne: readonly string[];
}

const upTo = (last: number): number[] => [0, ...Array.from({ length: last }, (_, n) => n + 1), 99];

const CLASSES: Readonly<Record<number, ClassRules>> = {
  3007: { category: 3, activities: upTo(17), required: ['user'], atLeastOne: [] },
  6005: {
    category: 6,
    activities: upTo(10),
    required: ['actor', 'src_endpoint'],
    atLeastOne: ['database', 'databucket', 'table'],
  },
  6003: { category: 6, activities: upTo(4), required: ['actor', 'api', 'src_endpoint'], atLeastOne: [] },
};
const BASE = [
  ...['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'],
] as const;
/** Objects: required members, and of which at least one must be there. */
const OBJECTS: Readonly<Record<string, { required: readonly string[]; atLeastOne: readonly string[] }>> = {
  metadata: { required: ['product', 'version'], atLeastOne: [] },
  actor: {
    required: [],
    atLeastOne: ['process', 'user', 'invoked_by', 'session', 'app_name', 'app_uid', 'idp', 'authorizations'],
  },
  user: { required: [], atLeastOne: ['account', 'name', 'uid'] },
  api: { required: ['operation'], atLeastOne: [] },
  src_endpoint: {
    required: [],
    atLeastOne: [
      'ip',
      'uid',
      'name',
      'hostname',
      'svc_name',
      'instance_uid',
      'interface_uid',
      'interface_name',
    ],
  },
  database: { required: ['type_id'], atLeastOne: ['name', 'uid'] },
};

/** → what is wrong with an event; nothing when it is one. */
export function ocsfFaults(event: Event): string[] {
  const rules = CLASSES[Number(event['class_uid'])];
  if (!rules) return [`no class ${String(event['class_uid'])}`];
  const missing = [...BASE, ...rules.required].filter((name) => !(name in event));
  const wrong = [
    rules.activities.includes(Number(event['activity_id'])) ? '' : 'activity_id',
    event['category_uid'] === rules.category ? '' : 'category_uid',
    event['type_uid'] === Number(event['class_uid']) * 100 + Number(event['activity_id']) ? '' : 'type_uid',
    [0, 1, 2, 3, 4, 5, 6, 99].includes(Number(event['severity_id'])) ? '' : 'severity_id',
    [0, 1, 2, 99].includes(Number(event['status_id'])) ? '' : 'status_id',
    Number.isSafeInteger(event['time']) ? '' : 'time',
    rules.atLeastOne.length === 0 || rules.atLeastOne.some((name) => name in event) ? '' : 'at least one',
  ].filter((name) => name !== '');
  return [...missing, ...wrong, ...Object.keys(OBJECTS).flatMap((name) => objectFaults(event, name))].map(
    (fault) => `${String(event['message'])}: ${fault}`,
  );
}

function objectFaults(event: Event, name: string): string[] {
  const value = event[name] as Event | undefined;
  const rules = OBJECTS[name];
  if (value === undefined || !rules) return [];
  const missing = rules.required.filter((member) => !(member in value)).map((member) => `${name}.${member}`);
  const some = rules.atLeastOne.length === 0 || rules.atLeastOne.some((member) => member in value);
  return some ? missing : [...missing, `${name}: at least one`];
}
