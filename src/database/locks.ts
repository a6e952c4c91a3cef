/** Every advisory lock of the service, each with a number of its own: two rooms that share one keep each other waiting. */
export const ADVISORY_LOCKS = {
  /** What decisions share and endings take alone (architecture: the gate). */
  gate: 7_230_001,
  /** Approvals of grants go one after the other: seats and people's time are counted under it. */
  approval: 7_230_002,
  /** Which instance looks after endings; an economy. */
  endingsAtWork: 7_230_003,
  /** That a grant is closed once. */
  closing: 7_230_004,
  attesting: 7_230_005,
  /** That a day is analysed once. */
  analysing: 7_230_023,
  /** Which instance gives positions in the tree; the row of `tree_state` is what keeps two apart. */
  sequencer: 7_230_006,
  /** Which instance compares all tables with the ledger; an economy. */
  replaying: 7_230_021,
  /** That a mismatch is opened and cleared once. */
  mismatches: 7_230_022,
  /** Alone by a purge of records; shared by who places a legal hold, so that no hold comes too late unseen. */
  purging: 7_230_020,
  /** Who takes out what has expired of sign-ins; an economy. */
  signInSweep: 7_230_051,
  /** Shared by who makes a session in the place of another; alone by who ends what chains of them stand on. */
  sessionChains: 7_230_052,
} as const;
