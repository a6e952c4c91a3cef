import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { actionsOf, type Declaration } from '../../api/answers.js';
import { change } from '../../api/client.js';
import { useAct } from '../../kit/act.js';
import { ActionBar } from '../../kit/action-bar.js';
import { AreaNames } from '../../kit/area-names.js';
import { DeclarationState, DrillMark } from '../../kit/declaration-state.js';
import { ProblemSummary } from '../../kit/problem-summary.js';
import { useRead } from '../../kit/read.js';
import { Remaining } from '../../kit/remaining.js';
import { go, Link } from '../../kit/route.js';
import { timeText } from '../../kit/say.js';
import { Read, Screen } from '../../kit/screen.js';
import { t } from '../../texts/texts.js';
import type { ScreenProps } from '../rooms.js';
import { ChangeAreaDialog, ExtendDialog } from './amend-dialogs.js';
import { CallsOf, NominationsOf } from './declaration-lists.js';
import { LiftDialog, RevokeAllDialog } from './end-dialogs.js';
import { Facts, type Fact } from './facts.js';
import { hq } from './texts.js';

type Asked = 'extend' | 'area' | 'lift' | 'revoke-all' | null;

/** One declaration: what it is, what may be done with it now, and what stands under it. */
export function DeclarationScreen({ params }: ScreenProps): JSX.Element {
  const reading = useRead('/api/v1/declarations/{id}', { params: { id: params['id'] ?? '' } }, 10_000);
  return <Read of={reading}>{(one) => <Shown one={one} again={reading.again} />}</Read>;
}

function Shown({ one, again }: { one: Declaration; again: () => void }): JSX.Element {
  const [asked, setAsked] = useState<Asked>(null);
  const [told, setTold] = useState('');
  const act = useAct();
  const texts = hq().declaration;
  const close = (): void => setAsked(null);
  const done = (text: string): void => {
    close();
    setTold(text);
    again();
  };
  const confirm = (): void => {
    const send = (key: string): Promise<Declaration> =>
      change('/api/v1/declarations/{id}/confirm', { params: { id: one.id }, key });
    void act.press(['confirm', one.id], send, () => done(texts.confirmedNow));
  };
  const label = (name: string): string => texts.actions[name] ?? name;
  const shared = { one, onDone: done, onClose: close };
  return (
    <Screen title={one.name}>
      {one.is_drill && <DrillMark />}
      <p>
        <DeclarationState of={one} /> {one.live && <Remaining endsAt={one.hard_end_at} />}
      </p>
      {one.live && !one.confirmed && <p class="note">{texts.waitsNote}</p>}
      <p role="status" class={told === '' ? 'unseen' : 'note'}>
        {told}
      </p>
      <ProblemSummary act={act} />
      <ActionBar
        actions={actionsOf(one)}
        known={{
          confirm: { label: label('confirm'), press: confirm, kind: 'primary' },
          'support-call': { label: label('support-call'), press: () => go(`/declarations/${one.id}/call`) },
          extend: { label: label('extend'), press: () => setAsked('extend') },
          area: { label: label('area'), press: () => setAsked('area') },
          'revoke-all': { label: label('revoke-all'), press: () => setAsked('revoke-all') },
          lift: { label: label('lift'), press: () => setAsked('lift'), kind: 'danger' },
        }}
      />
      {one.lifted_at !== null && (
        <p>
          <Link to={`/declarations/${one.id}/certificate`} class="button primary">
            {texts.certificate}
          </Link>
        </p>
      )}
      <Facts facts={factsOf(one)} />
      <CallsOf declarationId={one.id} />
      <NominationsOf declarationId={one.id} />
      {asked === 'extend' && <ExtendDialog {...shared} />}
      {asked === 'area' && <ChangeAreaDialog {...shared} />}
      {asked === 'lift' && <LiftDialog {...shared} />}
      {asked === 'revoke-all' && <RevokeAllDialog {...shared} />}
    </Screen>
  );
}

const nameIn = ({ people_names: names }: Declaration, id: string): string => names[id] ?? id;

function factsOf(one: Declaration): Fact[] {
  const texts = hq().declaration;
  const by = (at: string | null, who: string | null): string =>
    at === null ? '' : texts.by(timeText(at), nameIn(one, who ?? ''));
  const facts: Fact[] = [
    [texts.number, one.number],
    [texts.hazards, one.hazard_types.map((hazard) => hq().hazard[hazard] ?? hazard).join(t().comma)],
    [texts.area, <AreaNames codes={one.target_area} />],
    [texts.hardEnd, timeText(one.hard_end_at)],
    [texts.expectedEnd, timeText(one.expected_end_at)],
    [texts.declared, by(one.declared_at, one.declared_by)],
    [texts.confirmed, one.confirmed ? by(one.confirmed_at, one.confirmed_by) : texts.notConfirmed],
    [texts.posture, hq().posture[one.posture_level] ?? one.posture_level],
    [texts.basis, one.legal_basis],
    [texts.necessity, one.necessity_statement],
    [texts.rule, one.rule_version],
    [texts.told, one.told.map((id) => nameIn(one, id)).join(t().comma)],
  ];
  if (one.lifted_at !== null) {
    facts.unshift([texts.lifted, by(one.lifted_at, one.lifted_by)], [texts.liftReason, one.lift_reason]);
  }
  if (one.amendments.length > 0) facts.push([texts.amendments, <Amendments of={one} />]);
  return facts;
}

function Amendments({ of }: { of: Declaration }): JSX.Element {
  const texts = hq().declaration;
  return (
    <ul>
      {of.amendments.map((one) => (
        <li key={one.at}>
          {texts.kinds[one.kind]} {texts.by(timeText(one.at), nameIn(of, one.amended_by))} {one.reason}
        </li>
      ))}
    </ul>
  );
}
