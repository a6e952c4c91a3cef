/** The demonstration's people, by role: shown where the service says that one signs in by name alone, and only there. */
export const SAMPLE_PEOPLE: readonly { role: string; ids: readonly string[] }[] = [
  { role: 'headquarters', ids: ['hq-1', 'hq-2', 'hq-3'] },
  { role: 'supervisor', ids: ['supervisor-a', 'supervisor-b'] },
  { role: 'operator', ids: ['operator-a-01', 'operator-a-02', 'operator-b-01'] },
  { role: 'officer', ids: ['officer-1', 'officer-2'] },
  { role: 'compliance_officer', ids: ['compliance-1'] },
  { role: 'auditor', ids: ['auditor-1', 'auditor-2'] },
  { role: 'regulator', ids: ['regulator-1'] },
];
