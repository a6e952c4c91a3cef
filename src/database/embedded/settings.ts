/**
 * The server's settings for one machine in a disaster: a commit is on the disk when it is answered,
 * nothing listens beyond loopback, and no value of a statement reaches the log.
 * Given at every start, so that a new version's settings hold for an old cluster.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  authentication_timeout: '10s',
  max_connections: '100',
  timezone: 'UTC',

  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '128MB',
  wal_compression: 'on',
  min_wal_size: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '10min',
  jit: 'off',
  // A client that hangs inside a transaction must not hold the locks that an ending waits for.
  idle_in_transaction_session_timeout: '60s',

  // The message of an ERROR quotes input ("invalid input syntax for …"), its DETAIL quotes rows: the
  // level `log` leaves both out and keeps starts, recoveries, refused logins and FATAL.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  log_timezone: 'UTC',
  lc_messages: 'C',
};

export function settingArguments(port: number, settings: Readonly<Record<string, string>> = {}): string[] {
  const all = { ...SETTINGS, ...settings, port: String(port) };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** `pg_hba.conf`: passwords only, loopback only, no replication. */
export const HOST_BASED_AUTHENTICATION = 'host all all 127.0.0.1/32 scram-sha-256\n';
