import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '../actors.js';
import { VERIFIED, verifyCommand } from '../../../src/ledger/verify/command.js';
import type { Json, Listed, Stage } from '../stage.js';
import { until } from './9-afterwards.js';

/** What somebody outside keeps of the ledger before anything happens: its key, and a checkpoint in a file. */
export interface KeptOutside {
  vkey: string;
  checkpoint: string;
}

const SECONDS = 30;

async function ledgerText(url: string, path: string): Promise<string> {
  const answer = await fetch(`${url}/ledger/${path}`);
  return answer.ok ? answer.text() : '';
}

/** Of the service's own start, which is its first record. Error: when the service signs nothing for half a minute. */
export async function keptOutside(url: string, folder: string): Promise<KeptOutside> {
  for (let left = SECONDS * 4; left > 0; left -= 1) {
    const note = await ledgerText(url, 'checkpoint');
    if (Number(note.split('\n')[1] ?? 0) > 0) {
      const checkpoint = join(folder, 'checkpoint-before');
      await writeFile(checkpoint, note);
      return { vkey: (await ledgerText(url, 'vkey')).trim(), checkpoint };
    }
    await pause(250);
  }
  throw new Error(`no checkpoint in ${SECONDS} seconds`);
}

/** A stranger checks the ledger of the whole week with `kashikagi verify`, and by what was kept before it. */
export async function verified(stage: Stage, kept: KeptOutside): Promise<void> {
  const { url } = stage.storm;
  stage.tell.chapter('終わりに 外の人が台帳を検証する');
  const auditor = await stage.person('auditor-1');
  const [last] = (await auditor.get<Listed<{ id: string }>>('/api/v1/records?limit=1')).body.items;
  await stage.act<Json>(
    'auditor-1',
    '最後の記録の証明を求める（署名された木に入るまで待つ）',
    (person) => {
      const ask = (): Promise<Answer> => person.get(`/api/v1/records/${last?.id ?? ''}/proof`);
      return until(SECONDS, ({ status }) => status === 200, ask);
    },
    {
      status: 200,
      say: ({ text }) =>
        String(text)
          .split('\n')
          .find((line) => line.startsWith('index')) ?? '',
    },
  );
  const lines: string[] = [];
  const code = await verifyCommand([url, '--key', kept.vkey, '--from', kept.checkpoint, '--lang', 'ja'], {
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
    environment: {},
  });
  stage.tell.check('外の人: kashikagi verify', code === VERIFIED, lines);
}
