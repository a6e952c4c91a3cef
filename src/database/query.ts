/**
 * Reads rows, through whatever connection the caller has: `(sql, params) => database.rows(sql, params)`.
 * `$1` stands for the first of `params`.
 */
export type Query = <T extends object>(sql: string, params?: unknown[]) => Promise<T[]>;
